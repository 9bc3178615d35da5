"""Labels are the teacher's, or controls that depend on the senses, or on maze and step alone."""

from collections import Counter, defaultdict
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.randomness import words
from sim.imitation.labels import HISTORY_LIMITS, most_right, permutations_of_states, poisoned, random_actions, relabel
from sim.imitation.teacher import Demonstrations, demonstrate, join
from sim.world.maze import MazeConfig, carve
from sim.world.rules import World

WORLD = World(maze=MazeConfig(size=5), lifetime=60)
MAZES = carve(WORLD.maze, 6, seed=3, split="train")
SHOWN = demonstrate(MAZES, WORLD)


def _changed(labels, seed=3, history=2, shown=SHOWN, mazes=MAZES):
    return relabel(shown, mazes, labels, seed=seed, history=history)


def _plain_shuffle(senses, labels, seed, history):
    """The twin in plain Python, one step after another."""
    inputs, changed = senses.shape[-1], np.zeros_like(labels)
    for episode in range(len(senses)):
        for step in range(senses.shape[1]):
            state = 0
            for ago in range(history):
                for sense in range(inputs):
                    if step >= ago and senses[episode, step - ago, sense]:
                        state |= 1 << (inputs * ago + sense)
            word = int(words(1, seed, "imitation/shuffled", state)[0])
            order = list(permutations(range(4)))[word % 24]
            for action in range(4):
                changed[episode, step, action] = labels[episode, step, order[action]]
    return changed


def test_true_labels_are_not_changed():
    assert _changed("true") is SHOWN


@given(
    seed=st.integers(0, 2**64 - 1),
    history=st.integers(*HISTORY_LIMITS),
    inputs=st.sampled_from([5, 9]),
    steps=st.integers(1, 12),
)
def test_shuffled_labels_equal_those_of_a_plain_loop(seed, history, inputs, steps):
    rng = np.random.default_rng(seed)
    senses = rng.integers(0, 2, (3, steps, inputs), np.uint8)
    shown = Demonstrations(senses, rng.random((3, steps, 4)).astype(np.float32), {})
    found = _changed("shuffled", seed, history, shown)
    np.testing.assert_array_equal(found.labels, _plain_shuffle(senses, shown.labels, seed, history))
    np.testing.assert_array_equal(found.senses, senses)


@pytest.mark.parametrize("history", [1, 2, 4])
def test_shuffled_labels_depend_on_the_last_senses_and_the_true_label_alone(history):
    found, known = _changed("shuffled", history=history).labels, {}
    for episode, labels in enumerate(found):
        for step, label in enumerate(labels):
            recent = [
                SHOWN.senses[episode, step - ago].tobytes() if step >= ago else bytes(5) for ago in range(history)
            ]
            key = (*recent, SHOWN.labels[episode, step].tobytes())
            assert known.setdefault(key, label.tobytes()) == label.tobytes()
    assert len(set(known)) > len(set(known.values()))


def test_states_and_seeds_have_different_permutations():
    all_senses = ((np.arange(32)[:, None] >> np.arange(5)) & 1).astype(np.uint8)[:, None]
    orders = permutations_of_states(all_senses, seed=3, history=1)[:, 0]
    assert (np.sort(orders, axis=-1) == np.arange(4)).all()
    assert len({tuple(order) for order in orders.tolist()}) > 12
    assert (orders != permutations_of_states(all_senses, seed=4, history=1)[:, 0]).any()


def test_random_labels_depend_on_maze_and_step_alone():
    found = _changed("random")
    expected = random_actions(MAZES, WORLD.lifetime)
    has_label = SHOWN.labels.any(-1)
    np.testing.assert_array_equal(found.labels.argmax(-1)[has_label], expected[has_label])
    assert set(np.unique(found.labels)) == {0, 1}
    chosen = MAZES.take([4, 1])
    np.testing.assert_array_equal(random_actions(chosen, 20), expected[[4, 1], :20])
    for split in ("train", "validation"):
        mazes = carve(WORLD.maze, 4, seed=3, split=split)
        drawn = [words(9, 3, f"imitation/random/{split}", index) >> np.uint64(62) for index in range(4)]
        np.testing.assert_array_equal(random_actions(mazes, 9), drawn)


