"""Rollouts in plain torch, one operation at a time: slow, with the bits of the contract, on any device with float64.

N genomes of P weights, M mazes of n x n cells, K counts of an episode; H hidden units, I senses, A actions. It is used
without Triton, and for networks that are too large for the fused kernel; the tests compare the fused kernel with it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from agents.engine import torch_engine as engine
from agents.engine.arithmetic import tanh
from agents.layout import Layout
from agents.network.cells import gru_blend, gru_reset, lstm_cell_state, lstm_emit
from sim.rollout.boards import WORD_BITS, Boards
from sim.rollout.quantities import QUANTITIES, Moment, QuantityName
from sim.world import rules


def play(
    genomes: Tensor,
    layout: Layout,
    boards: Boards,
    world: rules.World,
    interval: int,
    ablate: bool,
    states: Tensor | None = None,
) -> Tensor:
    """Play genomes [N, P] in all mazes, on their device; int32 [N, M, K], the pellets after each `interval` steps.

    The last hidden states of the first G genomes are written into `states` [G, M, H].
    """
    networks = Networks(layout, genomes, boards.count)
    moments = _moments(networks, genomes.dtype, len(genomes), boards, world, ablate)
    counts = [moment.eaten.to(torch.int32) for moment in moments if moment.step % interval == 0]
    if states is not None:
        states.copy_(networks.hidden[: len(states)])
    return torch.stack(counts, dim=-1)


def observe(
    genomes: Tensor,
    layout: Layout,
    boards: Boards,
    world: rules.World,
    interval: int,
    names: Sequence[QuantityName],
    centre: Tensor | None = None,
) -> Tensor:
    """Play genomes [N, P] in all mazes; quantities int32 [N, M, K, Q], as named, after each `interval` steps.

    `centre` [M, T+1] are the places, on the same device, that divergence is measured from.
    """
    networks = Networks(layout, genomes, boards.count)
    kept = {
        name: torch.full((len(genomes), boards.count), QUANTITIES[name].begin, dtype=torch.int64, device=genomes.device)
        for name in names
    }
    seen, cells = None, boards.size**2
    if "revisits" in names:
        seen = torch.zeros((len(genomes), boards.count, cells), dtype=torch.int64, device=genomes.device)
        seen.scatter_(2, boards.starts.long().expand(len(genomes), -1)[..., None], 1)
    told = []
    for moment in _moments(networks, genomes.dtype, len(genomes), boards, world, False):
        if seen is not None:
            moment = replace(moment, visited=seen.gather(2, moment.place[..., None])[..., 0])
            seen.scatter_(2, moment.place[..., None], 1)
        if centre is not None:
            moment = replace(moment, centre=centre[:, moment.step].long())
        kept = {name: QUANTITIES[name].after(value, moment) for name, value in kept.items()}
        if moment.step % interval == 0:  # the cut of int64 to int32 keeps the lowest bits, as hashes want it
            told.append(torch.stack([value.to(torch.int32) for value in kept.values()], dim=-1))
    return torch.stack(told, dim=2)


def _moments(
    networks: "Networks", dtype: torch.dtype, count: int, boards: Boards, world: rules.World, ablate: bool
) -> Iterator[Moment]:
    """What each of `count` genomes does in all mazes, step by step; all values are int64 [N, M]."""
    shape, device = (count, boards.count), boards.starts.device
    maze = torch.arange(boards.count, device=device)
    place, heading = (start.long().expand(shape) for start in (boards.starts, boards.headings))
    bit = torch.arange(WORD_BITS, dtype=torch.int32, device=device)
    pellets = ((boards.pellets[:, :, None] >> bit) & 1).reshape(boards.count, -1).long()
    pellets = pellets.expand(count, *pellets.shape).clone()
    eaten = ate = torch.zeros(shape, dtype=torch.int64, device=device)
    for step in range(1, world.lifetime + 1):
        cell = boards.opened[maze, place].long()
        senses = [*rules.walls(cell, heading), ate]
        if world.sight:
            ways = [rules.turned(heading, side) for side in range(4)]
            senses += [_sees(boards, maze, pellets, place, way, world.sight) for way in ways]
        if ablate:
            networks.forget()
        action = best_action(networks.forward(torch.stack(senses, dim=-1).to(dtype)))
        heading = rules.turned(heading, action)
        moved = rules.passable(cell, heading)
        place = place + rules.stride(heading, boards.size) * moved
        ate = pellets.gather(2, place[..., None])[..., 0]
        pellets.scatter_(2, place[..., None], 0)
        eaten = eaten + ate
        yield Moment(step, place, moved, ate, eaten)


def best_action(outputs: Tensor) -> Tensor:
    """The lowest index [...] of the largest of outputs [..., A]; a NaN counts as neither larger nor smaller."""
    best, action = outputs[..., 0], torch.zeros_like(outputs[..., 0], dtype=torch.int64)
    for choice in range(1, outputs.shape[-1]):
        better = outputs[..., choice] > best
        best = torch.where(better, outputs[..., choice], best)
        action = torch.where(better, choice, action)
    return action


def _sees(boards: Boards, maze: Tensor, pellets: Tensor, place: Tensor, direction: Tensor, sight: int) -> Tensor:
    """1 where a pellet is within `sight` cells along the open corridor in a direction, else 0, [N, M]."""
    way = torch.ones_like(place)
    seen = torch.zeros_like(place)
    for _ in range(sight):
        way = way & rules.passable(boards.opened[maze, place].long(), direction)
        place = place + rules.stride(direction, boards.size) * way
        seen = seen | (way & pellets.gather(2, place[..., None])[..., 0])
    return seen


class Networks:
    """The networks of N genomes, each for M agents: `agents.network.cells.PlainNetwork` on tensors."""

    def __init__(self, layout: Layout, genomes: Tensor, mazes: int) -> None:
        """Start with states of zero; the type of genomes [N, P] decides the arithmetic."""
        self.layout, self.blocks, at = layout, {}, 0
        for name, (rows, columns) in layout.shapes.items():
            self.blocks[name] = genomes[:, at : at + rows * columns].reshape(-1, 1, rows, columns)
            at += rows * columns
        self.hidden = genomes.new_zeros((len(genomes), mazes, layout.hidden))
        self.cell_state = torch.zeros_like(self.hidden)

    def forget(self) -> None:
        """Set the hidden states and cell states to zero; done before every step, this ablates the memory."""
        self.hidden = torch.zeros_like(self.hidden)
        self.cell_state = torch.zeros_like(self.cell_state)

    def forward(self, senses: Tensor) -> Tensor:
        """One step: senses [N, M, I] -> outputs [N, M, A]; updates the hidden states [N, M, H]."""
        match self.layout.cell:
            case "elman":
                self.hidden = tanh(self._affine("hidden", self.hidden, senses), engine)
            case "gru":
                update = self._affine("update", self.hidden, senses)
                scaled = gru_reset(self._affine("reset", self.hidden, senses), self.hidden, engine)
                self.hidden = gru_blend(update, self._affine("candidate", scaled, senses), self.hidden, engine)
            case "lstm":
                admit, forget, emit, candidate = (
                    self._affine(name, self.hidden, senses) for name in ("input", "forget", "emit", "candidate")
                )
                self.cell_state = lstm_cell_state(admit, forget, candidate, self.cell_state, engine)
                self.hidden = lstm_emit(emit, self.cell_state, engine)
        return self._affine("output", self.hidden)

    def _affine(self, block: str, *sources: Tensor) -> Tensor:
        """The biases of a block plus its weights times the sources, terms in ascending order."""
        weights, source = self.blocks[block], torch.cat(sources, dim=-1)
        total = weights[..., 0]
        for column in range(source.shape[-1]):
            total = engine.fma(weights[..., column + 1], source[..., column, None], total)
        return total
