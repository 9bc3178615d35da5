"""The page in a browser: what it shows is what we compute, and everything on it works."""

import base64
import json
import re
from urllib.parse import quote

import numpy as np
import pytest

from foragescape import main
from render.probe import read_metadata
from render.share.swept_pictures import of_run
from render.window.explore.sighting import read_sighting
from sim.landscape.parting import divergence
from sim.landscape.spec import LandscapeSpec
from sim.learning.run import Run
from sim.world.life import play_episode
from tests.render.commands.example_commands import EVOLVE
from tests.render.share.conftest import OPTIONS

SPEC = LandscapeSpec(width=48, height=32, mazes=3)
READY = "document.documentElement.dataset.ready === 'yes'"
IDLE = "!foragescape.land.crew.working && !foragescape.land.crew.queue.length && !foragescape.land.drawing"
TILES = """(() => { const found = [];
for (const [name, tile] of foragescape.land.tiles.tiles) tile.heights.forEach((height, at) => {
  if (height !== height) return;
  found.push([name, tile.column * 64 + at % 64, tile.row * 64 + Math.floor(at / 64), height]); });
return found; })()"""


@pytest.fixture(scope="module")
def shared(run):
    """What the page shows, computed again."""
    return of_run(Run.open(run), SPEC)


def show(browser, page, hash="", **window):
    """Open the page and wait until it has started."""
    browser.open(page, hash=hash, **window)
    browser.wait(READY)


def text(browser, name):
    """The text of an element."""
    return browser.evaluate(f"document.getElementById({name!r}).textContent")


def place_on_canvas(browser, right, down):
    """The place in the window of a share of the canvas."""
    box = browser.evaluate("(({ x, y, width, height }) => [x, y, width, height])(land.getBoundingClientRect())")
    return box[0] + right * box[2], box[1] + down * box[3]


def picks(browser, shared):
    """The episodes that Python plays for the foragers that the page has picked."""
    found = browser.evaluate("foragescape.foragers.picks.map(({ x, y, dtype }) => [x, y, dtype])")
    objective, maze = shared.objective, browser.evaluate("foragescape.foragers.maze") - 1
    genomes = [shared.plane.at((x, y), dtype) for x, y, dtype in found]
    mazes = objective.mazes.carve()
    return [play_episode(genome, objective.layout, mazes, maze, objective.world) for genome in genomes]


def test_the_page_is_one_small_file_that_needs_no_network(page):
    html = page.read_text()
    assert len(html) < 3_000_000
    assert re.findall(r"(?:https?:)?//[a-z]+\.", html) == []
    assert set(re.findall(r'(?:src|href)="([^"]{5})', html)) == {"data:"}


def test_it_says_how_the_network_learned_as_other_pages_do(page):
    about = json.loads(re.search(r'id="about">(.*?)</script>', page.read_text())[1])
    assert ", evolved (ES), generation " in about["caption"]
    assert ", evolved (ES), generation " in page.read_text().partition("<footer>")[2]


def test_the_swept_pictures_are_ours(browser, page, shared):
    show(browser, page)
    found = browser.evaluate(
        "foragescape.contents.pictures.map((each) => [each.lifetime, each.maze, [...each.heights]])"
    )
    assert len(found) == len(shared.pictures) > 10
    for (lifetime, maze, heights), expected in zip(found, shared.pictures, strict=True):
        assert (lifetime, maze) == (expected.lifetime, expected.maze)
        mean = (expected.heights / (1 if maze else shared.objective.mazes.count)).astype(np.float32)
        assert np.array_equal(np.array(heights, np.float32), mean.ravel())


