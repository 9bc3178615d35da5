import numpy as np
import pytest

from render.window.explore.landscape_pipeline import LandscapePipeline
from render.window.explore.origin import Origin
from render.window.explore.painting import ColourSettings
from render.window.explore.place import Terrain
from render.window.explore.view import View
from sim.landscape.sampling import sample
from sim.rollout.machine import Machine
from tests.render.window.waiting import wait_until

VIEW = View(6, -40, -20, 45, 80)


@pytest.fixture
def pipeline():
    pipeline = LandscapePipeline()
    yield pipeline
    pipeline.close()


@pytest.fixture
def sampler(watched):
    return Origin.open(watched.path, Machine(1)).sampler(Terrain(lifetime=24, mazes=2))


def finish(pipeline, sampler, view):
    def exact():
        pipeline.refresh(sampler, view, ColourSettings())
        painting = pipeline.painting
        return painting is not None and painting.view == view and painting.known.all() and not pipeline.painter.busy

    wait_until(exact)


def test_a_refreshed_view_is_computed_and_painted(pipeline, sampler):
    finish(pipeline, sampler, VIEW)
    wanted = sample(sampler.objective, sampler.plane, VIEW.window) / 2
    assert np.array_equal(pipeline.painting.heights, wanted.astype(np.float32))
    assert pipeline.progress == 1.0


def test_the_same_view_is_computed_once(pipeline, sampler):
    finish(pipeline, sampler, VIEW)
    batches = pipeline.worker.revision
    finish(pipeline, sampler, VIEW)
    assert pipeline.worker.revision == batches


def test_progress_is_that_of_the_current_view(pipeline, sampler):
    pipeline.refresh(sampler, View(12, 0, 0, 720, 1280), ColourSettings())
    assert pipeline.progress < 0.5


def test_the_background_is_the_painting_at_the_time_of_the_call(pipeline, sampler):
    finish(pipeline, sampler, VIEW)
    pipeline.keep_background()
    before = pipeline.painting
    finish(pipeline, sampler, VIEW.moved(9, 0))
    assert pipeline.background is before
    assert pipeline.painting is not before
