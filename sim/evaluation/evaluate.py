"""Evaluation of a run's champion: pellets in many mazes, with and without its memory. M mazes."""

from dataclasses import dataclass
from datetime import UTC, datetime

from agents import checks
from agents.errors import UserError
from agents.genome import fingerprint
from sim.learning.run import Run
from sim.rollout import play
from sim.rollout.machine import CPU, Machine
from sim.statistics.bootstrap import interval
from sim.world.maze import Split, carve
from sim.world.policy import Policy

MOST_MAZES = 65536


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A champion in M mazes of one split. Ablated means that the hidden state is set to zero before every step."""

    split: Split
    policy: Policy
    mazes: int
    pellets_mean: float
    pellets_share: float
    ablated_mean: float
    ablated_share: float
    difference_mean: float
    difference_ci95: tuple[float, float]
    openings: int  # how often the test split of this run was opened, this evaluation included


def evaluate(
    run: Run, *, split: Split, mazes: int = 256, policy: Policy = "greedy", machine: Machine = CPU
) -> Evaluation:
    """Play the run's champion, each maze once.

    Before the test split is opened, that is recorded in the run's ledger.
    """
    checks.whole("mazes", mazes, 1, MOST_MAZES)
    config, champion = run.setting(), run.champion()
    if champion.layout != config.layout or champion.weights.ndim != 1:
        got, wanted = champion.layout.describe(), config.layout.describe()
        raise UserError(f"the champion of {run} is {got}, its run evolves {wanted}; take it from a backup")
    if split == "test":
        when = datetime.now(UTC).isoformat(timespec="seconds")
        entry = {
            "opened": when,
            "mazes": mazes,
            "policy": policy,
            "champion": champion.provenance.get("generation"),
            "genome": fingerprint(champion.weights, champion.layout),
        }
        openings = run.record_opening(entry)
    else:
        openings = len(run.openings())
    carved = carve(config.world.maze, mazes, seed=config.seed, split=split)
    played = (champion.weights[None], champion.layout, carved, config.world)
    eaten, ablated = (play(*played, ablate=ablate, policy=policy, machine=machine)[0] for ablate in (False, True))
    laid = int(carved.pellet_counts.sum())
    difference = eaten - ablated
    low, high = interval(difference, seed=config.seed).tolist()
    return Evaluation(
        split=split,
        policy=policy,
        mazes=mazes,
        pellets_mean=float(eaten.mean()),
        pellets_share=int(eaten.sum()) / laid,
        ablated_mean=float(ablated.mean()),
        ablated_share=int(ablated.sum()) / laid,
        difference_mean=float(difference.mean()),
        difference_ci95=(low, high),
        openings=openings,
    )
