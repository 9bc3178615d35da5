"""Check that a finished field was swept with the settings that a command asks for."""

from collections.abc import Collection
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from agents.errors import UserError
from sim.landscape.landscape import Landscape
from sim.landscape.objective import Objective
from sim.landscape.score import Observed, Pellets
from sim.landscape.several import separate
from sim.landscape.spec import LandscapeSpec


def check_settings(source: Path, landscape: Landscape, spec: LandscapeSpec, given: Collection[str]) -> None:
    """Raise UserError if the field `source` of a landscape was swept with other settings than those of `spec`.

    A setting is compared if it differs from its default, or if its name is in `given`, the options that the user named.
    """
    known = known_settings(landscape)
    for field in fields(LandscapeSpec):
        name, wanted = field.name, getattr(spec, field.name)
        if name not in given and wanted == field.default:
            continue
        if name not in known:
            raise UserError(f"the field {source} is swept, {name} has no effect; leave {name} out, or give the run")
        if known[name] != wanted:
            has = f"has {name} {known[name]}, not {wanted}"
            raise UserError(f"the field {source} {has}; leave {name} out, or give the run")


def known_settings(landscape: Landscape) -> dict[str, Any]:
    """The settings of a LandscapeSpec, by name, that can be read from a landscape."""
    tour, objective, window = landscape.tour, landscape.objective, landscape.tour.windows[0]
    settings: dict[str, Any] = {
        "tour": tour.name,
        "frames": len(tour),
        "x": window.x,
        "y": window.y,
        "radius": window.radius,
        "width": window.shape[1],
        "height": window.shape[0],
    }
    if isinstance(objective, Objective):
        mazes = objective.mazes
        settings |= {"every": objective.every, "objective": objective.score.name, **asdict(objective.score)}
        if isinstance(objective.score, Pellets | Observed):
            settings |= {"objective": Pellets.name, "quantity": tuple(separate(objective))}
        settings |= {"split": mazes.split, "lifetime": objective.world.lifetime, "cells": mazes.config.size}
        if isinstance(mazes.numbers, range):
            settings |= {"first": mazes.numbers.start, "mazes": mazes.count}
    return settings
