"""The page plays episodes with our bits: pellets and last hidden states equal those of the numba kernels."""

import base64
import json
import os
import re
from dataclasses import asdict

import numpy as np
import pytest

from agents.engine import exact
from agents.engine.arithmetic import CONSTANTS, TWO_LOG2_E, sigmoid, tanh
from agents.layout import initial
from agents.network.response import respond
from render.categories import category_numbers
from render.share.bundle import HERE, bundle
from sim.landscape.objective import Objective
from sim.landscape.plane import random_plane
from sim.landscape.score import Observed
from sim.rollout.observe import observe, places_of
from sim.rollout.quantities import NAMES
from sim.rollout.quantities import QUANTITIES as QUANTITIES_OF_NUMBA
from sim.rollout.trace import senses, trace
from sim.world.maze import MazeConfig, MazeSet, carve
from sim.world.rules import World

THOROUGH = os.environ.get("FORAGESCAPE_THOROUGH") == "1"
READ = """
const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const doubles = (text) => new Float64Array(bytes(text).buffer);
const text = (array) => { let made = ""; for (const b of new Uint8Array(array.buffer)) made += String.fromCharCode(b);
  return btoa(made); };
"""
PLAY = """
({ plane, points, layout, world, lifetime, dtype }) => {
  plane = Object.fromEntries(Object.entries(plane).map(([name, data]) => [name, doubles(data)]));
  world.boards = world.boards.map(bytes);
  const player = new Player(layout, world, dtype), xy = doubles(points), pellets = [], hidden = [];
  const fast = fastest({ layout, world }, dtype), mazes = [...world.boards.keys()];
  const genomeOf = (at) => genomeAt(plane, xy[2 * at], xy[2 * at + 1], dtype);
  const counted = [...fast.play(genomeOf, xy.length / 2, mazes, lifetime)];
  for (let at = 0; at < xy.length; at += 2) {
    const genome = genomeAt(plane, xy[at], xy[at + 1], dtype);
    world.boards.forEach((_, maze) => {
      const made = player.record(genome, maze, lifetime);
      pellets.push([made.pellets, player.pellets(genome, maze, lifetime)]);
      hidden.push(...made.hidden.subarray(-layout.hidden));
    });
  }
  return { pellets, counted, lanes: fast instanceof LanePlayer, hidden: text(Float64Array.from(hidden)) };
}
"""
# cell, hidden, type, sight, size, genomes, mazes
CASES = [
    ("elman", 16, "float32", 0, 10, 640 if THOROUGH else 20, 16),
    ("elman", 7, "float32", 3, 6, 100 if THOROUGH else 6, 8),
    ("elman", 9, "float64", 2, 5, 20 if THOROUGH else 3, 4),
    ("gru", 8, "float32", 2, 7, 100 if THOROUGH else 6, 8),
    ("gru", 5, "float64", 0, 5, 20 if THOROUGH else 2, 4),
    ("lstm", 8, "float32", 0, 7, 100 if THOROUGH else 6, 8),
    ("lstm", 5, "float64", 4, 5, 20 if THOROUGH else 2, 4),
]


def encoded(array):
    """The bytes of an array as base64."""
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()


def run(browser, tmp_path, function, argument, *modules):
    """Call a function of JavaScript beside the bundle of some modules, in a page of its own."""
    page = tmp_path / "bits.html"
    page.write_text(f"<!doctype html><meta charset=utf-8><script>{READ}{bundle(*modules)}</script>")
    browser.open(page)
    return browser.evaluate(f"({function})({json.dumps(argument)})")


def test_the_constants_are_those_of_the_contract():
    text = (HERE / "constants.js").read_text()
    tables = [re.search(rf"{name.upper()} = {{(.*?)\n}};", text, re.DOTALL)[1] for name in CONSTANTS]
    for table, known in zip(tables, CONSTANTS.values(), strict=True):
        numbers = dict(re.findall(r"(\w+): (\[[^]]*\]|[^\n]*),(?:\n|$)", table))
        found = {name: eval(value) for name, value in numbers.items()}
        expected = {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(known).items()}
        assert found == expected
    assert float(re.search(r"TWO_LOG2_E = ([\d.]+);", text)[1]) == TWO_LOG2_E


