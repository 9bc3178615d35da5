"""Quick sizes: those that no section of a comparison exceeds where it is to be done within two minutes."""

from dataclasses import fields, replace
from typing import Any

PATHS: dict[str, Any] = {
    "points": 29, "mazes": 64, "generations": 40, "population": 64, "rollouts": 8, "steps": 30, "episodes": 32,
}  # fmt: skip
QUICK: dict[str, Any] = {
    "champions": {"mazes": 256, "repetitions": 2},
    "landscapes": {"side": 128, "mazes": 8},
    "plane": {"side": 128, "mazes": 8, "paths": PATHS},
    "alignment": {"starts": 32, "controls": 4, "paths": PATHS},
    "roughness": {
        "planes": 5,
        "side": 128,
        "windows": 6,
        "fine": 256,
        "mazes": 8,
        "pairs": 1600,
        "walks": 32,
        "lives": 2,
    },
    "curvature": {"episodes": 16, "probes": 20, "products": 30, "samples": 8192, "mazes": 8, "lives": 4},
}


def capped(config: Any, caps: dict[str, Any]) -> Any:
    """A config with none of its numbers above the caps, which are nested as it is."""
    changed: dict[str, Any] = {}
    for each in fields(config):
        cap, value = caps.get(each.name), getattr(config, each.name)
        if isinstance(cap, dict):
            changed[each.name] = capped(value, cap)
        elif cap is not None:
            changed[each.name] = min(value, cap)
    return replace(config, **changed)
