"""The world as torch tensors: many foragers take a step at once, on any device, by the rules of `sim.world.rules`.

B foragers, each on its own board, I senses. All boards, of n x n cells, are one vector; a place is an index into it.
"""

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from sim.world import rules
from sim.world.maze import Mazes
from sim.world.rules import World

HEADING, ATE, SEEN = 4, 6, 7  # where the parts of a code begin, after the four openings


@dataclass(frozen=True, slots=True, eq=False)
class Foragers:
    """B foragers at one step of an episode. The boards are shared by all steps; `step` clears pellets that are eaten.

    place, heading int64 [B]; openings int64 [B], the open ways from the place; ate int64 [B], 1 where the last step ate
    boards uint8 [B * n * n]; strides int64 [4], the change of a place by a step in each heading
    """

    setting: World
    place: Tensor
    heading: Tensor
    openings: Tensor
    ate: Tensor
    boards: Tensor
    strides: Tensor


def begin(mazes: Mazes, setting: World, device: str | torch.device = "cpu") -> Foragers:
    """Put a forager at the start of each of B mazes."""
    opened, pellets = (torch.from_numpy(array).to(device) for array in (mazes.open, mazes.pellets))
    start, heading = (torch.from_numpy(array).to(device).long() for array in (mazes.start, mazes.heading))
    boards = (opened | pellets.byte() << rules.PELLET).flatten()
    place = start + torch.arange(mazes.count, device=device) * mazes.size**2
    openings = boards[place] & 15
    boards[place] = openings
    strides = rules.stride(torch.arange(4, device=device), mazes.size)
    return Foragers(setting, place, heading, openings.long(), torch.zeros_like(place), boards, strides)


def step(foragers: Foragers, actions: Tensor) -> Foragers:
    """Let all foragers turn, move and eat by actions int64 [B]; return them. Do not use the old ones again."""
    heading = rules.turned(foragers.heading, actions)
    place = foragers.place + foragers.strides[heading] * rules.passable(foragers.openings, heading)
    cell = foragers.boards[place]
    openings = cell & 15
    foragers.boards[place] = openings
    ate = rules.pellet(cell).long()
    return replace(foragers, place=place, heading=heading, openings=openings.long(), ate=ate)


def look(foragers: Foragers, reach: int) -> Tensor:
    """1 where a pellet is seen within `reach` open cells ahead, right, behind, left; int64 [B, 4]."""
    heading = rules.turned(foragers.heading[:, None], torch.arange(4, device=foragers.place.device))
    place, strides = foragers.place[:, None], foragers.strides[heading]
    seen = torch.zeros_like(heading)
    for _ in range(reach):
        way = rules.passable(foragers.boards[place], heading)  # 0 at a wall: the place then stays the same
        place = place + strides * way
        seen = seen | (way & rules.pellet(foragers.boards[place]))
    return seen


def code(foragers: Foragers) -> Tensor:
    """The senses of each forager as one integer, an index into `sense_table`; int64 [B]."""
    sensed = foragers.openings + (foragers.heading << HEADING) + (foragers.ate << ATE)
    if not foragers.setting.sight:
        return sensed
    sides = torch.arange(SEEN, SEEN + 4, device=sensed.device)
    return sensed + (look(foragers, foragers.setting.sight) << sides).sum(1)


def sense_table(setting: World, device: str | torch.device = "cpu") -> Tensor:
    """The senses of every code, float32 [codes, I]."""
    codes = torch.arange(1 << (SEEN + 4 * (setting.sight > 0)), device=device)
    sensed = [*rules.walls(codes & 15, (codes >> HEADING) & 3), (codes >> ATE) & 1]
    seen = [(codes >> (SEEN + relative)) & 1 for relative in range(4)]
    return torch.stack([*sensed, *(seen if setting.sight else [])], 1).float()
