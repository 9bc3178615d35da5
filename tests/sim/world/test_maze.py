"""Mazes keep the rules, depend on their names alone, and have the statistics of their algorithms."""

import hashlib
import json
import pickle
from dataclasses import asdict
from itertools import pairwise
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.errors import UserError
from agents.randomness import words
from sim.world import maze as module
from sim.world.carving import carve_maze
from sim.world.maze import Algorithm, MazeConfig, Mazes, MazeSet, Split, carve, pick

ALGORITHMS, SPLITS = get_args(Algorithm), get_args(Split)
STEPS = ((-1, 0), (0, 1), (1, 0), (0, -1))
ARRAYS = ("indices", "open", "pellets", "start", "heading")

shares = st.floats(0, 1)
seeds = st.integers(0, 2**64 - 1)
configs = st.builds(
    MazeConfig, size=st.integers(4, 64), algorithm=st.sampled_from(ALGORITHMS), braid=shares, pellets=shares
)


def same(one: Mazes, other: Mazes) -> bool:
    names = (one.config, one.seed, one.split) == (other.config, other.seed, other.split)
    return names and all(np.array_equal(getattr(one, name), getattr(other, name)) for name in ARRAYS)


def passage_counts(mazes: Mazes) -> np.ndarray:
    return np.bitwise_count(mazes.open).sum(axis=(1, 2), dtype=np.int64) // 2


def neighbours(row: int, column: int, size: int) -> list[tuple[int, tuple[int, int]]]:
    """The directions that stay inside the border, with the cells they lead to."""
    places = [(d, (row + down, column + right)) for d, (down, right) in enumerate(STEPS)]
    return [(d, place) for d, place in places if min(place) >= 0 and max(place) < size]


def reached(open_: np.ndarray) -> int:
    """How many cells a walk from the corner can reach."""
    seen, waiting = {(0, 0)}, [(0, 0)]
    while waiting:
        cell = waiting.pop()
        for d, place in neighbours(*cell, len(open_)):
            if open_[cell] >> d & 1 and place not in seen:
                seen.add(place)
                waiting.append(place)
    return len(seen)


@given(configs, seeds, st.sampled_from(SPLITS), st.integers(0, 2**63 - 3))
def test_every_maze_keeps_the_rules(config: MazeConfig, seed: int, split: Split, first: int) -> None:
    mazes = carve(config, 2, seed=seed, split=split, first=first)
    n, open_ = config.size, mazes.open
    assert [getattr(mazes, name).dtype for name in ARRAYS] == [np.int64, np.uint8, np.bool_, np.int32, np.int32]
    assert open_.shape == mazes.pellets.shape == (2, n, n)
    assert mazes.start.shape == mazes.heading.shape == (2,)
    assert mazes.indices.tolist() == [first, first + 1]
    assert (mazes.count, mazes.size) == (2, n)

    north, east, south, west = ((open_ >> d) & 1 for d in range(4))
    assert not open_.max() >> 4
    np.testing.assert_array_equal(east[:, :, :-1], west[:, :, 1:])
    np.testing.assert_array_equal(south[:, :-1], north[:, 1:])
    for border in (north[:, 0], south[:, -1], west[:, :, 0], east[:, :, -1]):
        assert not border.any()
    assert [reached(of_maze) for of_maze in open_] == [n * n, n * n]

    assert (passage_counts(mazes) == n * n - 1 + round((n - 1) ** 2 * config.braid)).all()
    assert (mazes.pellet_counts == max(1, round((n * n - 1) * config.pellets))).all()
    assert (mazes.pellet_counts == mazes.pellets.sum(axis=(1, 2))).all()
    assert not mazes.pellets.reshape(2, -1)[np.arange(2), mazes.start].any()
    assert ((mazes.heading >= 0) & (mazes.heading < 4)).all()


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_shares_of_0_and_1_are_reached(algorithm: Algorithm) -> None:
    least = carve(MazeConfig(7, algorithm, braid=0, pellets=0), 5, seed=1, split="test")
    most = carve(MazeConfig(7, algorithm, braid=1, pellets=1), 5, seed=1, split="test")
    assert (passage_counts(least) == 48).all()
    assert (least.pellet_counts == 1).all()
    assert (passage_counts(most) == 2 * 7 * 6).all()
    assert (most.pellet_counts == 48).all()


