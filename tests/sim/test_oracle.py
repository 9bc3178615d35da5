"""A second implementation of an episode, from the documentation alone, and in exact fractions: the kernels equal it.

It imports nothing of what it checks. Its sources are the docstrings of `agents.layout` (the genome),
`agents.network.cells` (the equations of the cells), `agents.engine.arithmetic` (tanh, sigmoid and their constants),
`sim.world.rules` (an episode, the senses) and `sim.world.maze.Mazes` (the arrays of a maze).
"""

from fractions import Fraction

import numpy as np
import pytest

from agents.layout import Layout
from agents.network.response import respond
from sim.rollout.trace import trace
from sim.world.maze import MazeConfig, carve
from sim.world.rules import World

GATES = {
    "elman": ["hidden"],
    "gru": ["update", "reset", "candidate"],
    "lstm": ["input", "forget", "emit", "candidate"],
}
NEAR = Fraction(5, 8)
TWO_LOG2_E = 2.8853900817779268
LIMIT = {"float32": 9.02, "float64": 19.1}
SHIFTER = {"float32": 1.5 * 2**23, "float64": 1.5 * 2**52}
ODD = {
    "float32": [0.006096714, -0.02099718, 0.053850908, -0.1333277, 0.33333328],
    "float64": [
        1.724487449484433e-05, -7.959955735264808e-05, 0.00023077616269519857, -0.0005874372860094381,
        0.001455309297534642, -0.0035920589774734554, 0.008863229830925709, -0.021869488260559115, 0.05396825396139557,
        -0.13333333333326658, 0.3333333333333332,
    ],
}  # fmt: skip
EXP2 = {
    "float32": [0.0013390863, 0.009676032, 0.05550357, 0.24022107, 0.6931472, 1.0000001],
    "float64": [
        4.4558179083360645e-10, 7.074194297288521e-09, 1.0178057087733941e-07, 1.3215432535912375e-06,
        1.5252733841556773e-05, 0.00015403530463724353, 0.001333355814640647, 0.009618129107587256,
        0.055504108664821625, 0.24022650695910158, 0.6931471805599453, 1.0,
    ],
}  # fmt: skip
BITS = {"float32": (24, -149), "float64": (53, -1074)}
"""Of each type: the bits of its fraction, and the exponent of its smallest number."""


class Real:
    """The arithmetic of one type: every operation is exact in fractions, and then rounded once, half to even."""

    def __init__(self, kind):
        self.bits, self.least = BITS[kind]
        self.limit, self.shifter, self.two_log2_e = map(self.rounded, (LIMIT[kind], SHIFTER[kind], TWO_LOG2_E))
        self.odd, self.exp2 = ([self.rounded(one) for one in table[kind]] for table in (ODD, EXP2))

    def rounded(self, value):
        value = Fraction(value)
        if not value:
            return value
        size = abs(value)
        exponent = size.numerator.bit_length() - size.denominator.bit_length()
        exponent -= size < Fraction(2) ** exponent
        unit = Fraction(2) ** max(exponent - self.bits + 1, self.least)
        return round(value / unit) * unit

    def fma(self, a, b, c):
        return self.rounded(a * b + c)

    def horner(self, coefficients, x):
        total = self.fma(x, coefficients[0], coefficients[1])
        for coefficient in coefficients[2:]:
            total = self.fma(total, x, coefficient)
        return total

    def tanh(self, x):
        a = min(abs(x), self.limit)
        if a < NEAR:
            square = self.rounded(a * a)
            size = self.fma(-a, self.rounded(square * self.horner(self.odd, square)), a)
        else:
            shifted = self.fma(a, self.two_log2_e, self.shifter)
            whole = self.rounded(shifted - self.shifter)
            power = self.horner(self.exp2, self.fma(a, self.two_log2_e, -whole))
            size = self.rounded(1 - self.rounded(2 / self.fma(power, Fraction(2) ** int(whole), 1)))
        return size if x >= 0 else -size

    def sigmoid(self, x):
        return self.fma(self.tanh(self.rounded(x / 2)), Fraction(1, 2), Fraction(1, 2))


class Network:
    """The network of one agent."""

    def __init__(self, cell, hidden, inputs, outputs, genome):
        self.cell, self.real = cell, Real(genome.dtype.name)
        numbers = iter([Fraction(float(weight)) for weight in genome])
        shapes = [(name, hidden, 1 + hidden + inputs) for name in GATES[cell]] + [("output", outputs, 1 + hidden)]
        self.blocks = {name: [[next(numbers) for _ in range(many)] for _ in range(rows)] for name, rows, many in shapes}
        assert next(numbers, None) is None
        self.h, self.c = [Fraction(0)] * hidden, [Fraction(0)] * hidden

    def affine(self, block, sources):
        totals = []
        for row in self.blocks[block]:
            total = row[0]
            for weight, source in zip(row[1:], sources, strict=True):
                total = self.real.fma(weight, source, total)
            totals.append(total)
        return totals

    def step(self, x):
        real, both = self.real, self.h + x
        if self.cell == "elman":
            self.h = [real.tanh(one) for one in self.affine("hidden", both)]
        elif self.cell == "gru":
            z, r = ([real.sigmoid(one) for one in self.affine(gate, both)] for gate in ("update", "reset"))
            scaled = [real.rounded(gate * old) for gate, old in zip(r, self.h, strict=True)]
            n = [real.tanh(one) for one in self.affine("candidate", scaled + x)]
            units = zip(z, self.h, n, strict=True)
            self.h = [real.fma(gate, real.rounded(old - new), new) for gate, old, new in units]
        else:
            i, f, o = ([real.sigmoid(one) for one in self.affine(gate, both)] for gate in ("input", "forget", "emit"))
            g = [real.tanh(one) for one in self.affine("candidate", both)]
            units = zip(f, self.c, i, g, strict=True)
            self.c = [real.fma(keep, old, real.rounded(admit * new)) for keep, old, admit, new in units]
            self.h = [real.rounded(gate * real.tanh(state)) for gate, state in zip(o, self.c, strict=True)]
        return self.affine("output", self.h)


