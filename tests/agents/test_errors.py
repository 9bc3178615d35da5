"""Errors that are meant for a person."""

import pickle

import pytest

from agents.errors import Remedy, UserError


@pytest.mark.parametrize(
    ("fixes", "text"),
    [
        ((), "no"),
        (("wait",), "no; wait"),
        (("wait", Remedy.START_OVER), "no; wait, or start over"),
        ((Remedy.ELSEWHERE, "wait", Remedy.START_OVER), "no; choose another place, wait, or start over"),
    ],
)
def test_the_text_joins_the_message_and_its_remedies(fixes, text):
    assert str(UserError("no", *fixes)) == text


def test_remedies_are_named_in_other_words():
    error = UserError("no", "wait", Remedy.START_OVER, Remedy.ELSEWHERE)
    assert error.worded({Remedy.START_OVER: "begin again"}) == "no; wait, begin again, or choose another place"


def test_an_error_survives_the_way_to_another_process():
    error = pickle.loads(pickle.dumps(UserError("no", "wait", Remedy.START_OVER, path="runs/a")))
    assert (error.message, error.remedies, error.path) == ("no", ("wait", Remedy.START_OVER), "runs/a")
    assert str(error) == "no; wait, or start over"
