"""Shared pages from Python: those of the command."""

import json
import re

import pytest

from agents.errors import UserError
from foragescape import main
from render.notebook.mapping import landscape, sweep
from render.notebook.page_sharing import share
from tests.render.notebook.conftest import HOME, ONE, hill

SWEPT = {"shape": (6, 8), "mazes": 2, "machine": ONE}


def held(path):
    """What a page holds, as JSON, without the command that made it."""
    found = json.loads(re.search(r'id="contents">(.*?)</script>', path.read_text(), re.DOTALL)[1])
    return {name: value for name, value in found.items() if name != "command"}


def test_the_page_of_a_run_holds_what_that_of_the_command_holds(run, folder, tmp_path):
    words = ["share", str(folder), "--height", "6", "--width", "8", "--mazes", "2", "--out", str(tmp_path / "c.html")]
    assert main(words) == 0
    for at, source in enumerate((run, folder)):
        assert held(share(source, tmp_path / f"{at}.html", **SWEPT)) == held(tmp_path / "c.html")


def test_fields_are_shared_from_disk_and_memory(run, tmp_path):
    field = sweep(run, tmp_path / "f.zarr", frames=1, quiet=True, **SWEPT)
    memory = landscape(run, **SWEPT)
    made = [held(share(each, tmp_path / f"{at}.html")) for at, each in enumerate((field, field.path, memory))]
    assert made[0] == made[1] == made[2]


def test_a_field_on_disk_is_shared_with_all_its_quantities(run, tmp_path):
    field = sweep(run, tmp_path / "f.zarr", frames=1, quiet=True, quantity=("tempo", "end"), **SWEPT)
    for at, source in enumerate((field, field.path)):
        made = held(share(source, tmp_path / f"{at}.html"))
        assert [each["name"] for each in made["quantities"]] == ["tempo", "end"]
        assert [each["quantity"] for each in made["pictures"]] == ["tempo", "end"]


def test_what_a_page_cannot_show_is_refused(run, tmp_path):
    function = landscape(hill, genome=HOME, shape=(4, 4))
    for source, settings, complaint in (
        (function, {}, "this landscape is a function's"),
        (run, {"mases": 2}, "did you mean mazes"),
        (run, {"objective": "return", **SWEPT}, "plays greedily, got the objective return"),
        (landscape(run, **SWEPT), {"mazes": 3}, "mazes has no effect"),
    ):
        with pytest.raises(UserError, match=complaint):
            share(source, tmp_path / "x.html", **settings)
    assert not (tmp_path / "x.html").exists()
