"""The policy gradient (Williams 1992) through time, in worlds of torch tensors.

T steps, B foragers, I senses, H hidden units, A actions, F features, P weights. Foragers of one genome, the actor, act
at random, as often as the softmax of its outputs says. An action after which more was eaten than a critic expected is
made more likely. The critic is a network of its own, thrown away in the end; so it may see what no forager can: the
time, the pellets eaten, the pellets beside it (Pinto et al. 2018).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from agents.errors import UserError
from agents.layout import Layout
from agents.network.module import input_sums, next_state, outputs, split, zero_state
from agents.network.recurrence import unroll
from agents.network.threads import one_thread
from agents.optimisers.arrays import saved
from agents.randomness import generator
from sim.learning import torch_world
from sim.world.maze import Mazes
from sim.world.rules import World

AVERAGED = 0.98  # how much of the average genome an update keeps
CRITIC_EVERY = 4  # the critic learns from one episode in so many, and soon enough


@dataclass(frozen=True, slots=True, eq=False)
class Episodes:
    """B episodes: senses [T, B, I], actions int64 [T, B], eaten [T, B], hidden [T, B, H], beside [T, B, 4].

    `beside` is 1 where, before the action, a pellet lies one step ahead, right, behind, left.
    """

    senses: Tensor
    actions: Tensor
    eaten: Tensor
    hidden: Tensor
    beside: Tensor

    def features(self) -> Tensor:
        """What the critic sees before each action, [T, B, F]."""
        steps, count = self.eaten.shape
        time = torch.linspace(0, 1, steps, device=self.eaten.device)[:, None, None].expand(-1, count, -1)
        before = (self.eaten.cumsum(0) - self.eaten)[..., None] / 100  # of the order of 1
        return torch.cat([self.hidden, self.senses, self.beside, before, time], 2)


def forage(genome: Tensor, layout: Layout, mazes: Mazes, world: World, chances: Tensor) -> Episodes:
    """Play a genome [P] in B mazes; chances [T, B], uniform in [0, 1), decide how each forager acts."""
    device = genome.device
    blocks, table = split(layout, genome), torch_world.sense_table(world, device)
    sums = input_sums(layout, blocks, table)
    foragers, state = torch_world.begin(mazes, world, device), zero_state(layout, mazes.count, genome)
    log: list[tuple[Tensor, ...]] = []
    for chance in chances:
        code, beside = torch_world.code(foragers), torch_world.look(foragers, 1)
        state = next_state(layout, blocks, [gate[code] for gate in sums], state)
        actions = draw(outputs(layout, blocks, state[0]), chance)
        foragers = torch_world.step(foragers, actions)
        log.append((code, actions, foragers.ate, state[0], beside))
    codes, taken, ate, hidden, besides = (torch.stack(entries) for entries in zip(*log, strict=True))
    return Episodes(table[codes], taken, ate.float(), hidden, besides.float())


def draw(outputs: Tensor, chances: Tensor) -> Tensor:
    """Actions int64 [B] from the softmax of outputs [B, A], as chances [B], uniform in [0, 1), decide."""
    reached = outputs.T.softmax(0).cumsum(0)[:-1]  # torch is many times faster along the first axis than the last
    return (reached <= chances).sum(0)


def advantages(rewards: Tensor, values: Tensor, discount: float, trace: float) -> Tensor:
    """Generalised advantages [T, B] (Schulman et al. 2016, eq. 16) of rewards and values [T, B]; nothing follows T."""
    gained = rewards - values
    gained[:-1] += discount * values[1:]
    for t in range(len(gained) - 2, -1, -1):
        gained[t].add_(gained[t + 1], alpha=discount * trace)
    return gained


def policy_loss(outputs: Tensor, actions: Tensor, advantages: Tensor) -> tuple[Tensor, Tensor]:
    """A scalar whose gradient is the policy gradient downhill, and the policy's mean entropy in nats.

    outputs [T, B, A], actions and advantages [T, B].
    """
    logs = outputs.permute(2, 0, 1).contiguous().log_softmax(0)  # the first axis, as in `draw`
    entropy = -(logs.exp() * logs).sum(0).mean()
    return -(logs.gather(0, actions[None])[0] * advantages).mean(), entropy


def critic(weights: Tensor, features: Tensor, units: int) -> Tensor:
    """What a critic of flat weights expects of features [..., F]: values [...], by one layer of rectified units."""
    inner = units * (1 + features.shape[-1])
    first, last = weights[:inner].view(units, -1), weights[inner:]
    hidden = nn.functional.linear(features, first[:, 1:], first[:, 0]).relu()
    return nn.functional.linear(hidden, last[None, 1:], last[:1])[..., 0]


def initial_critic(units: int, features: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """The flat weights of a critic to start from: it expects nothing."""
    weights = np.zeros(units * (1 + features) + 1 + units, np.float32)
    first = weights[: units * (1 + features)].reshape(units, -1)
    first[:, 1:] = rng.standard_normal((units, features), np.float32) / np.float32(np.sqrt(features))
    return weights


class ActorCritic:
    """An actor and its critic, which one Adam moves, and the average of the actor's genomes.

    It computes the same bits again on the same kind of CPU. On a GPU, the GPU rounds.
    """

    def __init__(self, layout: Layout, genome: NDArray[np.float32], units: int, seed: int, device: str) -> None:
        """Begin with the actor's genome [P], and a critic of so many hidden units, on a torch device."""
        self.layout, self.units, self.device, self.updates = layout, units, device, 0
        weights = initial_critic(units, layout.hidden + layout.inputs + 6, generator(seed, "reinforce/critic"))
        self.genome, self.critic = (nn.Parameter(torch.tensor(each, device=device)) for each in (genome, weights))
        self.average = self.genome.detach().clone()
        self.adam = torch.optim.Adam([self.genome, self.critic])

    @one_thread()
    def update(
        self,
        mazes: Mazes,
        world: World,
        chances: NDArray[np.float32],
        *,
        rate: float,
        discount: float,
        trace: float,
        bonus: float,
        clip: float,
    ) -> dict[str, float]:
        """Play B mazes, as chances [T, B] decide, and take one step: what was lost and eaten, and the entropy.

        `rate` is Adam's, `discount` and `trace` are those of `advantages`, `bonus` is what a nat of entropy is worth,
        `clip` the length to which the actor's gradient is shortened. Raises UserError where weights leave float32.
        """
        with torch.no_grad():
            episodes = forage(self.genome, self.layout, mazes, world, torch.from_numpy(chances).to(self.device))
            features = episodes.features()
            values = critic(self.critic, features, self.units)
            gained = advantages(episodes.eaten, values, discount, trace)
            standard = (gained - gained.mean()) / (gained.std(correction=0) + 1e-6)
        every = min(CRITIC_EVERY, mazes.count)
        some = slice(self.updates % every, None, every)
        missed = critic(self.critic, features[:, some], self.units) - (values + gained)[:, some]
        chosen = unroll(self.layout, split(self.layout, self.genome), episodes.senses)
        loss, entropy = policy_loss(chosen, episodes.actions, standard)
        critic_loss = missed.square().mean()
        self.adam.zero_grad()
        (loss - bonus * entropy + critic_loss).backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_([self.genome], clip)
        self.adam.param_groups[0]["lr"] = rate
        self.adam.step()
        self.average.lerp_(self.genome.detach(), 1 - AVERAGED)
        self.updates += 1
        if not self.genome.isfinite().all():
            raise UserError(f"learning diverged at update {self.updates}: weights left float32; lower the rate")
        eaten = episodes.eaten.sum(0).mean()
        numbers = {"loss": loss, "mean": eaten, "entropy": entropy, "critic_loss": critic_loss}
        return {name: number.item() for name, number in numbers.items()}

    def genomes(self) -> NDArray[np.float32]:
        """The actor's genome, and the running average of the last ones, [2, P]."""
        both: NDArray[np.float32] = torch.stack([self.genome.detach(), self.average]).cpu().numpy()
        return both

    def state(self) -> dict[str, NDArray[Any]]:
        """Arrays from which `restore` goes on, to the same bits on a CPU."""
        arrays = {"generation": np.array(self.updates), "average": self.average.cpu().numpy().copy()}
        for name, weights in self._learned().items():
            arrays[name] = weights.detach().cpu().numpy().copy()
            for moment, tensor in self.adam.state[weights].items():
                arrays[f"{name}.{moment}"] = tensor.cpu().numpy().copy()
        return arrays

    def restore(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Go on from the arrays of `state`. Raises UserError where they are of another configuration."""
        self.updates, size = int(saved(arrays, "generation")), self.average.numel()
        self.average = torch.tensor(saved(arrays, "average", size), device=self.device)
        for name, weights in self._learned().items():
            weights.data = torch.tensor(saved(arrays, name, weights.numel()), device=self.device)
            moments = [key for key in arrays if key.startswith(f"{name}.")]
            self.adam.state[weights] = {
                key.removeprefix(f"{name}."): torch.tensor(arrays[key], device=self._home(key)) for key in moments
            }

    def _home(self, moment: str) -> str:
        return "cpu" if moment.endswith(".step") else self.device  # where Adam keeps it

    def _learned(self) -> dict[str, nn.Parameter]:
        return {"genome": self.genome, "critic": self.critic}
