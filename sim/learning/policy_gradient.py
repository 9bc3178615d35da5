"""The policy gradient (Williams 1992) through time, in worlds of torch tensors.

T steps, B foragers, I senses, H hidden units, A actions, F features, P weights. All foragers have one genome, the
actor, and draw their actions from the softmax of its outputs. An update makes those actions more likely after which a
forager ate more than a critic predicted. The critic is a second network, which only serves to learn. So it may see what
no forager can: the time, the pellets eaten, the pellets beside it (Pinto et al. 2018).
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

AVERAGED = 0.98  # the share of the running average of genomes that an update keeps
CRITIC_EVERY = 4  # the critic learns from every fourth episode, which is enough


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
        """The inputs of the critic, [T, B, F]: hidden state, senses, pellets beside, pellets eaten and time."""
        steps, count = self.eaten.shape
        time = torch.linspace(0, 1, steps, device=self.eaten.device)[:, None, None].expand(-1, count, -1)
        before = (self.eaten.cumsum(0) - self.eaten)[..., None] / 100  # of the order of 1
        return torch.cat([self.hidden, self.senses, self.beside, before, time], 2)


def forage(genome: Tensor, layout: Layout, mazes: Mazes, world: World, chances: Tensor) -> Episodes:
    """Play a genome [P] in B mazes; random numbers `chances` [T, B], uniform in [0, 1), draw the actions."""
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
    """Draw actions int64 [B] from the softmax of outputs [B, A], by random numbers `chances` [B], uniform in [0, 1)."""
    thresholds = outputs.T.softmax(0).cumsum(0)[:-1]  # torch is many times faster along the first axis than the last
    return (thresholds <= chances).sum(0)


def advantages(rewards: Tensor, values: Tensor, discount: float, trace: float) -> Tensor:
    """Generalised advantages [T, B] (Schulman et al. 2016, eq. 16) of rewards and predicted values [T, B].

    `trace` is their lambda. No reward follows the last step.
    """
    result = rewards - values
    result[:-1] += discount * values[1:]
    for t in range(len(result) - 2, -1, -1):
        result[t].add_(result[t + 1], alpha=discount * trace)
    return result


def policy_loss(outputs: Tensor, actions: Tensor, advantages: Tensor) -> tuple[Tensor, Tensor]:
    """A loss whose negative gradient is the policy gradient, and the mean entropy of the policy in nats; both scalars.

    outputs [T, B, A], actions and advantages [T, B].
    """
    logs = outputs.permute(2, 0, 1).contiguous().log_softmax(0)  # the first axis, as in `draw`
    entropy = -(logs.exp() * logs).sum(0).mean()
    return -(logs.gather(0, actions[None])[0] * advantages).mean(), entropy


def critic(weights: Tensor, features: Tensor, units: int) -> Tensor:
    """The values [...] that a critic predicts from features [..., F], by one hidden layer of rectified linear units.

    `weights` are all its weights in one vector, `units` is the number of its hidden units.
    """
    inner = units * (1 + features.shape[-1])
    first, last = weights[:inner].view(units, -1), weights[inner:]
    hidden = nn.functional.linear(features, first[:, 1:], first[:, 0]).relu()
    return nn.functional.linear(hidden, last[None, 1:], last[:1])[..., 0]


def initial_critic(units: int, features: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """The weights of a new critic, in one vector; it predicts 0."""
    weights = np.zeros(units * (1 + features) + 1 + units, np.float32)
    first = weights[: units * (1 + features)].reshape(units, -1)
    first[:, 1:] = rng.standard_normal((units, features), np.float32) / np.float32(np.sqrt(features))
    return weights


class ActorCritic:
    """An actor and its critic, which one Adam optimises, and the running average of the actor's genomes.

    On the same kind of CPU the same updates give the same bits; on a GPU they need not.
    """

    def __init__(self, layout: Layout, genome: NDArray[np.float32], units: int, seed: int, device: str) -> None:
        """Begin with the actor's genome [P], and a new critic of `units` hidden units, on a torch device."""
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
        """Play B mazes with actions drawn by `chances` [T, B], take a step; return losses, mean pellets and entropy.

        `rate` is Adam's learning rate, `discount` and `trace` are those of `advantages`, `bonus` is the reward for a
        nat of entropy, `clip` is the largest norm of the actor's gradient. Raises UserError if weights overflow.
        """
        with torch.no_grad():
            episodes = forage(self.genome, self.layout, mazes, world, torch.from_numpy(chances).to(self.device))
            features = episodes.features()
            values = critic(self.critic, features, self.units)
            gains = advantages(episodes.eaten, values, discount, trace)
            standardised = (gains - gains.mean()) / (gains.std(correction=0) + 1e-6)
        every = min(CRITIC_EVERY, mazes.count)
        part = slice(self.updates % every, None, every)
        errors = critic(self.critic, features[:, part], self.units) - (values + gains)[:, part]
        logits = unroll(self.layout, split(self.layout, self.genome), episodes.senses)
        loss, entropy = policy_loss(logits, episodes.actions, standardised)
        critic_loss = errors.square().mean()
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
        """The actor's genome, and the running average of its genomes, [2, P]."""
        both: NDArray[np.float32] = torch.stack([self.genome.detach(), self.average]).cpu().numpy()
        return both

    def state(self) -> dict[str, NDArray[Any]]:
        """The arrays from which `restore` goes on, on a CPU to the same bits."""
        arrays = {"generation": np.array(self.updates), "average": self.average.cpu().numpy().copy()}
        for name, weights in self._learned().items():
            arrays[name] = weights.detach().cpu().numpy().copy()
            for moment, tensor in self.adam.state[weights].items():
                arrays[f"{name}.{moment}"] = tensor.cpu().numpy().copy()
        return arrays

    def restore(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Go on from the arrays of `state`. Raises UserError if they are of another config."""
        self.updates, size = int(saved(arrays, "generation")), self.average.numel()
        self.average = torch.tensor(saved(arrays, "average", size), device=self.device)
        for name, weights in self._learned().items():
            weights.data = torch.tensor(saved(arrays, name, weights.numel()), device=self.device)
            moments = [key for key in arrays if key.startswith(f"{name}.")]
            self.adam.state[weights] = {
                key.removeprefix(f"{name}."): torch.tensor(arrays[key], device=self._home(key)) for key in moments
            }

    def _home(self, moment: str) -> str:
        """The device on which Adam keeps an array of its state."""
        return "cpu" if moment.endswith(".step") else self.device

    def _learned(self) -> dict[str, nn.Parameter]:
        """The vectors that Adam optimises, by their names in a checkpoint."""
        return {"genome": self.genome, "critic": self.critic}
