"""What a measure draws around one run is the run's own: runs that shared directions would share their errors."""

from dataclasses import replace

import numpy as np
import pytest

from agents import randomness
from sim.known_measures import from_json, listing
from sim.measures import RunMeasure
from sim.rollout.machine import Machine

ONE = Machine(1)
SMALL = {
    "activation_modes": {"mazes": 12, "states": 4, "neighbours": 4, "references": 3},
    "adaptive_sharpness": {"demonstrations": 2, "steps": 4, "starts": 2, "ascent": 1},
    "boundary": {"windows": 2, "side": 64, "mazes": 1},
    "cliffs": {"gradients": 2, "samples": 4, "rollouts": 2, "directions": 2, "steps": 3, "mazes": 2},
    "generalisation": {"mazes": 4},
    "genome_norm": {},
    "half_radius": {"directions": 2, "mazes": 1},
    "hidden_states": {"recorded": 12, "every": 8, "neighbours": 2, "others": 1},
    "imitation_loss": {"mazes": 4},
    "landscape_around": {"side": 4, "mazes": 2},
    "landscape_tree": {"planes": 2, "side": 8, "mazes": 1, "named": 3},
    "last_place": {"planes": 2, "side": 16, "mazes": 1},
    "learning_coefficient": {"demonstrations": 2, "steps": 4, "chains": 2, "burn": 2, "draws": 4},
    "learning_curves": {},
    "local_volume": {"demonstrations": 2, "steps": 4, "directions": 2},
    "loss_curvature": {"horizons": [4], "demonstrations": 2, "probes": 2, "products": 4},
    "lyapunov": {"recorded": 1},
    "neutrality": {"radii": [0.1], "walks": 2, "longest": 2, "mazes": 1},
    "noise_robustness": {"sigmas": [0.1], "samples": 4, "mazes": 1},
    "observation_flips": {"mazes": 2},
    "pellets_eaten": {"mazes": 4, "repetitions": 1},
    "pruning": {"sparsities": [0.5], "updates": 2, "batch": 2, "rounds": 2, "mazes": 4},
    "roughness": {"planes": 2, "side": 64, "mazes": 1},
    "ruggedness": {"radii": [0.3], "walks": 4, "mazes": 1},
    "smoothed_curvature": {"samples": 64, "mazes": 1},
    "spectrum": {"demonstrations": 2, "steps": 4},
    "training_fit": {"mazes": 4},
    "uncertainty": {"radii": [0.3], "pairs": 32, "mazes": 1, "lifetimes": [10]},
    "update_returns": {"updates": 4, "samples": 4, "rollouts": 2, "batch": 2, "episodes_played": 4, "mazes": 2},
}  # fmt: skip
SHARED = {
    "maze/train", "maze/validation",  # all runs are measured in the same mazes
    "policy/train", "policy/validation",  # and with the same luck
    "landscape/lanczos",  # only where the search for an eigenvalue begins
    "measure/bootstrap", "measure/empty",  # resample mazes: that adds no error of its own that runs could share
}  # fmt: skip


def test_every_measure_of_a_run_is_here():
    assert {name for name, kind in listing().items() if issubclass(kind, RunMeasure)} == set(SMALL)


@pytest.mark.parametrize("name", SMALL)
def test_two_runs_share_no_stream_but_those_of_mazes(subject, evaluation_set, monkeypatch, name):
    streams = []
    of = randomness.stream

    def spy(seed, purpose, *indices):
        drawn.add((purpose, seed, *indices))
        return of(seed, purpose, *indices)

    monkeypatch.setattr(randomness, "stream", spy)
    measure = from_json({"measure": name, **SMALL[name]})
    other = replace(subject, genome=subject.genome * np.float32(0.99), seed=1)
    for each in (subject, other):
        drawn = set()
        measure.compute(each, evaluation_set, ONE)
        streams.append({stream for stream in drawn if stream[0] not in SHARED})
    assert not streams[0] & streams[1]
