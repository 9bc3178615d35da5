"""Every check refuses a wrong value in one line that says what was got and what was expected."""

import math
from typing import Literal

import numpy as np
import pytest

from agents import checks
from agents.errors import UserError

REFUSED = [
    (checks.between, (1.5, 0, 1), "x must be from 0 to 1, got 1.5"),
    (checks.between, (math.nan, 0, 1), "x must be from 0 to 1, got nan"),
    (checks.between, ("1", 0, 1), "x must be from 0 to 1, got '1'"),
    (checks.between, (True, 0, 1), "x must be from 0 to 1, got True"),
    (checks.between, (math.inf, 0, math.inf), "x must be 0 or more, got inf"),
    (checks.between, (1e-9, 1e-6, 1e6), "x must be from 1e-06 to 1e+06, got 1e-09"),
    (checks.positive, (0,), "x must be a number above 0, got 0"),
    (checks.scale, (0,), "x must be a number above 0, got 0"),
    (checks.scale, (1e7,), "x must be at most 1e+06, got 10000000.0"),
    (checks.positive, (math.nan,), "x must be a number above 0, got nan"),
    (checks.positive, (math.inf,), "x must be a number above 0, got inf"),
    (checks.positive, (None,), "x must be a number above 0, got None"),
    (checks.positive, (2.0, 1), "x must be above 0 and at most 1, got 2.0"),
    (checks.whole, (0, 1, 10**9), "x must be from 1 to 1000000000, got 0"),
    (checks.whole, (3, 4, math.inf), "x must be 4 or more, got 3"),
    (checks.whole, (1, 2, 256, "units"), "x must be from 2 to 256 units, got 1"),
    (checks.whole, (2.0, 1, 9), "x must be a whole number from 1 to 9, got 2.0"),
    (checks.whole, (True, 1, 9), "x must be a whole number from 1 to 9, got True"),
    (checks.whole, (np.int64(2), 1, 9), r"x must be a whole number from 1 to 9, got np.int64\(2\)"),
    (checks.even, (3, "genomes come in pairs"), "x must be even, as genomes come in pairs, got 3"),
    (checks.choice, ("c", Literal["a", "b"]), "x must be one of a, b, got 'c'"),
    (checks.choice, ([], Literal["a", "b"]), r"x must be one of a, b, got \[\]"),
]


@pytest.mark.parametrize(("check", "given", "message"), REFUSED)
def test_values_that_are_not_allowed_are_refused(check, given, message):
    with pytest.raises(UserError, match=f"^{message.replace('+', '[+]')}$"):
        check("x", *given)


@pytest.mark.parametrize("seed", [-1, 2**64, 1.0, True, None])
def test_seeds_out_of_range_are_refused(seed):
    with pytest.raises(UserError, match=r"^seed must be from 0 to 2\^64 - 1, got"):
        checks.seed(seed)


def test_allowed_values_pass():
    checks.between("x", np.float32(0.5), 0, 1)
    checks.between("x", 0, 0, math.inf)
    checks.positive("x", 1e-320)
    checks.positive("x", 1, 1)
    checks.whole("x", 2**70, 0, math.inf)
    checks.even("x", 0, "")
    checks.choice("x", "b", Literal["a", "b"])
    checks.seed(2**64 - 1)
