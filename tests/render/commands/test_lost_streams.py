"""Commands whose streams nobody reads, are closed, or lack a character."""

import io
import json
import shutil
import subprocess
import sys

from foragescape import main
from tests.render.commands.example_commands import EVOLVE, ROOT, complaint, start


def test_it_is_no_error_if_a_reader_stops_reading(made):
    process = start("info", made / "run")
    process.stdout.close()
    assert process.stderr.read() == ""
    assert process.wait() == 0
    process.stderr.close()
    with open("/dev/full", "w") as nowhere:
        process = start("info", made / "run", stdout=nowhere)
        _, err = process.communicate()
    assert complaint(process.returncode, err).startswith("cannot use the output: No space left on device")


def test_work_continues_without_stderr(here):
    process = start(*EVOLVE, "--out", "new", "--json")
    process.stderr.close()
    assert json.loads(process.stdout.read())["generation"] == 4
    assert process.wait() == 0
    process.stdout.close()
    command = f"{sys.executable} {ROOT / 'foragescape.py'} {' '.join(EVOLVE)} --out newer --json 2>&-"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["generation"] == 4


def test_characters_that_stdout_lacks_are_escaped(here, monkeypatch):
    shutil.copytree("run", "rün")
    stream = io.TextIOWrapper(io.BytesIO(), "ascii")
    monkeypatch.setattr(sys, "stdout", stream)
    assert main(["info", "rün"]) == 0
    assert rb"r\xfcn" in stream.buffer.getvalue()
