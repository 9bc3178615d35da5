"""The world as torch tensors: many foragers take a step at once, on any device, by the rules of `sim.world.rules`.

B foragers, one a board, I senses. Boards of n x n cells lie end to end, and a place is an index into all of them.
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
    """B foragers in the midst of an episode. All fields are of one step, but for the boards, which all steps share.

    place, heading int64 [B]; openings int64 [B], the open ways from the place; ate int64 [B], 1 where the last step ate
    boards uint8 [B * n * n], whose pellets are cleared as they are eaten; strides int64 [4], a step towards a heading
    """

    setting: World
    place: Tensor
    heading: Tensor
    openings: Tensor
    ate: Tensor
    boards: Tensor
    strides: Tensor


def begin(mazes: Mazes, setting: World, device: str | torch.device = "cpu") -> Foragers:
    """A forager at the start of each of B mazes."""
    opened, pellets = (torch.from_numpy(array).to(device) for array in (mazes.open, mazes.pellets))
    start, heading = (torch.from_numpy(array).to(device).long() for array in (mazes.start, mazes.heading))
    boards = (opened | pellets.byte() << rules.PELLET).flatten()
    place = start + torch.arange(mazes.count, device=device) * mazes.size**2
    openings = boards[place] & 15
    boards[place] = openings
    strides = rules.stride(torch.arange(4, device=device), mazes.size)
    return Foragers(setting, place, heading, openings.long(), torch.zeros_like(place), boards, strides)


def step(foragers: Foragers, actions: Tensor) -> Foragers:
    """Turn, move, eat: the foragers after actions int64 [B]. The old ones are spent, as their boards are shared."""
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
        way = rules.passable(foragers.boards[place], heading)  # where it is closed, the look stays, and stays closed
        place = place + strides * way
        seen = seen | (way & rules.pellet(foragers.boards[place]))
    return seen


def code(foragers: Foragers) -> Tensor:
    """All that each forager senses as one integer, an index into `sense_table`; int64 [B]."""
    felt = foragers.openings + (foragers.heading << HEADING) + (foragers.ate << ATE)
    if not foragers.setting.sight:
        return felt
    sides = torch.arange(SEEN, SEEN + 4, device=felt.device)
    return felt + (look(foragers, foragers.setting.sight) << sides).sum(1)


def sense_table(setting: World, device: str | torch.device = "cpu") -> Tensor:
    """The senses of every code, float32 [codes, I]."""
    codes = torch.arange(1 << (SEEN + 4 * (setting.sight > 0)), device=device)
    felt = [*rules.walls(codes & 15, (codes >> HEADING) & 3), (codes >> ATE) & 1]
    seen = [(codes >> (SEEN + relative)) & 1 for relative in range(4)]
    return torch.stack([*felt, *(seen if setting.sight else [])], 1).float()
