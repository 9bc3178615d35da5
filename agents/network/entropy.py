"""The cross-entropy between target probabilities and the softmax of a network's outputs, in the contract's arithmetic.

N genomes of P weights, E episodes of T steps, I inputs, A outputs, L lanes. All terms are positive, so nothing cancels.
The formula is written once, for all engines. `cross_entropies` is the kernel for many genomes; its lanes are episodes
of one genome.
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
class EntropyConstants:
    """The constants of the exponential and the logarithm for one floating-point type."""

    exponent_limit: float  # e^-x is computed for x up to this: still a normal number, but below the last bit of 1
    distance_limit: float  # the largest distance between two outputs, also if one of them has overflowed
    log_series: tuple[float, ...]  # log((1 + z) / (1 - z)) / z in powers of z^2, up to z = 1/3


def _log_series(terms: int) -> tuple[float, ...]:
    return tuple(2 / (2 * power + 1) for power in range(terms - 1, -1, -1))


ENTROPY_CONSTANTS = {
    "float32": EntropyConstants(87.0, 1e38, _log_series(8)),
    "float64": EntropyConstants(708.0, 1e300, _log_series(17)),
}


def exp_minus(x: Value, constants: EntropyConstants, engine: Any) -> Value:
    """e^-x for x from 0 up to the exponent limit; larger x count as the limit. The error is below 4 ulp up to x = 1."""
    of_tanh = engine.constants(x)
    x = engine.select(x < constants.exponent_limit, x, constants.exponent_limit)
    shifted = engine.fma(x, -LOG2_E, of_tanh.shifter)
    whole = shifted - of_tanh.shifter
    fraction = engine.fma(x, -LOG2_E, -whole)
    return horner(of_tanh.exp2, fraction, engine) * engine.exp2_shifted(shifted)


def log1p(x: Value, constants: EntropyConstants, engine: Any) -> Value:
    """log(1 + x) for x from 0 to 3: 2 atanh(x / (x + 2)) up to x = 1, else log 2 plus the logarithm of (1 + x) / 2."""
    large = x > 1.0
    z = engine.select(large, x - 1.0, x) / engine.select(large, x + 3.0, x + 2.0)
    near = z * horner(constants.log_series, z * z, engine)
    return engine.select(large, near + LN2, near)


def cross_entropy(
    outputs: Sequence[Value], targets: Sequence[Value], constants: EntropyConstants, engine: Any
) -> Value:
    """-sum_a targets_a log softmax(outputs)_a, computed as sum_a targets_a ((m - o_a) + log(1 + sum_b e^(o_b - m))).

    m is the largest output, and b are the other outputs; there are at most four. If all targets are zero, the result is
    zero. If outputs have overflowed, the result is still finite, up to about the distance limit.
    """
    zero = engine.select(outputs[0] < outputs[0], outputs[0], 0.0)
    best, action = outputs[0], zero
    for choice, output in enumerate(outputs[1:], start=1):
        better = best < output
        best, action = engine.select(better, output, best), engine.select(better, float(choice), action)
    others = weighted = total = zero
    for choice, (output, target) in enumerate(zip(outputs, targets, strict=True)):
        distance = best - output
        distance = engine.select(distance < constants.distance_limit, distance, constants.distance_limit)
        chosen = abs(action - float(choice)) < 0.5
        others = others + engine.select(chosen, 0.0, exp_minus(distance, constants, engine))
        weighted, total = engine.fma(target, distance, weighted), total + target
    return engine.fma(total, log1p(others, constants, engine), weighted)


@emitter
def _copy_sense(_: Any, to: Any, at: Any, senses: Rows, source: Rows) -> None:
    source[to] = senses[at]


def _emit_loss(actions: int) -> Any:
    def step_loss(builder: Any, step: Any, outputs: Rows, targets: Rows, losses: Rows) -> None:
        first = builder.mul(step, INDEX(actions))
        step_targets = [targets[builder.add(first, INDEX(choice))] for choice in range(actions)]
        values = [outputs[INDEX(choice)] for choice in range(actions)]
        constants = ENTROPY_CONSTANTS[{4: "float32", 8: "float64"}[outputs.itemsize]]
        losses[step] = cross_entropy(values, step_targets, constants, Engine)

    return emitter(step_loss)


_step_loss = _emit_loss(ACTIONS)


@kernel
def cross_entropies(settings, genomes, senses, targets, tile, losses):  # type: ignore[no-untyped-def]
    """Write losses [N, E], float64: the cross-entropy of each genome [P], summed over an episode's steps in order.

    `settings` are cell, hidden, inputs. senses [tiles, T I, L] and targets [tiles, T A, L] hold an episode a lane.
    `tile` is scratch memory: the arrays of `cells.forward`, and the losses [T, L] of the steps.
    """
    cell, hidden, inputs = settings
    source, gates, extra, outputs, step_losses = tile
    lanes, steps, total = step_losses.shape[1], step_losses.shape[0], losses.shape[1]
    for genome in range(genomes.shape[0]):
        for episodes in range(senses.shape[0]):
            source[:] = 0
            extra[:] = 0
            tile_senses, tile_targets = senses[episodes], targets[episodes]
            for step in range(steps):
                for sense in range(inputs):
                    _copy_sense(hidden + sense, step * inputs + sense, tile_senses, source)
                forward(cell, hidden, genomes[genome], source, gates, extra, outputs)
                _step_loss(step, outputs, tile_targets, step_losses)
            first = episodes * lanes
            for lane in range(min(lanes, total - first)):
                losses[genome, first + lane] = 0
            for step in range(steps):
                for lane in range(min(lanes, total - first)):
                    losses[genome, first + lane] += step_losses[step, lane]
