"""The recurrent cells: Elman (1990), GRU (Cho et al. 2014), LSTM (Hochreiter, Schmidhuber 1997; Gers et al. 2000).

H hidden units, I inputs, A outputs, L lanes. One step reads inputs x [I], the hidden state h [H], and an LSTM's cell
state c [H]; it returns outputs y [A], and h', c' replace h, c. Both states are 0 before the first step of an episode.
The outputs read the new hidden state:

    y = affine(output, h')

A block, such as output, is a matrix of the genome with a row for each unit; `agents.layout` has the blocks of a cell,
their order, and the order within a row: bias, weights from h in ascending order, weights from x in ascending order.
affine(block, s) is computed for each row by itself: the total is the bias, then for each weight w of the row, in order,
total = fma(w, source, total), one rounding each. tanh and sigmoid are those of `agents.engine.arithmetic`.

    Elman   h' = tanh(affine(hidden, [h, x]))

    GRU     z = sigmoid(affine(update, [h, x]))           1 keeps the old state, 0 takes the candidate
            r = sigmoid(affine(reset, [h, x]))            0 hides the old state from the candidate
            n = tanh(affine(candidate, [r h, x]))         r h is rounded, and then multiplied with weights
            h' = fma(z, h - n, n)                         h - n is rounded

    LSTM    i, f, o = sigmoid(affine(input, forget, emit, [h, x]))       no peepholes
            g = tanh(affine(candidate, [h, x]))
            c' = fma(f, c, i g)                           i g is rounded; f = 1 keeps the old cell state
            h' = o tanh(c')                               rounded

The equations of one unit are written once, for all engines of the arithmetic. `PlainNetwork` is the readable network of
one agent, and `forward` is the kernel for a tile of agents. torch's GRU is another one: it scales the candidate's sum
over hidden units by r, where this one, as in Cho et al., scales the hidden units.
"""

from typing import Any

import numpy as np
from numba.core import cgutils
from numpy.typing import NDArray

from agents.engine import exact
from agents.engine.affine import affine
from agents.engine.arithmetic import Value, inlined, sigmoid, tanh
from agents.engine.lanes import Engine
from agents.engine.tile import INDEX, emitter
from agents.layout import GATES, Layout

CELLS = tuple(GATES)
ELMAN, GRU, LSTM = range(len(CELLS))


def gru_reset(reset: Value, hidden: Value, engine: Any) -> Value:
    """The hidden state of a unit as the candidate reads it: sigmoid(reset) h. `reset` is the gate's affine sum."""
    return sigmoid(reset, engine) * hidden


def gru_blend(update: Value, candidate: Value, hidden: Value, engine: Any) -> Value:
    """The new hidden state of a unit: the old one if sigmoid(update) is 1, tanh(candidate) if it is 0.

    `update` and `candidate` are affine sums, `hidden` is the old state.
    """
    fresh = tanh(candidate, engine)
    return engine.fma(sigmoid(update, engine), hidden - fresh, fresh)


def lstm_cell_state(admit: Value, forget: Value, candidate: Value, cell_state: Value, engine: Any) -> Value:
    """The new cell state of a unit: fma(sigmoid(forget), cell_state, sigmoid(admit) tanh(candidate)).

    The product at the end is rounded. All but `cell_state` are affine sums; `admit` is that of the input gate.
    """
    return engine.fma(sigmoid(forget, engine), cell_state, sigmoid(admit, engine) * tanh(candidate, engine))


def lstm_emit(emit: Value, cell_state: Value, engine: Any) -> Value:
    """The new hidden state of a unit, sigmoid(emit) tanh(c'), from its new cell state."""
    return sigmoid(emit, engine) * tanh(cell_state, engine)


