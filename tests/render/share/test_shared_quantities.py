"""Pages of other quantities: what was swept and what the browser computes are our numbers, and the words say which."""

import json
from dataclasses import replace

import numpy as np
import pytest

from agents.errors import UserError
from foragescape import main
from render.categories import category_numbers
from render.share import encoding, page_budget
from render.share.encoding import contents
from render.share.swept_pictures import of_field, of_run
from sim.landscape.field import open_all_frames
from sim.landscape.spec import LandscapeSpec
from sim.learning.run import Run
from sim.rollout.quantities import QUANTITIES
from tests.render.share.conftest import OPTIONS
from tests.render.share.test_shared_page import IDLE, TILES, show, text

SPEC = LandscapeSpec(width=48, height=32, mazes=3)


LABELS = {
    "tempo": ("how early that forager eats", "pellets so far, summed over all steps, in N steps, mean of 3 mazes"),
    "pellets": ("how many pellets that forager eats", "pellets eaten in N steps, mean of 3 mazes"),
    "path": ("which path that forager takes", "one colour for each path in N steps, all 3 mazes"),
    "divergence": ("when that forager parts", "first step apart from the champion in N steps, mean of 3 mazes"),
    "revisits": ("how often that forager returns", "steps into known cells in N steps, mean of 3 mazes"),
    "last_meal": ("when that forager eats its last", "step of the last meal in N steps, mean of 3 mazes"),
    "end": ("in which cell that forager ends", "one colour for each last cell in N steps, all 3 mazes"),
}


@pytest.fixture(scope="module")
def several(run, tmp_path_factory):
    """A page of all quantities, and what it shows."""
    path = tmp_path_factory.mktemp("several") / "page.html"
    assert main(["share", str(run), *OPTIONS, "--quantity", *LABELS, "--out", str(path)]) == 0
    return path, of_run(Run.open(run), replace(SPEC, quantity=tuple(LABELS)))


def choose(browser, name):
    """Choose a quantity on the page."""
    browser.evaluate(
        f"(() => {{ const box = document.getElementById('quantity'); box.value = '{name}'; box.onchange(); }})()"
    )


def test_a_page_holds_the_pictures_of_all_its_quantities(browser, several):
    page, shared = several
    show(browser, page)
    swept = browser.evaluate("foragescape.contents.pictures.map((each) => [each.quantity, [...each.heights]])")
    assert [name for name, _ in swept] == [picture.quantity for picture in shared.pictures]
    assert list(dict(swept)) == list(LABELS)
    for (name, found), picture in zip(swept, shared.pictures, strict=True):
        heights, categorical = picture.heights, QUANTITIES[name].categorical
        means = (heights / (1 if picture.maze else 3)).astype(np.float32)
        wanted = category_numbers(heights) // 256 if categorical else means
        assert np.array_equal(np.array(found, np.float32), wanted.ravel())


