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

from collections.abc import Callable
from typing import Any

import numpy as np
from numba.core import cgutils
from numpy.typing import NDArray

from agents.engine import exact
from agents.engine.affine import affine
from agents.engine.arithmetic import Value, sigmoid, tanh
from agents.engine.lanes import Engine
from agents.engine.registers import rows_at_once
from agents.engine.tile import INDEX, Rows, emitter
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


def _for_units(
    builder: Any,
    hidden: Any,
    gates: Rows,
    source: Rows,
    extra: Rows,
    body: Callable[[Any, list[Rows], Rows, Rows], None],
) -> None:
    """Emit loops that run `body(unit, gates, source, extra)` for all hidden units; gates[k][unit] is its k-th gate.

    A body computes each lane by itself, so one call can do several units: their rows are then joined in its arguments.
    """
    views = [gates.offset(builder.mul(hidden, INDEX(k))) for k in range(4)]
    at_once, done = rows_at_once(gates.row_bytes), INDEX(0)
    for size in sorted({at_once, 1}, reverse=True):
        calls = builder.udiv(builder.sub(hidden, done), INDEX(size))
        with cgutils.for_range(builder, calls) as loop:
            moved = [rows.offset(done).joined(size) for rows in (*views, source, extra)]
            body(loop.index, moved[:4], *moved[4:])
        done = builder.add(done, builder.mul(calls, INDEX(size)))


@emitter
def forward(
    builder: Any, cell: Any, hidden: Any, weights: Rows, source: Rows, gates: Rows, extra: Rows, outputs: Rows
) -> None:
    """Compute one step of a tile: read hidden states and inputs from source [H+I, L], write outputs [A, L].

    The new hidden states replace source[:H]. `gates` [4H, L] is scratch memory. `extra` [H+I, L] holds the cell states
    of an LSTM, and is scratch memory for a GRU.
    """

    def times_hidden(number: int) -> Any:
        return builder.mul(hidden, INDEX(number))

    def for_units(body: Callable[[Any, list[Rows], Rows, Rows], None]) -> None:
        _for_units(builder, hidden, gates, source, extra, body)

    def elman(unit: Any, gate: list[Rows], source: Rows, _: Rows) -> None:
        source[unit] = tanh(gate[0][unit], Engine)

    def reset(unit: Any, gate: list[Rows], source: Rows, extra: Rows) -> None:
        extra[unit] = gru_reset(gate[1][unit], source[unit], Engine)

    def blend(unit: Any, gate: list[Rows], source: Rows, _: Rows) -> None:
        source[unit] = gru_blend(gate[0][unit], gate[2][unit], source[unit], Engine)

    def lstm(unit: Any, gate: list[Rows], source: Rows, extra: Rows) -> None:
        extra[unit] = lstm_cell_state(gate[0][unit], gate[1][unit], gate[3][unit], extra[unit], Engine)
        source[unit] = lstm_emit(gate[2][unit], extra[unit], Engine)

    is_elman, is_gru = (builder.icmp_signed("==", cell, INDEX(kind)) for kind in (ELMAN, GRU))
    row = builder.add(source.count, INDEX(1))  # the weights of a row: the bias, then one for each source
    rows = builder.select(is_elman, hidden, builder.select(is_gru, times_hidden(2), times_hidden(4)))
    affine(builder, gates, INDEX(0), rows, weights, INDEX(0), source)
    with builder.if_else(is_elman) as (if_elman, if_gated):
        with if_elman:
            for_units(elman)
        with if_gated, builder.if_else(is_gru) as (if_gru, if_lstm):
            with if_gru:
                for_units(reset)
                with cgutils.for_range(builder, builder.sub(source.count, hidden)) as loop:
                    sense = builder.add(hidden, loop.index)
                    extra[sense] = source[sense]
                affine(builder, gates, times_hidden(2), hidden, weights, builder.mul(times_hidden(2), row), extra)
                for_units(blend)
            with if_lstm:
                for_units(lstm)
    all_rows = builder.select(is_gru, times_hidden(3), rows)
    affine(builder, outputs, INDEX(0), outputs.count, weights, builder.mul(all_rows, row), source.first(hidden))