@given(st.sampled_from(ALGORITHMS), st.tuples(shares, shares), st.tuples(shares, shares), seeds)
def test_a_larger_share_contains_a_smaller(algorithm: Algorithm, one: tuple, other: tuple, seed: int) -> None:
    low, high = np.minimum(one, other), np.maximum(one, other)
    few, many = (carve(MazeConfig(8, algorithm, *map(float, x)), 1, seed=seed, split="train") for x in (low, high))
    np.testing.assert_array_equal(few.open & many.open, few.open)
    np.testing.assert_array_equal(few.pellets & many.pellets, few.pellets)
    assert (few.start, few.heading) == (many.start, many.heading)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_maze_depends_on_its_name_alone(algorithm: Algorithm) -> None:
    config = MazeConfig(9, algorithm, pellets=0.5)
    batch = carve(config, 12, seed=3, split="train", first=4)
    assert same(batch, carve(config, 12, seed=3, split="train", first=4))
    for place in (0, 7, 11):
        assert same(batch.take([place]), carve(config, 1, seed=3, split="train", first=4 + place))
    assert len({batch.open[place].tobytes() for place in range(12)}) == 12


def test_splits_and_seeds_differ() -> None:
    batches = [carve(MazeConfig(), 50, seed=seed, split=split) for split in SPLITS for seed in (0, 1, 2**64 - 1)]
    assert len({of_maze.tobytes() for batch in batches for of_maze in batch.open}) == 50 * len(batches)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_running_out_of_words_changes_nothing(algorithm: Algorithm, monkeypatch: pytest.MonkeyPatch) -> None:
    config = MazeConfig(12, algorithm)
    mazes = carve(config, 6, seed=5, split="validation")
    monkeypatch.setitem(module.WORDS_PER_CELL, algorithm, -1)
    assert same(mazes, carve(config, 6, seed=5, split="validation"))
    monkeypatch.setitem(module.WORDS_PER_CELL, algorithm, 100)
    assert same(mazes, carve(config, 6, seed=5, split="validation"))


@pytest.mark.parametrize("algorithm", range(3))
def test_the_kernel_reports_when_words_run_out(algorithm: int) -> None:
    def spent(drawn: np.ndarray) -> int:
        batch = np.zeros((1, 5, 5), np.uint8), np.zeros((1, 5, 5), bool), np.zeros(1, np.int32), np.zeros(1, np.int32)
        return carve_maze(drawn, algorithm, 8, 12, 0, *batch)

    drawn = words(2000, 0, "test")
    needed = spent(drawn)
    assert 0 < needed < 2000
    assert spent(drawn[:needed]) == needed
    assert {spent(drawn[:short]) for short in range(needed)} == {-1}


class Reference:
    """The three algorithms in plain Python, with sets of coordinates."""

    def __init__(self, drawn: np.ndarray, size: int) -> None:
        self.drawn, self.size, self.links = iter(drawn.tolist()), size, set()

    def pick(self, choices: list) -> tuple:
        return choices[(next(self.drawn) >> 32) * len(choices) >> 32]

    def root(self) -> tuple[int, int]:
        return self.pick([(row, column) for row in range(self.size) for column in range(self.size)])

    def link(self, one: tuple[int, int], other: tuple[int, int]) -> None:
        self.links |= {(one, other), (other, one)}

    def backtracker(self) -> None:
        def visit(cell: tuple[int, int]) -> None:
            visited.add(cell)
            while fresh := [place for _, place in neighbours(*cell, self.size) if place not in visited]:
                place = self.pick(fresh)
                self.link(cell, place)
                visit(place)

        visited: set = set()
        visit(self.root())

    def wilson(self) -> None:
        tree = {self.root()}
        for first in np.ndindex(self.size, self.size):
            walk = [first]
            while walk[-1] not in tree:
                _, place = self.pick(neighbours(*walk[-1], self.size))
                walk = [*walk[: walk.index(place)], place] if place in walk else [*walk, place]
            for one, other in pairwise(walk):
                self.link(one, other)
            tree |= set(walk)

    def prim(self) -> None:
        cell = self.root()
        tree, frontier = {cell}, []
        while True:
            frontier += [at for _, at in neighbours(*cell, self.size) if at not in tree and at not in frontier]
            if not frontier:
                return
            cell = self.pick(frontier)
            frontier[frontier.index(cell)] = frontier[-1]
            frontier.pop()
            self.link(cell, self.pick([place for _, place in neighbours(*cell, self.size) if place in tree]))
            tree.add(cell)