@pytest.mark.parametrize(("cell", "hidden", "kind", "sight", "size", "count", "mazes"), CASES)
def test_pellets_and_last_hidden_states_are_those_of_numba(
    browser, tmp_path, cell, hidden, kind, sight, size, count, mazes
):
    world = World(maze=MazeConfig(size=size), sight=sight)
    layout, rng = world.layout(cell, hidden), np.random.default_rng(hidden)
    carved = carve(world.maze, mazes, seed=3, split="validation")
    plane = random_plane(2.5 * initial(layout, 1, rng)[0], layout, 0)
    points = rng.uniform(-1, 1, (count, 2))
    genomes = plane.at(points, kind)
    played = trace(genomes, layout, carved, world)
    sensed = senses(played, carved, world)
    last = np.stack([respond(one, layout, each).hidden[:, -1] for one, each in zip(genomes, sensed, strict=True)])
    boards = carved.open | carved.pellets.astype(np.uint8) << 4
    argument = {
        "plane": {name: encoded(getattr(plane, name)) for name in ("origin", "u", "v")},
        "points": encoded(points), "layout": asdict(layout), "lifetime": world.lifetime, "dtype": kind,
        "world": {"size": size, "sight": sight, "boards": [encoded(board) for board in boards],
                  "starts": carved.start.tolist(), "headings": carved.heading.tolist()},
    }  # fmt: skip
    found = run(browser, tmp_path, PLAY, argument, "episode.js", "plane.js", "worker.js", "lane_player.js")
    assert found["lanes"] == (cell == "elman" and kind == "float32")
    assert np.count_nonzero(np.array(found["counted"]) != played.pellets.ravel()) == 0
    pellets = np.array(found["pellets"])
    assert np.count_nonzero(pellets[:, 0] != played.pellets.ravel()) == 0
    assert np.count_nonzero(pellets[:, 1] != played.pellets.ravel()) == 0
    states = np.frombuffer(base64.b64decode(found["hidden"]))
    assert np.count_nonzero(states.astype(kind).view("u1") != last.ravel().view("u1")) == 0
    assert len(np.unique(played.pellets)) > 3  # the foragers differ


OBSERVE = """
({ plane, points, layout, world, lifetime, dtype, names }) => {
  plane = Object.fromEntries(Object.entries(plane).map(([name, data]) => [name, doubles(data)]));
  world.boards = world.boards.map(bytes);
  const xy = doubles(points), mazes = [...world.boards.keys()], job = { points: xy, dtype, lifetime, maze: 0 };
  const genomeOf = (at) => genomeAt(plane, xy[2 * at], xy[2 * at + 1], dtype), found = {};
  const slow = new Player(layout, world, dtype), fast = fastest({ layout, world }, dtype);
  const centre = mazes.map((maze) => slow.record(genomeAt(plane, 0, 0, dtype), maze, lifetime).places);
  for (const [name, categorical] of names) {
    const quantity = QUANTITIES[name], count = xy.length / 2;
    const played = [slow, fast].map((player) => [...player.play(genomeOf, count, mazes, lifetime, quantity, centre)]);
    const setup = { layout, world, plane, quantities: [{ name, categorical }] };
    const heights = [...heightsOf(setup, fast, { ...job, quantity: name })];
    found[name] = { slow: played[0], fast: played[1], heights };
  }
  return found;
}
"""


@pytest.mark.parametrize(("cell", "kind", "sight"), [("elman", "float32", 2), ("gru", "float64", 0)])
def test_quantities_are_those_of_numba(browser, tmp_path, cell, kind, sight):
    world = World(maze=MazeConfig(size=6, pellets=0.8), sight=sight, lifetime=70)
    layout, rng = world.layout(cell, 5), np.random.default_rng(4)
    mazes = MazeSet(world.maze, 3, "validation", range(5))
    plane = random_plane(2.5 * initial(layout, 1, rng)[0], layout, 0)
    points = np.concatenate([np.zeros((1, 2)), rng.uniform(-1, 1, (14, 2))])
    carved = mazes.carve()
    there = places_of(plane.origin.astype(kind), layout, carved, world)
    told = observe(plane.at(points, kind), layout, carved, world, NAMES, centre=there)
    boards = carved.open | carved.pellets.astype(np.uint8) << 4
    argument = {
        "plane": {name: encoded(getattr(plane, name)) for name in ("origin", "u", "v")},
        "points": encoded(points), "layout": asdict(layout), "lifetime": world.lifetime, "dtype": kind,
        "world": {"size": 6, "sight": sight, "boards": [encoded(board) for board in boards],
                  "starts": carved.start.tolist(), "headings": carved.heading.tolist()},
        "names": [(name, QUANTITIES_OF_NUMBA[name].categorical) for name in NAMES],
    }  # fmt: skip
    modules = "episode.js", "plane.js", "worker.js", "lane_player.js", "quantities.js"
    found = run(browser, tmp_path, OBSERVE, argument, *modules)
    whole = Objective(Observed(NAMES), layout, world, mazes).all_on_plane(plane, points, kind)
    for name in NAMES:
        assert found[name]["slow"] == told[name].ravel().tolist(), name
        assert found[name]["fast"] == told[name].ravel().tolist(), name
        categorical = QUANTITIES_OF_NUMBA[name].categorical
        numbers = category_numbers(whole[name]) // 256 if categorical else np.float32(whole[name] / 5)
        assert found[name]["heights"] == numbers.tolist(), name
        assert len(np.unique(told[name])) > 3
    assert told["divergence"][0].tolist() == [71] * 5


def wild(rng, kind, count):
    """Numbers [N] of all sizes, zeros, halves of last places, and the largest and smallest."""
    info = np.finfo(kind)
    low, high = (-45, 38) if kind == "float32" else (-323, 308)
    numbers = (10.0 ** rng.uniform(low, high, count) * rng.choice([-1, 1], count)).astype(kind)
    special = [
        0.0,
        -0.0,
        1.0,
        -1.0,
        1 + info.eps,
        1 - info.epsneg,
        info.max,
        -info.max,
        info.tiny,
        info.smallest_subnormal,
    ]
    return np.where(rng.random(count) < 0.3, rng.choice(np.array(special, kind), count), numbers)


