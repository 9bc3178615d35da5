"""Reports: one command, one folder, and errors in one line."""

import json
import os
import shlex
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from agents.errors import UserError
from foragescape import main
from render.commands.parsing import parse
from render.info import info
from render.report import report as module
from render.report.report import report
from sim.comparison.config import CompareConfig
from sim.rollout.machine import Machine


def test_a_report_is_a_page_numbers_and_a_film_and_goes_on_from_what_is_there(
    compared, report_runs, filmed, monkeypatch
):
    comparison, out = compared
    monkeypatch.setattr(module, "film", lambda *_, **__: filmed)
    heard = []
    result = report(
        report_runs, comparison.config, out, machine=Machine(1), progress=lambda done, note: heard.append((done, note))
    )
    assert set(result) == {"page", "numbers", "film"}
    done = [share for share, _ in heard]
    assert done == sorted(done)
    assert heard[-1] == (1.0, "page")
    html = (out / "index.html").read_text()
    assert "data:video/mp4" in html
    assert "foragescape compare" in html
    monkeypatch.setattr(module, "EMBEDDED", 10)
    report(report_runs, comparison.config, out, machine=Machine(1))
    assert 'src="film.mp4"' in (out / "index.html").read_text()

    found = info(out)
    assert found["kind"] == "comparison"
    assert found["complete"]
    assert [each["name"] for each in found["contestants"]] == [each.name for each in comparison.contestants]
    (out / "index.html").unlink()
    assert not info(out)["complete"]


def test_a_report_that_is_stopped_is_unfinished_and_keeps_others_out_to_the_end(
    compared, report_runs, filmed, monkeypatch, tmp_path
):
    comparison, _ = compared
    out = tmp_path / "out"
    shutil.copytree(compared[1], out)
    monkeypatch.setattr(module, "film", lambda *_, **__: filmed)
    report(report_runs, comparison.config, out, machine=Machine(1))
    assert info(out)["complete"]

    def interrupted(*_, **__):
        with pytest.raises(UserError, match="another process is writing"):
            report(report_runs, comparison.config, out, machine=Machine(1))
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "film", interrupted)
    other = replace(comparison.config, champions=replace(comparison.config.champions, mazes=9))
    with pytest.raises(KeyboardInterrupt):
        report(report_runs, other, out, machine=Machine(1))
    assert (out / "index.html").exists()
    assert not info(out)["complete"]


def test_the_command_has_every_setting_that_is_not_the_usual_one(comparison):
    words = shlex.split(module._command(comparison, Path("my out")))
    assert words[:2] == ["foragescape", "compare"]
    command = parse(words[1:])
    assert command.runs == tuple(each.run for each in comparison.contestants)
    assert command.settings == comparison.config
    usual = replace(comparison, config=CompareConfig(quick=True, ties="shared"))
    words = shlex.split(module._command(usual, Path("c")))
    assert words[words.index("--out") :] == ["--out", "c", "--quick", "--ties", "shared"]


def test_a_run_whose_name_is_no_text_is_reported(compared, filmed, tmp_path, monkeypatch):
    comparison, _ = compared
    first, *others = comparison.contestants
    odd = replace(comparison, contestants=(replace(first, run=Path(os.fsdecode(b"a\xff"))), *others))
    monkeypatch.setattr(module, "compare", lambda *_, finish, **__: finish(odd))
    monkeypatch.setattr(module, "film", lambda *_, **__: filmed)
    monkeypatch.setattr("render.report.page.DRAWN", {})
    report([], comparison.config, tmp_path)
    assert "a\\udcff" in (tmp_path / "index.html").read_text()


def test_what_is_left_of_a_comparison_is_told(compared, tmp_path):
    folder = tmp_path / "left"
    folder.mkdir()
    (folder / "manifest.json").write_bytes((compared[1] / "manifest.json").read_bytes())
    (folder / "index.html").write_text("of other settings")
    found = info(folder)
    assert (found["kind"], found["complete"], found["film"]) == ("comparison", False, None)
    assert found["note"].startswith("unfinished")
    for damage in ("{", "[]", json.dumps({"sections": {}})):
        (folder / "comparison.json").write_text(damage)
        with pytest.raises(UserError, match="is damaged"):
            info(folder)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["RUN", "--out", "c"], "two runs or more, got 1"),
        (["--out", "c"], "two runs or more, got 0"),
        (["RUN", "RUN", "--out", "c"], "the same champion"),
        (["RUN"] * 7 + ["--out", "c"], "at most 6 runs apart"),
        (["RUN", "nothing", "--out", "c"], "there is no run nothing"),
        (["RUN", "RUN"], "missing --out"),
        (["RUN", "OTHER", "--out", "FILE"], "not the folder of a comparison"),
        (["RUN", "OTHER", "--out", "c", "--landscapes.side", "0"], "landscapes.side must be"),
    ],
)
def test_errors_are_one_line_and_exit_code_2(report_runs, words, said, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "taken").write_text("mine")
    places = {"RUN": report_runs[0].path, "OTHER": report_runs[1].path, "FILE": tmp_path / "taken"}
    assert main(["compare", *(str(places.get(word, word)) for word in words)]) == 2
    err = capsys.readouterr().err.strip().splitlines()
    assert any(said in line for line in err[-1:])
    assert (tmp_path / "taken").read_text() == "mine"
    assert not (tmp_path / "c" / "comparison.json").exists()
