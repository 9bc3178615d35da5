"""Cross-entropy: how badly a network's outputs predict what should have been done, in the arithmetic of the contract.

N genomes of P weights, E episodes of T steps, I inputs, A outputs, L lanes. The softmax of the outputs is compared with
probabilities of the actions; all terms are positive, so nothing cancels. The formula is written once, for any engine;
`cross_entropies` is the kernel for many genomes, whose lanes are episodes that share one genome.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from agents.engine.arithmetic import Value, horner, kernel
from agents.engine.lanes import Engine
from agents.engine.tile import INDEX, Rows, emitter
from agents.network.cells import forward

LOG2_E = 1.4426950408889634
LN2 = 0.6931471805599453
ACTIONS = 4  # outputs that the kernel compares


@dataclass(frozen=True, slots=True)
class Reach:
    """What the exponential and the logarithm need to know for one floating-point type."""

    floor: float  # e^-floor is a normal number, and nothing beside 1
    most: float  # what stands for the distance of two outputs of which one has overflowed
    odd: tuple[float, ...]  # log((1 + z) / (1 - z)) / z in powers of z^2, up to z = 1/3


def _series(terms: int) -> tuple[float, ...]:
    return tuple(2 / (2 * power + 1) for power in range(terms - 1, -1, -1))


REACH = {"float32": Reach(87.0, 1e38, _series(8)), "float64": Reach(708.0, 1e300, _series(17))}


def fading(x: Value, reach: Reach, engine: Any) -> Value:
    """e^-x for x >= 0, at least e^-floor. The error is below 4 ulp up to x = 1, and grows with x."""
    at = engine.constants(x)
    x = engine.select(x < reach.floor, x, reach.floor)
    shifted = engine.fma(x, -LOG2_E, at.shifter)
    whole = shifted - at.shifter
    fraction = engine.fma(x, -LOG2_E, -whole)
    return horner(at.exp2, fraction, engine) * engine.exp2_shifted(shifted)


def log1p(x: Value, reach: Reach, engine: Any) -> Value:
    """log(1 + x) for x from 0 to 3: 2 atanh(z) of z = x / (x + 2), or of half of 1 + x beside log 2."""
    large = x > 1.0
    z = engine.select(large, x - 1.0, x) / engine.select(large, x + 3.0, x + 2.0)
    near = z * horner(reach.odd, z * z, engine)
    return engine.select(large, near + LN2, near)


def cross_entropy(outputs: Sequence[Value], targets: Sequence[Value], reach: Reach, engine: Any) -> Value:
    """-sum_a targets_a log softmax(outputs)_a, as sum_a targets_a ((m - o_a) + log(1 + sum of e^(o_b - m))).

    m is the largest output, b the others. Targets that are all zero teach nothing and cost nothing. The actions are
    four at most. Where outputs have overflowed it is finite all the same, up to about `most`.
    """
    nothing = engine.select(outputs[0] < outputs[0], outputs[0], 0.0)
    best, action = outputs[0], nothing
    for choice, output in enumerate(outputs[1:], start=1):
        better = best < output
        best, action = engine.select(better, output, best), engine.select(better, float(choice), action)
    rest = missed = taught = nothing
    for choice, (output, target) in enumerate(zip(outputs, targets, strict=True)):
        short = best - output
        short = engine.select(short < reach.most, short, reach.most)
        chosen = abs(action - float(choice)) < 0.5
        rest = rest + engine.select(chosen, 0.0, fading(short, reach, engine))
        missed, taught = engine.fma(target, short, missed), taught + target
    return engine.fma(taught, log1p(rest, reach, engine), missed)


@emitter
def _sense(builder: Any, to: Any, at: Any, senses: Rows, source: Rows) -> None:
    source[to] = senses[at]


def _emit_score(actions: int) -> Any:
    def score(builder: Any, step: Any, outputs: Rows, targets: Rows, losses: Rows) -> None:
        first = builder.mul(step, INDEX(actions))
        wanted = [targets[builder.add(first, INDEX(choice))] for choice in range(actions)]
        given = [outputs[INDEX(choice)] for choice in range(actions)]
        reach = REACH[{4: "float32", 8: "float64"}[outputs.itemsize]]
        losses[step] = cross_entropy(given, wanted, reach, Engine)

    return emitter(score)


_score = _emit_score(ACTIONS)


@kernel
def cross_entropies(settings, genomes, senses, targets, tile, losses):  # type: ignore[no-untyped-def]
    """Fill losses [N, E], float64: the cross-entropy of each genome [P] summed over an episode's steps, in their order.

    `settings` are cell, hidden, inputs; senses [tiles, T I, L] and targets [tiles, T A, L] hold episodes lane by lane.
    """
    cell, hidden, inputs = settings
    source, gates, extra, outputs, scores = tile
    lanes, steps, total = scores.shape[1], scores.shape[0], losses.shape[1]
    for genome in range(genomes.shape[0]):
        for episodes in range(senses.shape[0]):
            source[:] = 0
            extra[:] = 0
            felt, wanted = senses[episodes], targets[episodes]
            for step in range(steps):
                for sense in range(inputs):
                    _sense(hidden + sense, step * inputs + sense, felt, source)
                forward(cell, hidden, genomes[genome], source, gates, extra, outputs)
                _score(step, outputs, wanted, scores)
            first = episodes * lanes
            for lane in range(min(lanes, total - first)):
                losses[genome, first + lane] = 0
            for step in range(steps):
                for lane in range(min(lanes, total - first)):
                    losses[genome, first + lane] += scores[step, lane]
