"""Sizes: quick ones are never larger, and nonsense is refused."""

from dataclasses import asdict

import pytest

from agents.errors import UserError
from sim.comparison.config import (
    AlignmentConfig,
    ChampionsConfig,
    CompareConfig,
    CurvatureConfig,
    LandscapesConfig,
    PathsConfig,
    PlaneConfig,
    RoughnessConfig,
)
from sim.config import from_text, to_toml


def _leaves(tree):
    for value in tree.values():
        yield from _leaves(value) if isinstance(value, dict) else [value]


def test_quick_only_shrinks():
    full, quick = CompareConfig().sized, CompareConfig(quick=True).sized
    pairs = list(zip(_leaves(asdict(full)), _leaves(asdict(quick)), strict=True))
    numbers = [(a, b) for a, b in pairs if type(a) is int]
    assert all(b <= a for a, b in numbers)
    assert sum(b < a for a, b in numbers) > 20
    assert quick.roughness.planes >= 5
    assert quick.curvature.directions == 200
    small = CompareConfig(quick=True, landscapes=LandscapesConfig(side=7))
    assert small.sized.landscapes.side == 7


def test_toml_holds_it(config):
    assert from_text(CompareConfig, to_toml(config), "it") == config


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        (CompareConfig, {"seed": -1}),
        (CompareConfig, {"ties": "both"}),
        (ChampionsConfig, {"mazes": 1}),
        (LandscapesConfig, {"radius": 0.0}),
        (PathsConfig, {"points": 60}),
        (PathsConfig, {"population": 3}),
        (PlaneConfig, {"side": 1}),
        (AlignmentConfig, {"starts": 0}),
        (RoughnessConfig, {"side": 63}),
        (RoughnessConfig, {"radii": ()}),
        (RoughnessConfig, {"radii": (float("nan"),)}),
        (CurvatureConfig, {"samples": 7}),
        (CurvatureConfig, {"horizons": ()}),
    ],
)
def test_nonsense_is_refused(kind, settings):
    with pytest.raises(UserError, match=next(iter(settings))):
        kind(**settings)
