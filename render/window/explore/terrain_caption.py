"""Terrain caption: one line that names the visible terrain, for the explorer's window and for its films."""

from render import objective_labels as labels
from render.legend import short_number
from render.window.explore.place import Terrain
from render.window.explore.view import View
from sim.landscape.objective import AnyObjective


def terrain_caption(radius: float, terrain: Terrain, objective: AnyObjective) -> str:
    """The radius, as a fraction of the genome's norm ‖g‖, and the terrain's plane, mazes and lifetime."""
    parts = [f"radius {short_number(float(f'{radius:.2g}'))} ‖g‖"]
    parts += [f"z = {terrain.third:+.2f}"] * bool(terrain.third)
    parts += [f"turned {terrain.turn:.0f} degrees"] * bool(terrain.turn)
    return ", ".join([*parts, *labels.mean(objective, terrain.mazes), *labels.life(objective)])


def view_caption(view: View, terrain: Terrain, objective: AnyObjective, device: str) -> str:
    """The caption of a view of a terrain, with the arithmetic and the device that compute it."""
    return f"{terrain_caption(view.window.radius, terrain, objective)}; {view.window.dtype} on {device}"
