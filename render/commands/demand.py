"""What a command would take, told before it begins: hours, memory and disk. Much of it needs the person's consent.

Each function imports what only its command needs, so that the help of a command is fast.
"""

import os
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from agents.errors import UserError

if TYPE_CHECKING:
    from render.video import VideoConfig
    from sim.landscape.spec import LandscapeSpec
    from sim.learning.learner import LearnerConfig
    from sim.learning.setting import Setting
    from sim.rollout.machine import Machine

# of a typical core
SPEED = 35e6  # agent-steps a second of rollouts
GRADIENT_SPEED = 1e6  # agent-steps a second of gradients through time
PIXEL_BYTES = 40  # of memory while a frame is drawn, for each of its pixels
HOURS = 8.0  # which a command may take unasked
LEAST_DISK = 1e9  # bytes; a full disk is told of when it is written to
SHARE = 0.8  # of the memory, and of the free disk, which a command may take unasked


@dataclass(frozen=True, slots=True)
class Demand:
    """What a command takes, roughly: hours, bytes of memory, bytes on disk."""

    hours: float = 0.0
    memory: float = 0.0
    disk: float = 0.0

    def refuse_unasked(self, out: Path, yes: bool) -> None:
        """Raise UserError if it is much and was not consented to; `out` says which disk is meant."""
        folder = next(parent for parent in (out, *out.absolute().parents) if parent.is_dir())
        memory, disk = SHARE * _memory(), SHARE * shutil.disk_usage(folder).free
        parts = {
            f"about {self.hours:,.0f} hours": self.hours > HOURS,
            f"{self.memory / 1e9:,.0f} GB of memory": self.memory > memory,
            f"{self.disk / 1e9:,.0f} GB on disk before compression": self.disk > max(disk, LEAST_DISK),
        }
        much = [text for text, is_much in parts.items() if is_much]
        if much and not yes:
            raise UserError(f"this takes {' and '.join(much)}", "begin anyway with --yes", "ask for less")


def of_learning(config: "LearnerConfig", machine: "Machine") -> Demand:
    """What a run takes."""
    from sim.learning.evolution import EvolutionConfig

    evolves, size = isinstance(config, EvolutionConfig), config.layout.size
    cores = machine.thread_count
    speed = SPEED * cores if evolves else GRADIENT_SPEED
    memory = 0.0
    if isinstance(config, EvolutionConfig):
        memory = 16.0 * config.chosen.population * size
        if config.optimiser == "cma" and not config.cma.diagonal:
            memory += 48.0 * size**2  # covariances, their eigenvectors, and copies for a checkpoint
    return Demand(config.generations * config.agent_steps / speed / 3600, memory)


def of_sweep(spec: "LandscapeSpec", setting: "Setting", machine: "Machine") -> Demand:
    """What a sweep of a run takes."""
    from sim.landscape.tour_config import FRAMES

    episodes = spec.mazes * {"return": spec.repetitions, "smoothed": spec.samples}.get(spec.objective, 1)
    champions = setting.generations // setting.checkpoint + 1
    asked = FRAMES.get(spec.tour, 1) if spec.frames is None else spec.frames
    views = {"horizon": 1, "mazes": 1, "generations": champions * (1 + spec.between)}.get(spec.tour, asked)
    lifetime = setting.world.lifetime if spec.lifetime is None else spec.lifetime
    frames = {"horizon": lifetime // max(1, spec.every), "mazes": spec.mazes}.get(spec.tour, views)
    pixels = spec.width * spec.height
    steps = float(views) * pixels * episodes * lifetime
    return Demand(steps / (SPEED * machine.thread_count) / 3600, disk=4.0 * frames * pixels * len(spec.quantity))


def of_picture(spec: "LandscapeSpec", setting: "Setting", machine: "Machine") -> Demand:
    """What one picture of a run's landscape takes, which is swept in memory."""
    return replace(of_sweep(replace(spec, tour="slide", frames=1), setting, machine), disk=0.0)


def of_film(video: "VideoConfig") -> Demand:
    """What drawing a film or a picture takes."""
    return Demand(memory=float(PIXEL_BYTES) * video.preset.width * video.preset.height)


def _memory() -> float:
    """The bytes of memory of this machine; infinite if it does not tell."""
    try:
        return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    except (AttributeError, ValueError, OSError):
        return float("inf")
