"""Pages of other quantities: what was swept and what the browser computes are our numbers, and the words say which."""

import json
from dataclasses import replace

import numpy as np
import pytest

from agents.errors import UserError
from foragescape import main
from render.categories import category_numbers
from render.share.swept_pictures import of_field, of_run
from sim.landscape.field import open_frames
from sim.landscape.spec import LandscapeSpec
from sim.learning.run import Run
from tests.render.share.conftest import OPTIONS
from tests.render.share.test_shared_page import IDLE, TILES, show, text

SPEC = LandscapeSpec(width=48, height=32, mazes=3)


@pytest.mark.parametrize(
    ("name", "says", "label"),
    [
        (
            "divergence",
            "when that forager parts",
            "first step apart from the middle forager in N steps, mean of 3 mazes",
        ),
        ("path", "which path that forager takes", "one colour for each path in N steps, all 3 mazes"),
    ],
)
def test_a_page_shows_and_computes_a_quantity_with_our_bits(browser, run, tmp_path, name, says, label):
    page = tmp_path / "page.html"
    assert main(["share", str(run), *OPTIONS, "--quantity", name, "--out", str(page)]) == 0
    shared = of_run(Run.open(run), replace(SPEC, quantity=(name,)))
    categorical, life = name == "path", shared.objective.world.lifetime
    show(browser, page, "#at=0.2,-0.1,0.3", width=260, height=420)
    browser.wait(IDLE)
    assert says in page.read_text()
    assert text(browser, "unit") == label.replace("N", str(life))
    assert browser.evaluate("document.getElementById('palette-box').hidden") == categorical
    swept = browser.evaluate("foragescape.contents.pictures.map((each) => [...each.heights])")
    for found, picture in zip(swept, shared.pictures, strict=True):
        sums = picture.heights / (1 if picture.maze else 3)
        wanted = category_numbers(picture.heights) // 256 if categorical else sums.astype(np.float32)
        assert np.array_equal(np.array(found, np.float32), wanted.ravel())
    tiles = browser.evaluate(TILES)
    assert len(tiles) > 1000
    level = int(tiles[0][0].split("/")[2])
    xy = np.array([(column, -row) for _, column, row, _ in tiles])[::11] * 2.0**-level
    values = shared.objective.on_plane(shared.plane, xy, "float32")
    live = np.array([height for *_, height in tiles], np.float32)[::11]
    assert np.array_equal(live, category_numbers(values) // 256 if categorical else (values / 3).astype(np.float32))
    assert len(np.unique(live)) > 2
    assert browser.complaints == []


def test_a_field_of_several_quantities_is_shared_by_name(run, tmp_path, capsys):
    field = tmp_path / "field.zarr"
    names = ["tempo", "end"]
    assert main(["sweep", str(run), *OPTIONS, "--frames", "1", "--quantity", *names, "--out", str(field)]) == 0
    capsys.readouterr()
    for name in names:
        page = tmp_path / f"{name}.html"
        assert main(["share", str(field), "--quantity", name, "--out", str(page)]) == 0
        held = page.read_text().partition('id="contents">')[2].partition("</script>")[0]
        assert json.loads(held)["quantity"]["name"] == name
    assert main(["share", str(field), "--quantity", "path", "--out", str(tmp_path / "x.html")]) == 2
    assert "has tempo, end, got path" in capsys.readouterr().err


def test_other_objectives_are_refused(run):
    with pytest.raises(UserError, match="plays greedily, got the objective return"):
        of_run(Run.open(run), replace(SPEC, objective="return"))


def test_the_frames_of_a_horizon_are_pictures_of_categories_too(run, tmp_path):
    field = tmp_path / "field.zarr"
    options = ["--tour", "horizon", "--every", "4", "--quantity", "path", "--out", str(field)]
    assert main(["sweep", str(run), *OPTIONS, *options]) == 0
    shared = of_field(*_opened(field))
    assert shared.objective.categorical
    assert len({picture.lifetime for picture in shared.pictures}) > 3


def _opened(path):
    field, read = open_frames(path)
    return field.landscape, read