@given(st.sampled_from(ALGORITHMS), st.integers(4, 9), seeds, st.integers(0, 99))
def test_kernels_carve_the_mazes_of_plain_python(algorithm: Algorithm, size: int, seed: int, index: int) -> None:
    mazes = carve(MazeConfig(size, algorithm, braid=0), 1, seed=seed, split="train", first=index)
    head = 2 + size * size - 1 + (size - 1) ** 2
    reference = Reference(words(20000, seed, "maze/train", index)[head:], size)
    getattr(reference, algorithm)()
    cells = np.ndindex(size, size)
    carved = {(c, place) for c in cells for d, place in neighbours(*c, size) if mazes.open[0][c] >> d & 1}
    assert carved == reference.links


def tree_statistics(algorithm: Algorithm) -> tuple[np.ndarray, np.ndarray]:
    """z-scores of the counts of each passage and each pair in perfect 4x4 mazes, if all mazes were equally likely.

    Both are determinants of the transfer current matrix (Burton, Pemantle 1993).
    """
    size, count = 4, 6000
    links = [(c, d, at) for c in np.ndindex(size, size) for d, at in neighbours(*c, size) if d in (1, 2)]
    incidence = np.zeros((len(links), size * size))
    for row, (cell, _, place) in enumerate(links):
        incidence[row, cell[0] * size + cell[1]], incidence[row, place[0] * size + place[1]] = 1, -1
    current = incidence @ np.linalg.pinv(incidence.T @ incidence) @ incidence.T
    pair = np.outer(np.diag(current), np.diag(current)) - current**2

    mazes = carve(MazeConfig(size, algorithm, braid=0), count, seed=11, split="train")
    present = np.stack([mazes.open[:, *cell] >> d & 1 for cell, d, _ in links], axis=1).astype(float)
    seen = present.T @ present / count
    one, two = np.diag(current), np.triu_indices(len(links), 1)
    single = (np.diag(seen) - one) / np.sqrt(one * (1 - one) / count)
    return single, (seen[two] - pair[two]) / np.sqrt(pair[two] * (1 - pair[two]) / count)


def test_wilson_draws_uniform_spanning_trees() -> None:
    single, pairs = tree_statistics("wilson")
    assert max(abs(single).max(), abs(pairs).max()) < 5
    assert 0.5 < np.mean(pairs**2) < 1.6


@pytest.mark.parametrize("algorithm", ["backtracker", "prim"])
def test_the_other_algorithms_do_not_draw_uniform_spanning_trees(algorithm: Algorithm) -> None:
    assert max(abs(z).max() for z in tree_statistics(algorithm)) > 10


def test_algorithms_have_the_expected_shares_of_dead_ends() -> None:
    ends = {}
    for algorithm in ALGORITHMS:
        mazes = carve(MazeConfig(20, algorithm, braid=0), 40, seed=2, split="test")
        ends[algorithm] = np.mean(np.bitwise_count(mazes.open) == 1)
    assert 0.07 < ends["backtracker"] < 0.13
    # of a uniform spanning tree of the whole square lattice, 8/pi^2 (1 - 2/pi) = 29.5 % are leaves (Manna et al. 1992)
    assert 0.28 < ends["wilson"] < 0.31
    assert 0.33 < ends["prim"] < 0.37


def test_starts_headings_pellets_and_braids_are_uniform() -> None:
    mazes = carve(MazeConfig(4, "wilson", braid=0.3, pellets=0.2), 4000, seed=8, split="train")
    starts = np.bincount(mazes.start, minlength=16)
    headings = np.bincount(mazes.heading, minlength=4)
    pellets = mazes.pellets.reshape(-1, 16).sum(axis=0)
    for counts in (starts, headings, pellets):
        expected = counts.sum() / len(counts)
        assert np.sum((counts - expected) ** 2 / expected) < 3 * len(counts)
    degrees = np.bitwise_count(mazes.open).sum(axis=0, dtype=float)
    for turn in range(1, 4):
        np.testing.assert_allclose(degrees, np.rot90(degrees, turn), rtol=0.05)


def philox(counter: list[int], key: list[int]) -> list[int]:
    """One block of Philox 4x64-10, as in Salmon, Moraes, Dror, Shaw (2011)."""
    a, b, c, d = counter
    low, high = key
    for turn in range(10):
        left, right = a * 0xD2E7470EE14C6C93, c * 0xCA5A826395121157
        bump = (low + turn * 0x9E3779B97F4A7C15) % 2**64, (high + turn * 0xBB67AE8584CAA73B) % 2**64
        a, b, c, d = (right >> 64) ^ b ^ bump[0], right % 2**64, (left >> 64) ^ d ^ bump[1], left % 2**64
    return [a, b, c, d]