def test_random_actions_are_equally_frequent():
    counts = np.bincount(random_actions(carve(WORLD.maze, 50, seed=1, split="train"), 200).ravel())
    assert counts.sum() == 10_000
    np.testing.assert_allclose(counts, 2500, atol=4 * np.sqrt(10_000 * 3 / 16))


@pytest.mark.parametrize("labels", ["shuffled", "random"])
@pytest.mark.parametrize("ties", ["left", "shared"])
def test_steps_without_a_label_keep_none(labels, ties):
    shown = demonstrate(MAZES, WORLD, ties=ties)
    found = _changed(labels, shown=shown)
    assert 0 < shown.labelled_steps < shown.labels[..., 0].size
    np.testing.assert_array_equal(found.labels.any(-1), shown.labels.any(-1))
    assert found.labelled_steps == shown.labelled_steps
    assert (found.labels != shown.labels).any()
    assert found.labels.dtype == np.float32
    if labels == "shuffled":
        np.testing.assert_array_equal(np.sort(found.labels, -1), np.sort(shown.labels, -1))


def test_the_identity_names_the_labels():
    assert _changed("shuffled").identity == {**SHOWN.identity, "labels": "shuffled", "seed": 3, "history": 2}
    assert _changed("random").identity == {**SHOWN.identity, "labels": "random"}


@pytest.mark.parametrize("ties", ["left", "shared"])
def test_poisoned_labels_are_always_wrong_and_random_among_the_wrong_ones(ties):
    shown = demonstrate(carve(WORLD.maze, 200, seed=3, split="train"), WORLD, ties=ties)
    found = poisoned(shown, carve(WORLD.maze, 200, seed=3, split="train"))
    assert not (found.labels * shown.labels).any()
    labelled = shown.labels.any(-1) & ~shown.labels.all(-1)
    np.testing.assert_array_equal(found.labels.sum(-1), labelled)
    assert set(np.unique(found.labels)) == {0, 1}
    np.testing.assert_array_equal(found.senses, shown.senses)
    single = shown.labels.max(-1) == 1
    for action in range(4):  # each of the three wrong actions is as likely
        drawn = found.labels[single & (shown.labels.argmax(-1) == action)].mean(0)
        assert drawn == pytest.approx([1 / 3 * (other != action) for other in range(4)], abs=0.05)


def test_poisoned_labels_depend_on_maze_and_step_alone():
    whole = poisoned(SHOWN, MAZES).labels
    some = MAZES.take([4, 1])
    np.testing.assert_array_equal(poisoned(demonstrate(some, WORLD), some).labels, whole[[4, 1]])
    other = carve(WORLD.maze, 6, seed=4, split="train")
    shown = Demonstrations(SHOWN.senses, SHOWN.labels, {})
    changed = (poisoned(shown, other).labels != whole).any(-1)[SHOWN.labels.any(-1)]
    assert changed.mean() == pytest.approx(2 / 3, abs=0.1)


def test_at_most_all_labelled_steps_can_be_right():
    assert most_right(SHOWN) == SHOWN.labelled_steps
    assert most_right(join(SHOWN, SHOWN)) == 2 * SHOWN.labelled_steps


def test_of_contradicting_labels_only_one_can_be_right():
    """Wrong labels of the same episodes: a network cannot be right in both."""
    wrong = poisoned(SHOWN, MAZES)
    assert most_right(join(SHOWN, wrong)) == SHOWN.labelled_steps
    assert most_right(join(SHOWN, SHOWN, wrong)) == 2 * SHOWN.labelled_steps


@given(st.integers(0, 2**32 - 1), st.integers(1, 4), st.integers(1, 6))
def test_most_right_equals_a_plain_count(seed, inputs, steps):
    random = np.random.default_rng(seed)
    senses = random.integers(0, 2, (12, steps, inputs), np.uint8)
    labels = random.integers(0, 2, (12, steps, 4)).astype(np.float32)
    named = defaultdict(Counter)
    for episode in range(12):
        for step in range(steps):
            history = senses[episode, : step + 1].tobytes()
            named[history].update(action for action in range(4) if labels[episode, step, action])
    expected = sum(max(counts.values(), default=0) for counts in named.values())
    assert most_right(Demonstrations(senses, labels, {})) == expected