@pytest.mark.parametrize("name", LABELS)
def test_a_quantity_that_is_chosen_is_computed_live_with_our_bits(browser, several, name):
    page, shared = several
    show(browser, page, "#at=-0.8,0.3,0.3&maze=2&pick=0.1,0.2,32", width=260, height=420)
    before = browser.evaluate("foragescape.foragers.picks")
    choose(browser, name)
    browser.wait(IDLE)
    assert browser.evaluate("[foragescape.foragers.picks, foragescape.foragers.maze]") == [before, 2]
    place = browser.evaluate("foragescape.place()")
    assert place.startswith("#at=-0.8,0.3,0.3&")
    assert f"&quantity={name}&" in place
    (objective,) = (each for each in shared.objectives if each.quantity == name)
    categorical, (says, label) = objective.categorical, LABELS[name]
    assert says in text(browser, "meaning")
    assert text(browser, "unit") == label.replace("N", str(objective.world.lifetime))
    assert browser.evaluate("document.getElementById('palette-box').hidden") == categorical
    tiles = [each for each in browser.evaluate(TILES) if each[0].startswith(f"{name}/")]
    assert len(tiles) > 1000
    level = int(tiles[0][0].split("/")[-3])
    xy = np.array([(column, -row) for _, column, row, _ in tiles])[::11] * 2.0**-level
    values = objective.on_plane(shared.plane, xy, "float32")
    live = np.array([height for *_, height in tiles], np.float32)[::11]
    assert np.array_equal(live, category_numbers(values) // 256 if categorical else (values / 3).astype(np.float32))
    assert len(np.unique(live)) > 2
    assert browser.complaints == []


def test_the_height_under_the_pointer_goes_with_its_quantity(browser, several):
    show(browser, several[0], width=700, height=700)
    browser.wait(IDLE)
    browser.call("Input.dispatchMouseEvent", type="mouseMoved", x=300, y=300)
    browser.wait("document.getElementById('height').textContent.endsWith(' pellet steps')")
    choose(browser, "path")
    assert text(browser, "height") == ""
    browser.wait(IDLE)
    browser.call("Input.dispatchMouseEvent", type="mouseMoved", x=310, y=300)
    browser.wait("/^path [0-9a-f]{4}$/.test(document.getElementById('height').textContent)")
    choose(browser, "last_meal")
    browser.wait(IDLE)
    browser.call("Input.dispatchMouseEvent", type="mouseMoved", x=300, y=300)
    browser.wait("/^step [0-9.]+$/.test(document.getElementById('height').textContent)")


def test_the_words_of_the_longest_quantity_leave_everything_in_its_place(browser, several):
    tall = "document.querySelector('.legend').getBoundingClientRect().height"
    for width in (1400, 900, 390):
        show(browser, several[0], "#quantity=pellets", width=width, height=700)
        assert browser.evaluate("document.documentElement.scrollWidth <= innerWidth")
        before = browser.evaluate(tall)
        choose(browser, "divergence")
        assert browser.evaluate(f"{tall} - {before}") <= (0 if width > 900 else 24)
        chosen = browser.evaluate(tall)
        browser.evaluate("document.getElementById('height').textContent = 'step 187'")
        assert browser.evaluate(tall) == chosen


def test_a_link_keeps_the_quantity(browser, several, page):
    show(browser, several[0], "#quantity=revisits&life=12")
    assert browser.evaluate("document.getElementById('quantity').value") == "revisits"
    assert text(browser, "unit").startswith("steps into known cells in 12 steps")
    assert "&quantity=revisits&" in browser.evaluate("foragescape.place()")
    show(browser, several[0], "#quantity=constructor")
    assert browser.evaluate("foragescape.land.quantity.name") == "tempo"
    show(browser, page)
    assert browser.evaluate("document.getElementById('quantity').hidden")


def test_a_field_of_several_quantities_is_shared_by_name(run, tmp_path, capsys):
    field = tmp_path / "field.zarr"
    names = ["tempo", "end"]
    told = {"both": ([], names), "tempo": (["tempo"], ["tempo"]), "end": (["end", "tempo"], ["end", "tempo"])}
    assert main(["sweep", str(run), *OPTIONS, "--frames", "1", "--quantity", *names, "--out", str(field)]) == 0
    capsys.readouterr()
    for name, (asked, shown) in told.items():
        page = tmp_path / f"{name}.html"
        words = ["--quantity", *asked] if asked else []
        assert main(["share", str(field), *words, "--out", str(page)]) == 0
        held = json.loads(page.read_text().partition('id="contents">')[2].partition("</script>")[0])
        assert [each["name"] for each in held["quantities"]] == shown
        assert [each["quantity"] for each in held["pictures"]] == shown
    assert main(["share", str(field), "--quantity", "path", "--out", str(tmp_path / "x.html")]) == 2
    assert "has tempo, end, got path" in capsys.readouterr().err


def test_other_objectives_are_refused(run):
    with pytest.raises(UserError, match="plays greedily, got the objective return"):
        of_run(Run.open(run), replace(SPEC, objective="return"))


def test_the_frames_of_a_horizon_are_pictures_of_categories_too(run, tmp_path):
    field = tmp_path / "field.zarr"
    options = ["--tour", "horizon", "--every", "4", "--quantity", "path", "--out", str(field)]
    assert main(["sweep", str(run), *OPTIONS, *options]) == 0
    shared = of_field(*open_all_frames(field))
    assert shared.objective.categorical
    assert len({picture.lifetime for picture in shared.pictures}) > 3


def test_pages_of_quantities_that_hardly_compress_stay_small(run, monkeypatch):
    shared = of_run(Run.open(run), replace(SPEC, quantity=("path", "tempo")))
    whole = contents(shared)["pictures"]
    used = sum(len(each["heights"]["data"]) for each in whole)
    monkeypatch.setattr(page_budget, "SMALL", 100)
    for room in (0.9 * used, 0.3 * used):
        entries = page_budget.fitted(shared.pictures, whole_entry(shared), int(room))
        assert sum(len(each["heights"]["data"]) for each in entries) <= room
        firsts = [each for each in entries if (each["lifetime"], each["maze"]) == (20, 0)]
        assert [each["quantity"] for each in firsts] == ["path", "tempo"]
        if room > 0.5 * used:
            assert [each["heights"]["shape"] for each in firsts] == [(32, 48), (32, 48)]
    monkeypatch.setattr(encoding, "MOST", len(json.dumps({**contents(shared), "pictures": []})) + used // 2)
    assert len(json.dumps(contents(shared)["pictures"])) < len(json.dumps(whole))


def whole_entry(shared):
    """The function that returns a picture as a page holds it."""
    found = {each.quantity for each in shared.objectives if each.categorical}
    return lambda picture: encoding._picture(picture, picture.quantity in found)