def test_words_are_philox() -> None:
    # known answers of Random123 1.14
    assert philox([0] * 4, [0] * 2) == [0x16554D9ECA36314C, 0xDB20FE9D672D0FDC, 0xD7E772CEE186176B, 0x7E68B68AEC7BA23B]
    ones = 2**64 - 1
    assert philox([ones] * 4, [ones] * 2) == [
        0x87B092C3013FE90B,
        0x438C3C67BE8D0224,
        0x9CC7D7C69CD777B6,
        0xA09CAEBF594F0BA0,
    ]
    for split in SPLITS:
        name = int.from_bytes(hashlib.blake2b(f"maze/{split}".encode(), digest_size=8).digest(), "little")
        blocks = [philox([block, 9, 0, 0], [ones, name]) for block in (1, 2)]
        assert words(8, ones, f"maze/{split}", 9).tolist() == [*blocks[0], *blocks[1]]


GOLDEN = {
    ("backtracker", "train"): ("17a3928a21cdac40a5007ba7d9fe7497", "e170c82cf4c4abe90c98a90a55f5ac49"),
    ("backtracker", "validation"): ("9a6edcaccaf1d3be3a183cbd46fcb33d", "14a0dec6e64c732b9199f16cf6b22beb"),
    ("backtracker", "test"): ("9995ff57268f50cc127db3e5c18e1029", "10bdf905abeb5582946e63a7b977b4c8"),
    ("wilson", "train"): ("9131c6a168203bbab8aedfbc96edee93", "f1b34bacaedb82fae997b5789e38bfb0"),
    ("wilson", "validation"): ("73fa39b3489fb53a63f3a1104c958781", "7b3c881f5f0e47f0ded9850a37faada1"),
    ("wilson", "test"): ("7ca6a87ff56f89147a6a51be3685504c", "34ce8adf465ebaf97467ee0e8b7dcc05"),
    ("prim", "train"): ("53e74356aa79810609ed1aca08a6e9ad", "a0c8e92b77f795179c3c98025a6a1894"),
    ("prim", "validation"): ("776ffd7985d9c2c4443e445ce308de8e", "9d123c41fec49fc87d6b4a2f8c2df307"),
    ("prim", "test"): ("de5b6765246eab9917195f41f3b2f745", "3edc1fdadadcbfcc9722bf1f9b8e71ec"),
}


def digest(mazes: Mazes) -> str:
    total = hashlib.sha256()
    for name, kind in zip(ARRAYS, ("<i8", "u1", "u1", "<i4", "<i4"), strict=True):
        total.update(getattr(mazes, name).astype(kind).tobytes())
    return total.hexdigest()[:32]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("split", SPLITS)
def test_mazes_match_the_golden_digests(algorithm: Algorithm, split: Split) -> None:
    plain = carve(MazeConfig(algorithm=algorithm), 4, seed=2024, split=split)
    sparse = carve(MazeConfig(23, algorithm, braid=0.1, pellets=0.4), 3, seed=2**64 - 1, split=split, first=10**12)
    assert (digest(plain), digest(sparse)) == GOLDEN[algorithm, split]


def test_take_keeps_the_order() -> None:
    mazes = carve(MazeConfig(pellets=0.3), 5, seed=0, split="test", first=3)
    taken = mazes.take(np.array([4, 1, 1]))
    assert taken.indices.tolist() == [7, 4, 4]
    np.testing.assert_array_equal(taken.open[0], mazes.open[4])
    np.testing.assert_array_equal(taken.heading, mazes.heading[[4, 1, 1]])
    taken.pellets[:] = False
    assert mazes.pellets.any()


@pytest.mark.parametrize("places", [[], [5], [-1], [0.5], [True], 3, [[0]]])
def test_take_refuses_invalid_places(places: object) -> None:
    with pytest.raises(UserError, match="places must be"):
        carve(MazeConfig(), 5, seed=0, split="test").take(places)


@given(configs, seeds, st.sampled_from(SPLITS), st.lists(st.integers(0, 5), min_size=1, max_size=4))
def test_a_set_survives_json_and_carves_the_same_mazes(
    config: MazeConfig, seed: int, split: Split, places: list[int]
) -> None:
    mazes = carve(config, 6, seed=seed, split=split, first=100).take(places)
    found = MazeSet.from_json(json.loads(json.dumps(mazes.identity())))
    assert same(mazes, found.carve())
    assert found == MazeSet(config, seed, split, tuple(100 + place for place in places))
    assert pickle.loads(pickle.dumps(found)) == found
    assert hash(found) == hash(MazeSet.from_json(found.json()))


