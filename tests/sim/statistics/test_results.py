"""Results survive being taken apart into JSON and arrays, whatever is in them."""

import io
import json
import math

import numpy as np
import pytest

from agents.errors import UserError
from sim.statistics.results import (
    KINDS,
    Curve,
    Histogram,
    Map,
    Mark,
    Matrix,
    Number,
    Scatter,
    from_parts,
    number,
    to_parts,
)

X = np.array([1.0, 2.5, np.inf])
EVERY = {
    "plain": Number("share", 3.5),
    "full": Number("share", -0.1, (None, 0.25), 7, "radius 0.3", "saturated", True),
    "lost": Number("share", None, note="nothing to halve"),
    "curve": Curve("loss", X, X[::-1], X - 1, X + 1, np.array([True, False, True]), "trace"),
    "thin": Curve("loss", X, X),
    "map": Map(
        "fitness", np.ones((2, 3), np.float32), 0.5, "distances", (1.0, 2.0), (0.0, 9.0),
        (Mark(np.zeros((2, 2)), "a", "path", 1), Mark(np.ones((1, 2)))),
    ),
    "bare": Map("fitness", np.ones((2, 3), np.float32), 0.5),
    "scatter": Scatter("pair", X, X),
    "classes": Scatter(
        "pair", X, X, classes=("near", "far"), of=np.array([0, 1, 1]), shade=np.eye(3), extent=(0.0, 2.0, -1.0, 1.0)
    ),
    "histogram": Histogram("radii", X, "greedy"),
    "matrix": Matrix("cka", np.eye(2), ("a", "b"), ("a", "b")),
}  # fmt: skip


def through_files(findings):
    """Parts that were written to disk and read again."""
    tables, arrays = to_parts(findings)
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    stream.seek(0)
    with np.load(stream) as file:
        return from_parts(json.loads(json.dumps(tables, allow_nan=False)), {name: file[name] for name in file.files})


def test_every_kind_comes_back():
    found = through_files(EVERY)
    assert list(found) == list(EVERY)
    assert {each.kind for each in found.values()} == set(KINDS)
    for slot, result in EVERY.items():
        assert type(found[slot]) is type(result)
        for name in result.__slots__:
            was, now = getattr(result, name), getattr(found[slot], name)
            if name == "marks":
                assert [(m.text, m.shape, m.subject, m.xy.tolist()) for m in was] == [
                    (m.text, m.shape, m.subject, m.xy.tolist()) for m in now
                ]
            elif isinstance(was, np.ndarray):
                np.testing.assert_array_equal(was, now)
                assert was.dtype == now.dtype
            else:
                assert was == now


def test_what_is_not_finite_is_none():
    found = number("share", np.float32("nan"), [-math.inf, 3], sample=4)
    assert (found.value, found.low, found.high, found.sample) == (None, None, 3.0, 4)
    assert number("share", 1, (math.nan, math.nan)).interval is None
    assert number("share", np.array(2)).value == 2.0


@pytest.mark.parametrize(
    "spoil",
    [
        lambda tables, arrays: tables["curve"].pop("kind"),
        lambda tables, arrays: tables["curve"].update(kind="cloud"),
        lambda tables, arrays: arrays.pop("curve/x"),
        lambda tables, arrays: tables["map"]["marks"].append({"text": "c"}),
        lambda tables, arrays: tables["plain"].update(colour="red"),
        lambda tables, arrays: tables.update(plain=None),
    ],
)
def test_parts_that_do_not_fit_are_refused(spoil):
    tables, arrays = to_parts(EVERY)
    spoil(tables, arrays)
    with pytest.raises(UserError, match="results are damaged"):
        from_parts(tables, arrays)
