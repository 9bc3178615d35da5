"""The cost of quantities: rollouts that keep all of them up to date, against rollouts that count pellets only.

Run it as `python -m tests.bench.observing_cost`. Both rollouts take turns in one process and on one thread, and a ratio
is one of CPU seconds, so that the clock of the processor and other programs hardly matter.
"""

import time

import numpy as np

from agents.layout import initial
from agents.randomness import generator
from sim.rollout import play
from sim.rollout.machine import Machine
from sim.rollout.observe import observe, places_of
from sim.rollout.quantities import NAMES
from sim.world.maze import carve
from sim.world.rules import World

CASES = [
    ("elman", 16, 16, "float32"), ("elman", 8, 16, "float32"), ("elman", 32, 16, "float32"),
    ("elman", 16, 1, "float32"),
    ("gru", 16, 16, "float32"), ("elman", 16, 16, "float64"),
]  # fmt: skip
STEPS = 6e6  # of agents in a rollout
TURNS = 15
ONE = Machine(1)


def ratios(cell, hidden, mazes, dtype):
    """The CPU seconds of `observe` with all quantities over those of `play`, for each turn."""
    world = World()
    layout, batch = world.layout(cell, hidden), carve(world.maze, mazes, seed=0, split="train")
    genomes = initial(layout, int(STEPS / (mazes * world.lifetime)), generator(0, "bench")).astype(dtype)
    centre = places_of(genomes[0], layout, batch, world, ONE)

    def seconds(observed):
        begin = time.process_time()
        if observed:
            observe(genomes, layout, batch, world, NAMES, centre=centre, machine=ONE)
        else:
            play(genomes, layout, batch, world, machine=ONE)
        return time.process_time() - begin

    seconds(True), seconds(False)  # compiles
    return [seconds(True) / seconds(False) for _ in range(TURNS)]


def main():
    """Print the median ratio of each case, and the quartiles."""
    for case in CASES:
        low, middle, high = np.quantile(ratios(*case), [0.25, 0.5, 0.75])
        cell, hidden, mazes, dtype = case
        print(f"{cell} {hidden} hidden, {mazes} mazes, {dtype}: {middle:.3f} ({low:.3f} to {high:.3f})", flush=True)


if __name__ == "__main__":
    main()
