"""Quick sizes are never larger."""

from dataclasses import asdict

from sim.comparison.config import CompareConfig, LandscapesConfig
from sim.comparison.quick import QUICK, capped


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


def test_all_that_is_capped_exists():
    def exists(config, caps):
        return all(
            exists(getattr(config, name), cap) if isinstance(cap, dict) else hasattr(config, name)
            for name, cap in caps.items()
        )

    assert exists(CompareConfig(), QUICK)
    assert capped(CompareConfig(), {}) == CompareConfig()
