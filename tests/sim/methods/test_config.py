"""Sizes are refused where nothing can be measured with them, and capped for a quick look."""

import pytest

from agents.errors import UserError
from sim.methods.config import AROUND, BETWEEN, AroundConfig, BetweenConfig, MethodsConfig


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: AroundConfig(mazes=1), "around.mazes"),
        (lambda: AroundConfig(samples=5), "must be even"),
        (lambda: AroundConfig(step=0), "around.step"),
        (lambda: BetweenConfig(points=1), "between.points"),
        (lambda: BetweenConfig(strangers=0), "between.strangers"),
        (lambda: MethodsConfig(seed=-1), "seed must be"),
    ],
)
def test_refusals_name_the_setting(make, said):
    with pytest.raises(UserError, match=said):
        make()


def test_quick_caps_and_never_enlarges():
    whole = MethodsConfig(around=AroundConfig(walks=3))
    assert whole.sized is whole
    quick = MethodsConfig(quick=True, around=AroundConfig(walks=3)).sized
    assert quick.around.walks == 3
    assert quick.around.mazes == AROUND["mazes"]
    assert quick.between.points == BETWEEN["points"]
