"""Terrain caption: one line that names the visible terrain, for the explorer's window and for its films."""

from math import hypot

from render import objective_labels as labels
from render.film_words import around
from render.ticks import percent
from render.window.explore.lens import Lens
from render.window.explore.place import Terrain
from sim.landscape.objective import AnyObjective
from sim.rollout.machine import CPU


def terrain_caption(radius: float, centre: tuple[float, float], terrain: Terrain, objective: AnyObjective) -> str:
    """How far the weights are changed in a view, and the terrain's plane, mazes and lifetime.

    `radius` and `centre` are fractions of the genome's norm; people read them in percent.
    """
    parts = [around(radius, hypot(*centre))]
    parts += [f"and by {percent(terrain.third)} along a third direction"] * bool(terrain.third)
    parts += [f"turned {terrain.turn:.0f} degrees"] * bool(terrain.turn)
    return ", ".join([*parts, *labels.mean(objective, terrain.mazes), *labels.life(objective)])


def view_caption(lens: Lens, terrain: Terrain, objective: AnyObjective, device: str) -> str:
    """The caption of a part of a terrain; what computes it is said where it is not float32 on the CPU."""
    said = terrain_caption(lens.radius, lens.centre, terrain, objective)
    precise = lens.view.window.dtype if lens.view.window.dtype != "float32" else ""
    where = f"on {device}" if device != CPU.target_name else ""
    by = f"{precise} {where}".strip()
    return f"{said}; {by}" if by else said