def products(kind):
    """Factors and summands [N] of all sizes; half of the sums nearly cancel."""
    count, rng = 30_000 if THOROUGH else 3000, np.random.default_rng(1)
    a, b = wild(rng, kind, count), wild(rng, kind, count)
    with np.errstate(all="ignore"):
        near = (-(a.astype(np.float64) * b)).astype(kind)  # cancels nearly all of the product
        near = near + np.spacing(near) * rng.integers(-2, 3, count).astype(kind) / 2
        c = np.where(rng.random(count) < 0.5, near, wild(rng, kind, count)).astype(kind)
    c = np.where(np.isnan(c), np.asarray(1, kind), c)
    return a, b, c


@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_a_fused_multiply_add_is_exact_for_numbers_of_every_size(browser, tmp_path, kind):
    a, b, c = products(kind)
    expected = exact.fma(a, b, c)
    name = "fma32" if kind == "float32" else "fma64"
    function = (
        "([a, b, c]) => { const [x, y, z] = [a, b, c].map(doubles); "
        f"return text(x.map((_, at) => {name}(x[at], y[at], z[at]))); }}"
    )
    sent = [encoded(each.astype(np.float64)) for each in (a, b, c)]
    found = np.frombuffer(base64.b64decode(run(browser, tmp_path, function, sent, "float32.js", "errorfree.js")))
    same = (found.astype(kind).view(f"u{a.itemsize}") == expected.view(f"u{a.itemsize}")) | (
        np.isnan(found) & np.isnan(expected)
    )
    assert np.count_nonzero(~same) == 0


@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_activations_have_our_bits(browser, tmp_path, kind):
    count, rng = 20_000 if THOROUGH else 2000, np.random.default_rng(2)
    x = np.concatenate([wild(rng, kind, count), rng.normal(0, 4, count).astype(kind)])
    engine = "ENGINE32" if kind == "float32" else "ENGINE64"
    layout = "{ cell: 'elman', hidden: 1, inputs: 1, outputs: 1 }"
    function = (
        f"(a) => {{ const n = new Network({engine}, {layout}); const x = doubles(a); "
        "return [text(x.map((each) => n.engine.tanh(each))), text(x.map((each) => n.sigmoid(each)))]; }"
    )
    sent = encoded(x.astype(np.float64))
    found = run(browser, tmp_path, function, sent, "cells.js", "float32.js", "float64.js")
    for got, expected in zip(found, (tanh(x, exact), sigmoid(x, exact)), strict=True):
        values = np.frombuffer(base64.b64decode(got)).astype(kind)
        assert np.count_nonzero(values.view("u1") != expected.view("u1")) == 0


def in_lanes(browser, tmp_path, function, numbers):
    """Call a function of eight lanes on columns of numbers [..., N]; N is a multiple of 8."""
    start = "const lanes = new Lanes({ hidden: 1, inputs: 0, outputs: 1 }), { weights, source } = lanes; "
    start += (
        "const gates = new Float64Array(source.buffer, lanes.atGates, 8), found = new Float64Array(columns[0].length);"
    )
    body = f"for (let at = 0; at < found.length; at += 8) {{ {function} }}"
    whole = f"(sent) => {{ const columns = sent.map(doubles); {start} {body} return text(found); }}"
    sent = [encoded(each.astype(np.float64)) for each in numbers]
    return np.frombuffer(base64.b64decode(run(browser, tmp_path, whole, sent, "lanes.js"))).astype(np.float32)


def test_a_fused_multiply_add_in_lanes_is_exact(browser, tmp_path):
    a, b, c = products("float32")
    column = "columns[%d].subarray(at, at + 8)"
    function = f"weights.set({column % 2}); weights.set({column % 0}, 8); source.set({column % 1}); "
    function += "lanes.affine(0, 1, 1, 0, lanes.atSource, lanes.atGates); found.set(gates, at);"
    found, expected = in_lanes(browser, tmp_path, function, (a, b, c)), exact.fma(a, b, c)
    same = (found.view("u4") == expected.view("u4")) | (np.isnan(found) & np.isnan(expected))
    assert np.count_nonzero(~same) == 0


def test_tanh_in_lanes_has_our_bits(browser, tmp_path):
    count, rng = 20_000 if THOROUGH else 2000, np.random.default_rng(2)
    x = np.concatenate([wild(rng, "float32", count), rng.normal(0, 4, count).astype(np.float32)])
    function = "gates.set(columns[0].subarray(at, at + 8)); lanes.tanh(lanes.atGates, lanes.atSource, 4); "
    found = in_lanes(browser, tmp_path, function + "found.set(source, at);", (x,))
    assert np.count_nonzero(found.view("u4") != tanh(x, exact).view("u4")) == 0
