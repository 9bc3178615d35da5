"""Sizes: TOML holds them, and nonsense is refused."""

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
from sim.values import from_text, to_toml


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