def episode(network, opened, pellets, start, heading, sight, lifetime, *, ablate):
    """Places [T+1], headings [T+1], eaten [T], senses [T, I], hidden states [T, H] and outputs [T, A]."""
    size, left, ate = len(opened), pellets.copy(), 0
    row, column = divmod(start, size)
    left[row, column] = False
    ways = [(-1, 0), (0, 1), (1, 0), (0, -1)]
    log = {name: [] for name in ("places", "headings", "eaten", "senses", "hidden", "outputs")}

    def is_open(at, way):
        return bool(opened[at] >> way & 1)

    def beyond(at, way):
        return at[0] + ways[way][0], at[1] + ways[way][1]

    def sees(at, way):
        for _ in range(sight):
            if not is_open(at, way):
                return False
            at = beyond(at, way)
            if left[at]:
                return True
        return False

    log["places"].append(row * size + column)
    log["headings"].append(heading)
    for _ in range(lifetime):
        at, around = (row, column), [(heading + side) % 4 for side in range(4)]
        senses = [int(not is_open(at, way)) for way in around] + [ate]
        senses += [int(sees(at, way)) for way in around] if sight else []
        if ablate:
            network.h, network.c = [0 * one for one in network.h], [0 * one for one in network.c]
        outputs = network.step([Fraction(one) for one in senses])
        heading = (heading + outputs.index(max(outputs))) % 4
        if is_open(at, heading):
            row, column = beyond(at, heading)
        ate = int(left[row, column])
        left[row, column] = False
        found = (row * size + column, heading, bool(ate), senses, list(network.h), outputs)
        for name, value in zip(log, found, strict=True):
            log[name].append(value)
    return log


CASES = [
    (cell, kind, sight, ablate)
    for cell in GATES
    for kind, sight, ablate in (("float32", 0, False), ("float32", 3, True), ("float64", 3, False))
]


@pytest.mark.parametrize(("cell", "kind", "sight", "ablate"), CASES)
def test_the_kernels_equal_an_oracle_that_was_written_from_the_documentation(cell, kind, sight, ablate):
    hidden, steps, count = 3, 25, 3
    world = World(MazeConfig(5), sight=sight, lifetime=steps)
    layout, mazes = Layout(cell, hidden, 9 if sight else 5), carve(MazeConfig(5), count, seed=4, split="train")
    rng = np.random.default_rng(5)
    genomes = rng.normal(0, 1.5, (2, layout.size)).astype(kind)
    genomes[1] *= 4  # saturates
    found = trace(genomes, layout, mazes, world, ablate=ablate)
    moved = 0
    for at, genome in enumerate(genomes):
        for maze in range(count):
            arrays = (mazes.open[maze], mazes.pellets[maze], int(mazes.start[maze]), int(mazes.heading[maze]))
            network = Network(cell, hidden, layout.inputs, 4, genome)
            wanted = episode(network, *arrays, sight, steps, ablate=ablate)
            for name in ("places", "headings", "eaten"):
                assert getattr(found, name)[at, maze].tolist() == wanted[name], name
            moved += len(set(wanted["places"]))
            senses = np.array(wanted["senses"], kind)
            # with its memory switched off, each step is the first one of a sequence
            response = respond(genome, layout, senses[:, None] if ablate else senses[None])
            for name in ("hidden", "outputs"):
                states = getattr(response, name)
                states = states[:, 0] if ablate else states[0]
                assert states.tolist() == [[float(one) for one in step] for step in wanted[name]], name
    assert moved > len(genomes) * count  # foragers that stay where they are would test little


def test_the_oracle_rounds_as_numpy_does():
    rng = np.random.default_rng(2)
    numbers = rng.standard_normal(200) * 2.0 ** rng.integers(-140, 100, 200)
    for kind in (np.float32, np.float64):
        real = Real(np.dtype(kind).name)
        assert [float(real.rounded(one)) for one in numbers] == [float(kind(one)) for one in numbers]
        pairs = [(float(kind(a)), float(kind(b))) for a, b in zip(numbers, numbers[::-1], strict=True)]
        products = [float(real.rounded(Fraction(a) * Fraction(b))) for a, b in pairs]
        with np.errstate(all="ignore"):
            wanted = [float(kind(a) * kind(b)) for a, b in pairs]
        assert [one for one, other in zip(products, wanted, strict=True) if abs(other) < np.inf and one != other] == []