class PlainNetwork:
    """The network of one agent, step by step in exact arithmetic; the tests compare all fast networks with it."""

    def __init__(self, layout: Layout, genome: NDArray[Any]) -> None:
        """Start with states of zero; the type of `genome` [P], float32 or float64, decides the arithmetic."""
        self.layout, self.blocks = layout, layout.split(genome)
        self.hidden = np.zeros(layout.hidden, genome.dtype)
        self.cell_state = np.zeros(layout.hidden, genome.dtype)

    def forget(self) -> None:
        """Set the hidden state and the cell state to zero; done before every step, this ablates the memory."""
        self.hidden[:] = 0
        self.cell_state[:] = 0

    def forward(self, inputs: NDArray[Any]) -> NDArray[Any]:
        """One step: inputs [I] -> outputs [A], which read the new hidden state; replaces the states."""
        names = [name for name in GATES[self.layout.cell] if name != "candidate"]
        gates = {name: self._affine(name, self.hidden, inputs) for name in names}
        match self.layout.cell:
            case "elman":
                self.hidden = tanh(gates["hidden"], exact)
            case "gru":
                scaled = gru_reset(gates["reset"], self.hidden, exact)
                candidate = self._affine("candidate", scaled, inputs)
                self.hidden = gru_blend(gates["update"], candidate, self.hidden, exact)
            case "lstm":
                candidate = self._affine("candidate", self.hidden, inputs)
                self.cell_state = lstm_cell_state(gates["input"], gates["forget"], candidate, self.cell_state, exact)
                self.hidden = lstm_emit(gates["emit"], self.cell_state, exact)
        return self._affine("output", self.hidden)

    def _affine(self, block: str, *sources: NDArray[Any]) -> NDArray[Any]:
        """The biases of a block plus its weights times the sources, terms in ascending order."""
        weights = self.blocks[block]
        total = weights[:, 0]
        for column, x in enumerate(np.concatenate(sources), start=1):
            total = exact.fma(weights[:, column], x, total)
        return total


def _units(body: Any) -> Any:
    """A kernel that runs `body(unit, gates, source, extra)` for every hidden unit; gates[k][unit] is its k-th gate."""

    def all_units(builder: Any, hidden: Any, source: Any, gates: Any, extra: Any) -> None:
        views = [gates.offset(builder.mul(hidden, INDEX(k))) for k in range(4)]
        with cgutils.for_range(builder, hidden) as loop:
            body(loop.index, views, source, extra)

    return emitter(all_units)


@_units
def _elman_fire(unit: Any, gates: Any, source: Any, _: Any) -> None:
    source[unit] = tanh(gates[0][unit], Engine)


@_units
def _gru_reset(unit: Any, gates: Any, source: Any, scaled: Any) -> None:
    scaled[unit] = gru_reset(gates[1][unit], source[unit], Engine)


@_units
def _gru_blend(unit: Any, gates: Any, source: Any, _: Any) -> None:
    source[unit] = gru_blend(gates[0][unit], gates[2][unit], source[unit], Engine)


@_units
def _lstm_fire(unit: Any, gates: Any, source: Any, cell_state: Any) -> None:
    cell_state[unit] = lstm_cell_state(gates[0][unit], gates[1][unit], gates[3][unit], cell_state[unit], Engine)
    source[unit] = lstm_emit(gates[2][unit], cell_state[unit], Engine)


@emitter
def _copy_row(_: Any, row: Any, source: Any, target: Any) -> None:
    target[row] = source[row]


@inlined
def forward(cell, hidden, weights, source, gates, extra, outputs):  # type: ignore[no-untyped-def]
    """Compute one step of a tile: read hidden states and inputs from source [H+I, L], write outputs [A, L].

    The new hidden states replace source[:H]. `gates` [4H, L] is scratch memory. `extra` [H+I, L] holds the cell states
    of an LSTM, and is scratch memory for a GRU.
    """
    row = 1 + source.shape[0]
    end = hidden * row
    if cell == ELMAN:
        affine(gates, 0, hidden, weights, 0, source)
        _elman_fire(hidden, source, gates, extra)
    elif cell == GRU:
        affine(gates, 0, 2 * hidden, weights, 0, source)
        _gru_reset(hidden, source, gates, extra)
        for row in range(hidden, source.shape[0]):
            _copy_row(row, source, extra)
        affine(gates, 2 * hidden, hidden, weights, 2 * end, extra)
        _gru_blend(hidden, source, gates, extra)
        end *= 3
    else:
        affine(gates, 0, 4 * hidden, weights, 0, source)
        _lstm_fire(hidden, source, gates, extra)
        end *= 4
    affine(outputs, 0, outputs.shape[0], weights, end, source[:hidden])