def test_a_set_is_carved_once_and_kept() -> None:
    mazes = MazeSet(MazeConfig(4), 5, "test", range(2))
    assert mazes.carve() is MazeSet(MazeConfig(4), 5, "test", (0, 1)).carve()
    assert MazeSet(MazeConfig(4), 6, "test", range(2)).carve() is not mazes.carve()


def test_consecutive_numbers_become_a_range() -> None:
    def numbers(given):
        return MazeSet(MazeConfig(), 5, "test", given).numbers

    assert numbers((3, 4, 5)) == range(3, 6)
    assert numbers((3,)) == range(3, 4)
    assert numbers(range(3, 9, 2)) == (3, 5, 7)
    assert numbers((5, 4)) == (5, 4)
    assert numbers(range(5, 3, -1)) == (5, 4)


def test_identity_is_short_for_a_range() -> None:
    mazes = carve(MazeConfig(), 6, seed=5, split="test", first=9)
    config = {"size": 10, "algorithm": "backtracker", "braid": 0.25, "pellets": 1.0}
    assert mazes.identity() == {"config": config, "seed": 5, "split": "test", "range": [9, 6]}
    assert mazes.take([2, 4]).identity() == {"config": config, "seed": 5, "split": "test", "indices": [11, 13]}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"range": None}, r"range of mazes must be \[first, count\]"),
        ({"range": [1]}, r"range of mazes must be \[first, count\]"),
        ({"range": [0, 0]}, "count must be"),
        ({"range": [0.5, 1]}, "first must be"),
        ({"extra": 1}, "mazes are named by"),
        ({"config": {"size": 10}}, "config of mazes must have size, algorithm, braid, pellets"),
        ({"config": 3}, "config of mazes must have"),
        ({"config": {**asdict(MazeConfig()), "size": 3}}, "size must be"),
        ({"seed": "7"}, "seed must be"),
        ({"split": "dev"}, "split must be one of train, validation, test, got 'dev'"),
    ],
)
def test_a_set_from_json_refuses_other_values(change: dict, message: str) -> None:
    identity = carve(MazeConfig(), 1, seed=5, split="test").identity() | change
    with pytest.raises(UserError, match=message):
        MazeSet.from_json(identity)


@pytest.mark.parametrize("indices", [[], [-1], [2**63], ["1"]])
def test_a_set_from_json_refuses_indices(indices: list) -> None:
    identity = carve(MazeConfig(), 2, seed=5, split="test").take([1, 0]).identity() | {"indices": indices}
    with pytest.raises(UserError, match="maze number"):
        MazeSet.from_json(identity)


def test_every_size_is_accepted() -> None:
    for size in range(4, 65):
        assert carve(MazeConfig(size), 1, seed=0, split="train").open.shape == (1, size, size)


@pytest.mark.parametrize(
    "wrong",
    [
        *({"size": size} for size in (3, 65, 0, -5, 10.0, "10", True)),
        *({"algorithm": name} for name in ("kruskal", "", None)),
        *({name: share} for name in ("braid", "pellets") for share in (-0.01, 1.01, float("nan"), "0.5", True, None)),
    ],
)
def test_settings_out_of_range_are_refused(wrong: dict) -> None:
    with pytest.raises(UserError, match=rf"^{next(iter(wrong))} must be .*got") as caught:
        MazeConfig(**wrong)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "wrong",
    [
        *({"count": count} for count in (0, -1, 1.0, True)),
        *({"seed": seed} for seed in (-1, 2**64, 1.5, None)),
        *({"first": first} for first in (-1, 2**63 - 1, 0.0)),
        *({"split": split} for split in ("dev", "", None)),
    ],
)
def test_carve_refuses_invalid_arguments(wrong: dict) -> None:
    with pytest.raises(UserError, match=rf"^{next(iter(wrong))} must be .*got") as caught:
        carve(**{"config": MazeConfig(), "count": 1, "seed": 0, "split": "train"} | wrong)
    assert "\n" not in str(caught.value)


def test_mazes_are_picked_by_number_in_any_order_and_more_than_once():
    config = MazeConfig(size=5)
    stream, numbers = carve(config, 9, seed=3, split="train"), [8, 0, 0, 7, 8]
    picked = pick(config, np.array(numbers), seed=3, split="train")
    assert picked.indices.tolist() == numbers
    assert same(picked, stream.take(numbers))
    assert same(
        pick(config, np.array([10**12]), seed=3, split="train"), carve(config, 1, seed=3, split="train", first=10**12)
    )
