"""The scenes of the demo's film, which tells a stranger what a forager is, and what its fitness landscape shows."""

import shlex
from functools import cache

import numpy as np

from render.film import FilmConfig, Frame, Scene
from render.film_approach import approach, grown, turning
from render.film_clip import pair_of
from render.film_pair import Pair, pair_scene
from render.film_words import put_headline, still_scene, titled, with_headline, words
from render.film_zoom import zoom
from render.foraging_scene import foraging_scene
from render.reel import Reel
from render.views import put_land_words
from sim.landscape.parting import find_parting
from sim.learning.run import Run
from sim.world.life import play_episode
from sim.world.maze import carve

SECONDS = {
    "title": 2.4,
    "forager": 6.0,
    "memory": 5.0,
    "horizon": 4.4,
    "approach": 3.0,
    "parting": 6.0,
    "zoom": 9.0,
    "end": 3.2,
}
HOLD = 0.8  # seconds that the last frame of the zoom is held
NAME, SUBJECT = "Foragescape", ("the fitness landscape of small brains",)
FORAGER = "A forager: a brain of {} neurons in a maze of pellets."
SENSES = "It feels the walls beside it, and never sees a pellet. Evolution chose it for the number that it eats."
MEMORY = "It remembers where it has been. Without memory, it walks in circles."
PIXEL = "Every pixel is another brain: the same one, slightly changed. The higher and brighter, the more it eats."
NEIGHBOURS = "Two neighbouring pixels are two brains, almost the same."
EDGE = "They live alike until one turns another way. So the edge is rough."
CLOSER = "Look {:.3g} times closer: neighbours still eat {} different amounts."
ALIKE = "Look {:.3g} times closer: here, all neighbours eat the same."
YOURS = "make your own: foragescape demo"
WALK = "walk around in it: {}"


def story(run: Run, horizon: Reel, dive: Reel, size: tuple[int, int], fps: float) -> list[Scene]:
    """The scenes in frames of `size` H, W: of a run's champion, its landscape as life grows longer, and a zoom."""
    film, last = FilmConfig(), len(horizon) - 1
    frames = {name: round(seconds * fps) for name, seconds in SECONDS.items()}
    parting = find_parting(horizon.landscape, 0, horizon.heights(last))
    title = turning(horizon, film, size, frames["title"], last, last)
    hidden = run.champion().layout.hidden
    forager = foraging_scene(run, size, fps, SECONDS["forager"], title=FORAGER.format(hidden), caption=SENSES)
    growing = turning(horizon, film, size, frames["horizon"])
    near = approach(horizon, last, film, parting.pixels, size, frames["approach"])
    close = zoom(dive, FilmConfig(seconds=SECONDS["zoom"], title=closer(dive)), size, fps)
    return [
        titled(title, NAME, SUBJECT),
        forager,
        pair_scene(without_memory(run), MEMORY, size, fps, SECONDS["memory"]),
        _grown(growing, horizon, film),
        with_headline(near, NEIGHBOURS),
        pair_scene(pair_of(horizon, last, film, parting), EDGE, size, fps, SECONDS["parting"]),
        _held(close, round(HOLD * fps)),
        titled(still_scene(frames["end"], lambda: close.picture(close.count - 1)), NAME, invitation(run)),
    ]


def closer(dive: Reel) -> str:
    """The sentence of a zoom, which says what was measured at its end: it may be rough or smooth there."""
    windows, amounts = dive.tour.windows, len(np.unique(dive.heights(len(dive) - 1)))
    return (CLOSER if amounts > 1 else ALIKE).format(windows[0].radius / windows[-1].radius, amounts)


def invitation(run: Run) -> tuple[str, str]:
    """The lines of the last card: what to type next, for this very run."""
    return YOURS, WALK.format(shlex.join(["foragescape", "explore", str(run.path)]))


def without_memory(run: Run) -> Pair:
    """The champion in a maze of its run's stream, as it is, and with its hidden state set to 0 before each step."""
    setting, champion = run.setting(), run.champion()
    mazes = carve(setting.world.maze, 1, seed=setting.seed, split="validation")
    one, two = (
        play_episode(champion.weights, champion.layout, mazes, 0, setting.world, ablate=ablate)
        for ablate in (False, True)
    )
    return Pair(("with memory", "without"), mazes, (one, two), None)


def _grown(scene: Scene, reel: Reel, film: FilmConfig) -> Scene:
    """The scene of a landscape that grows, with its sentence at the head, and at the foot how long a life is shown."""
    last = len(reel) - 1

    def put(frame: Frame, number: int) -> None:
        at = round(last * grown(number / max(scene.count - 1, 1)))
        put_land_words(frame, reel, film, ("", words(reel, film, at)[1]))
        put_headline(frame, PIXEL)

    return Scene(scene.count, scene.picture, put)


def _held(scene: Scene, frames: int) -> Scene:
    """A scene whose last frame is held for `frames` more frames; it is drawn once."""
    last = scene.count - 1
    end = cache(lambda: scene.picture(last))
    held = scene.showing([*range(scene.count), *[last] * frames])
    return Scene(held.count, lambda number: scene.picture(number) if number < last else end(), held.words)
