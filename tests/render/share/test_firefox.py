"""The page in Firefox: it runs foragers and computes pixels with our bits there, too."""

import numpy as np
import pytest

from render.share.swept_pictures import of_run
from sim.learning.run import Run
from sim.world.life import play_episode
from tests.render.share.firefox import MISSING, PROGRAM, Firefox
from tests.render.share.test_shared_page import READY, SPEC, TILES


@pytest.mark.skipif(PROGRAM is None, reason=MISSING)
def test_the_page_runs_in_firefox(page, run):
    shared = of_run(Run.open(run), SPEC)
    with Firefox(500, 600) as firefox:
        firefox.open(page, "#at=0.31,-0.2,0.01&pick=0.25,0.5,32")
        firefox.wait(READY)
        firefox.wait("!foragescape.land.crew.working && !foragescape.land.crew.queue.length")
        found = firefox.evaluate(TILES)
        places = firefox.evaluate("[...foragescape.foragers.shown[0].episode.places]")
        assert firefox.evaluate("foragescape.land.pixel(9, 9).dtype === 'float32'")
    objective, mazes = shared.objective, shared.objective.mazes.carve()
    expected = play_episode(shared.plane.at((0.25, 0.5)), objective.layout, mazes, 0, objective.world)
    assert places == expected.places.tolist()
    level = int(found[0][0].split("/")[-3])
    xy = np.array([(column, -row) for _, column, row, _ in found])[::7] * 2.0**-level
    heights = np.array([height for *_, height in found], np.float32)[::7]
    sums = objective.on_plane(shared.plane, xy, "float32")
    assert np.array_equal(heights, (sums / objective.mazes.count).astype(np.float32))
