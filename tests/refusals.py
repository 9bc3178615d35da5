"""Calls that end in a UserError, and the smallest run that they are tried on."""

import pytest

from agents.errors import UserError
from tests.learners import tiny

TINY = tiny("es", {"generations": 4})


def refused(said, call, *arguments, **options):
    """Check that the call raises a UserError of one line that matches `said`."""
    with pytest.raises(UserError, match=said) as caught:
        call(*arguments, **options)
    assert "\n" not in str(caught.value)
