"""Through the whole section, a plain cliff measures what a plain cliff is."""

from dataclasses import replace

import numpy as np
import pytest

from sim.comparison import roughness
from sim.comparison.roughness import measure
from sim.rollout.machine import CPU


@pytest.fixture
def cliff(monkeypatch, contest):
    """Every maze's pellets are 1 on one side of a flat cliff through genome space, 0 on the other."""
    normal = np.random.Generator(np.random.Philox(2)).standard_normal(contest.layout.size)

    def eaten(contest, mazes, machine, lifetime=None):
        home = contest.contestants[0].genome.astype(np.float64) @ normal
        return lambda genomes: (genomes.astype(np.float64) @ normal > home).astype(int)[:, None].repeat(mazes.count, 1)

    monkeypatch.setattr(roughness, "eaten", eaten)


def test_a_cliff_is_not_taken_for_a_fractal(contest, config, cliff):
    alone = replace(contest, contestants=contest.contestants[:1])
    sizes = replace(config.roughness, planes=4, side=128, pairs=3000, radii=(0.05,))
    found = measure(alone, sizes, CPU, lambda _: None).numbers["a evolve (es)"]
    assert found["uncertainty_0.05"].value == pytest.approx(1, abs=0.12)
    assert found["hoelder_1"].value == pytest.approx(1, abs=0.1)
    assert found["hoelder_2"].value == pytest.approx(0.5, abs=0.05)
    assert found["hoelder_ratio"].value == pytest.approx(1, abs=0.1)
    assert found["level_median"].value == pytest.approx(1, abs=0.1)
    assert found["neutrality_0.05"].value > 90


def test_every_measure_has_its_control(compared):
    numbers = compared[0].sections["roughness"].numbers
    for found in numbers.values():
        for slot in ("boundary", "lines", "level_median", "hoelder_1", "hoelder_2", "hoelder_ratio"):
            assert {slot, f"{slot}_bowl", f"{slot}_other"} <= found.keys()
        assert {"uncertainty_0.3", "uncertainty_0.3_10", "uncertainty_bowl", "uncertainty_other"} <= found.keys()
        assert {"last_place", "lyapunov", "ruggedness_0.3", "neutrality_0.3", "neutral_walk_0.3"} <= found.keys()
        assert "lives of 10 steps" in found["uncertainty_0.3_10"].note


def test_log_log_points_come_along(compared):
    arrays = compared[0].sections["roughness"].arrays
    for slot in ("boundary", "uncertainty_0.3", "hoelder_2_loss"):
        for at in (0, 1):
            parts = [arrays[f"{slot}.{at}.{name}"] for name in ("scales", "values", "fitted")]
            assert len({part.shape for part in parts}) == 1