def test_a_tap_runs_the_forager_of_the_pixel_and_a_second_one_beside_it_until_they_part(browser, page, shared):
    show(browser, page)
    assert text(browser, "news").startswith("The champion eats")
    browser.click(*place_on_canvas(browser, 0.2, 0.3))
    browser.click(*place_on_canvas(browser, 0.8, 0.6))
    one, other = picks(browser, shared)
    found = browser.evaluate(
        "foragescape.foragers.shown.map(({ episode }) => [episode.pellets, [...episode.places], [...episode.hidden]])"
    )
    for (pellets, places, hidden), episode in zip(found, (one, other), strict=True):
        assert pellets == episode.pellets
        assert places == episode.places.tolist()
        assert np.array_equal(np.array(hidden, np.float32), episode.hidden.ravel())
    parted = divergence(one, other)
    assert parted is not None
    at, size = int(one.places[parted - 1]), shared.objective.world.maze.size
    when = "A and B part in their first step" if parted == 1 else f"A and B do the same until step {parted}"
    assert text(browser, "news").startswith(f"{when}. There, in row {at // size + 1}, column {at % size + 1}, A ")
    ends = [f"A has {one.pellets} pellets, B {other.pellets}.", f"both have {one.pellets} pellets."]
    assert text(browser, "news").endswith(f" At the end {ends[one.pellets == other.pellets]}")
    browser.wait(f"foragescape.foragers.time === {parted} && !foragescape.foragers.playing")
    assert browser.evaluate("foragescape.land.marks.map(({ name }) => name).join()") == "A,B"
    browser.evaluate("document.querySelector('.close').click()")
    assert len(picks(browser, shared)) == 1
    assert browser.complaints == []


@pytest.mark.parametrize(("radius", "dtype"), [(0.01, "float32"), (1e-7, "float64")])
def test_pixels_that_are_computed_live_have_our_bits(browser, page, shared, radius, dtype):
    show(browser, page, f"#at=0.31,-0.2,{radius}", width=400, height=500)
    browser.wait(IDLE)
    found = browser.evaluate(TILES)
    assert len(found) > 3000
    level = int(found[0][0].split("/")[-3])
    xy = np.array([(column, -row) for _, column, row, _ in found]) * 2.0**-level
    chosen = slice(None, None, 7)
    sums = shared.objective.on_plane(shared.plane, xy[chosen], dtype)
    heights = np.array([height for *_, height in found], np.float32)[chosen]
    assert np.array_equal(heights, (sums / shared.objective.mazes.count).astype(np.float32))
    assert browser.evaluate("foragescape.land.pixel(9, 9).dtype") == dtype


def test_words_lie_over_the_picture_while_pixels_are_computed_or_near_the_floor_alone(browser, page):
    show(browser, page, "#at=0.1,0.1,0.05", width=260, height=420)
    browser.wait(f"{IDLE} && foragescape.land.share === 1")
    assert text(browser, "where") == ""
    browser.evaluate("""(() => { const { land } = foragescape; land.crew.compute(null);
      for (const { heights } of land.tiles.tiles.values()) heights.subarray(0, 2048).fill(NaN); land.draw(); })()""")
    assert re.fullmatch(r"from pixel to pixel, weights change by 0\.2 % · \d+ % computed", text(browser, "where"))
    show(browser, page, "#at=0.1,0.1,1e-13&maze=2&alone", width=260, height=420)
    browser.wait(f"{IDLE} && foragescape.land.share === 1")
    assert re.fullmatch(r"from pixel to pixel, weights change by [\d.]+·10⁻¹³ %", text(browser, "where"))


