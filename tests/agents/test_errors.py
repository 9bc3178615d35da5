"""UserError joins its message and its remedies in one line."""

import pickle

import pytest

from agents.errors import Remedy, UserError


@pytest.mark.parametrize(
    ("remedies", "text"),
    [
        ((), "no"),
        (("wait",), "no; wait"),
        (("wait", Remedy.START_OVER), "no; wait, or start over"),
        ((Remedy.ELSEWHERE, "wait", Remedy.START_OVER), "no; choose another place, wait, or start over"),
    ],
)
def test_the_text_joins_the_message_and_its_remedies(remedies, text):
    assert str(UserError("no", *remedies)) == text


def test_remedies_can_be_worded_differently():
    error = UserError("no", "wait", Remedy.START_OVER, Remedy.ELSEWHERE)
    assert error.worded({Remedy.START_OVER: "begin again"}) == "no; wait, begin again, or choose another place"


def test_an_error_can_be_pickled():
    error = pickle.loads(pickle.dumps(UserError("no", "wait", Remedy.START_OVER, path="runs/a")))
    assert (error.message, error.remedies, error.path) == ("no", ("wait", Remedy.START_OVER), "runs/a")
    assert str(error) == "no; wait, or start over"
