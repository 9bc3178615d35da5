"""A forager at work, as a scene: the life of a run's champion in one maze, as the demo, and a notebook, show it."""

from agents import checks
from render.film import Scene
from render.legend import Frame
from render.maze_picture import forager_times, maze_picture, put_maze_words
from sim.learning.run import Run
from sim.world.life import play_episode
from sim.world.maze import Split, carve
from sim.world.rules import World

SECONDS = 8.0
TITLE = "A forager at work"


def foraging_scene(
    run: Run,
    size: tuple[int, int],
    fps: float,
    seconds: float = SECONDS,
    *,
    maze: int = 0,
    split: Split = "validation",
    title: str = TITLE,
    caption: str | None = None,
) -> Scene:
    """The champion's life in a maze of its run's stream, told in `seconds`, in frames of `size` H, W.

    Without a `caption` it says what the forager senses. Raises UserError for numbers that no maze has.
    """
    checks.whole("maze", maze, 0, 2**31)
    setting, champion = run.setting(), run.champion()
    world, mazes = setting.world, carve(setting.world.maze, 1, seed=setting.seed, split=split, first=maze)
    episode = play_episode(champion.weights, champion.layout, mazes, 0, world)
    times = forager_times(world.lifetime, fps, seconds)
    if caption is None:
        caption = f"{_senses(world)} {champion.layout.hidden} recurrent units."

    def put(frame: Frame, number: int) -> None:
        put_maze_words(frame, mazes, 0, episode, times[number], title, caption)

    return Scene(len(times), lambda number: maze_picture(mazes, 0, episode, times[number], size, words=False), put)


def _senses(world: World) -> str:
    """What a forager has to go by, in a sentence."""
    if world.sight:
        return f"It feels walls, remembers, and sees pellets up to {world.sight} cells away."
    return "It feels walls and remembers; it never sees a pellet."