def test_a_single_maze_and_a_shorter_life_are_computed_too(browser, page, shared):
    show(browser, page, "#at=0,0,0.2&life=7&maze=2&alone", width=400, height=500)
    browser.wait(IDLE)
    found = browser.evaluate(TILES)
    assert {name.rsplit("/", 3)[0] for name, *_ in found} == {"pellets/7/2"}
    level = int(found[0][0].split("/")[-3])
    objective, mazes = shared.objective, shared.objective.mazes.carve()
    for _, column, row, height in found[:: len(found) // 20]:
        genome = shared.plane.at((column * 2.0**-level, -row * 2.0**-level + 0.0))
        assert play_episode(genome, objective.layout, mazes, 1, objective.world).eaten[:7].sum() == height


def test_zooming_ends_at_the_floor_of_float64(browser, page):
    show(browser, page, "#at=0.31,-0.2,1e-30&maze=2&alone", width=400, height=500)
    browser.evaluate("for (let turn = 0; turn < 9; turn++) document.getElementById('in').click()")
    browser.wait("document.getElementById('where').textContent.includes('floor')")
    level = browser.evaluate("foragescape.land.view.level")
    finest = browser.evaluate("foragescape.land.view.finest")
    assert 2.0**-level >= 2 * finest
    browser.evaluate("document.getElementById('home').click()")
    browser.wait("!document.getElementById('where').textContent.includes('floor')")


@pytest.mark.parametrize("shift", [0.1, 0.6])
def test_colours_at_the_floor_go_by_what_is_seen_alone(browser, page, shift):
    show(browser, page, "#at=0.31,-0.2,1e-30&maze=2&alone", width=400, height=500)
    browser.evaluate(f"""(() => {{ const {{ view }} = foragescape.land, pixel = 2 ** -view.level;
      view.zoom(1e-9); view.radius = 5 * pixel; view.x = (Math.round(view.x / pixel) + {shift}) * pixel;
      view.y = (Math.round(view.y / pixel) + {shift}) * pixel; foragescape.moved(); }})()""")
    browser.wait(f"{IDLE} && foragescape.land.share === 1")
    assert len(browser.evaluate(TILES)) < 400  # no tile is computed whole
    browser.evaluate("""(() => { const { land } = foragescape; land.crew.compute(null);
      for (const { heights } of land.tiles.tiles.values()) heights.forEach((height, at) => {
        heights[at] = height === height ? 6 : 99; });
      land.draw(); })()""")
    assert browser.evaluate("[...foragescape.land.ranks.values]") == [6]
    assert [text(browser, name) for name in ("low", "median", "high")] == ["", "6", ""]
    middle = browser.evaluate("[...foragescape.land.colours.subarray(3 * 128, 3 * 129)]")
    seen = browser.evaluate("""[...land.getContext("2d").getImageData(20, 60, 1, 1).data]""")
    assert np.abs(np.subtract(seen[:3], middle)).max() <= 3


def test_a_swept_pixel_that_fills_the_view_takes_no_part_in_its_colours(browser, page):
    show(browser, page, "#at=0.31,-0.2,1e-5", width=400, height=500)
    browser.evaluate("""(() => { const { land } = foragescape; land.crew.compute(null);
      const { heights } = land.tiles.under(land.terrain, land.view.grid)[0];
      for (const { heights } of land.tiles.tiles.values()) heights.fill(NaN);
      heights.fill(1000); land.draw(); })()""")
    assert browser.evaluate("[...foragescape.land.ranks.values]") == [1000]


def test_a_link_returns_to_the_place(browser, page):
    show(browser, page)
    browser.evaluate("document.getElementById('in').click(); document.getElementById('next-maze').click()")
    browser.click(*place_on_canvas(browser, 0.37, 0.41))
    browser.evaluate(
        "(() => { const box = document.getElementById('palette'); box.value = 'mako'; box.onchange(); })()"
    )
    browser.click(*place_on_canvas(browser, 0.77, 0.41))
    place, words = browser.evaluate("foragescape.place()"), text(browser, "news")
    browser.wait(f"location.hash === {place!r}")
    show(browser, page, place)
    assert (browser.evaluate("foragescape.place()"), text(browser, "news")) == (place, words)
    for wrong in ("#at=1,2", "#at=x,y,z&life=-3&maze=99&colours=constructor&pick=1,2&pick=,,", "#" + quote("%<b>")):
        show(browser, page, wrong)
        assert browser.complaints == []
        assert browser.evaluate("foragescape.land.palette") == "inferno"


def test_a_saved_picture_holds_its_place_so_that_the_explorer_finds_it(browser, page, tmp_path):
    show(browser, page, "#at=0.25,-0.125,0.5&life=20")
    browser.evaluate("""(() => { const create = URL.createObjectURL;
      URL.createObjectURL = (blob) => { window.saved = blob; return create(blob); }; foragescape.save(); })()""")
    browser.wait("Boolean(window.saved)")
    data = browser.evaluate("""saved.arrayBuffer().then((buffer) => { let made = "";
      for (const b of new Uint8Array(buffer)) made += String.fromCharCode(b); return btoa(made); })""")
    path = tmp_path / "landscape.png"
    path.write_bytes(base64.b64decode(data))
    place = read_sighting(path).place
    assert (place.x, place.y, place.radius, place.terrain.mazes, place.terrain.lifetime) == (0.25, -0.125, 0.5, 3, 20)
    about = json.loads(read_metadata(path)["made_from"])
    assert about["share"].startswith("#at=0.25,-0.125,0.5&life=20")
    assert about["command"].startswith("foragescape share ")


def test_keys_move_zoom_and_run_foragers(browser, page):
    show(browser, page)
    browser.evaluate("land.focus()")
    x, radius = browser.evaluate("[foragescape.land.view.x, foragescape.land.view.radius]")
    browser.call("Input.dispatchKeyEvent", type="rawKeyDown", key="ArrowRight", windowsVirtualKeyCode=39)
    browser.press("+")
    assert browser.evaluate("foragescape.land.view.x") > x
    assert browser.evaluate("foragescape.land.view.radius") == pytest.approx(radius / 2)
    browser.call("Input.dispatchKeyEvent", type="rawKeyDown", key="Enter", windowsVirtualKeyCode=13)
    assert browser.evaluate("foragescape.foragers.picks.length === 1 && !foragescape.foragers.picks[0].first")
    browser.press("n")
    assert text(browser, "maze-name") == "maze 2 of 3"
    browser.press(" ")
    assert browser.evaluate("foragescape.foragers.playing") is False
    browser.press("0")
    assert browser.evaluate("foragescape.land.view.radius") == pytest.approx(radius)


def test_it_fits_a_phone_and_takes_touches(browser, page):
    show(browser, page, width=390, height=844, phone=True)
    assert browser.evaluate("document.documentElement.scrollWidth <= innerWidth")
    x, y = place_on_canvas(browser, 0.3, 0.3)
    browser.call("Input.dispatchTouchEvent", type="touchStart", touchPoints=[{"x": x, "y": y}])
    browser.call("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
    browser.wait("foragescape.foragers.picks.length === 1 && !foragescape.foragers.picks[0].first")
    radius = browser.evaluate("foragescape.land.view.radius")
    for kind, gap in (("touchStart", 20), ("touchMove", 40), ("touchMove", 80), ("touchEnd", 0)):
        points = [{"x": x + gap, "y": y, "id": 0}, {"x": x - gap, "y": y, "id": 1}] if gap else []
        browser.call("Input.dispatchTouchEvent", type=kind, touchPoints=points)
    browser.wait(f"foragescape.land.view.radius < {0.6 * radius}")
    assert browser.evaluate("foragescape.foragers.picks.length") == 1  # a pinch is no tap


def test_everything_that_can_be_used_has_a_name_for_screen_readers(browser, page):
    show(browser, page)
    nodes = browser.call("Accessibility.getFullAXTree")["nodes"]
    roles = {"button", "checkbox", "slider", "combobox", "image", "img"}
    used = [node for node in nodes if not node["ignored"] and node["role"]["value"] in roles]
    assert len(used) > 12
    assert [node for node in used if not node.get("name", {}).get("value")] == []


def test_a_field_that_was_swept_in_float64_goes_on_in_float64(browser, run, tmp_path):
    field, out = tmp_path / "wide.zarr", tmp_path / "page.html"
    words = ["--width", "12", "--height", "8", "--frames", "1", "--precision", "float64", "--mazes", "2"]
    assert main(["sweep", str(run), *words, "--out", str(field)]) == 0
    assert main(["share", str(field), "--out", str(out)]) == 0
    show(browser, out, "#at=0.1,0.2,0.01")
    assert browser.evaluate("foragescape.land.pixel(9, 9).dtype") == "float64"
    browser.click(*place_on_canvas(browser, 0.3, 0.6))
    assert browser.evaluate("foragescape.foragers.picks[0].dtype") == "float64"


@pytest.mark.parametrize("words", [["--cell", "gru", "--world.sight", "2"], ["--cell", "lstm"]])
def test_other_cells_and_foragers_that_see_pellets_run_too(browser, tmp_path, words):
    run, out = tmp_path / "run", tmp_path / "page.html"
    assert main([*EVOLVE, *words, "--out", str(run)]) == 0
    assert main(["share", str(run), *OPTIONS, "--out", str(out)]) == 0
    show(browser, out)
    browser.click(*place_on_canvas(browser, 0.3, 0.6))
    (expected,) = picks(browser, of_run(Run.open(run), SPEC))
    found = browser.evaluate(
        "(({ episode }) => [[...episode.places], [...episode.hidden]])(foragescape.foragers.shown[0])"
    )
    assert found[0] == expected.places.tolist()
    assert np.array_equal(np.array(found[1], np.float32), expected.hidden.ravel())
