"""The studies that ship find the numbers that the commands compare and methods found for the same runs on 2026-11-28.

The changelog says what has changed since, and why: how the random genomes of a comparison are drawn (now for each pair,
as for methods), half-fitness radii beyond the grid (now its last radius, marked as doubtful, instead of nothing), the
fits of uncertainty exponents and of dimensions, the random signs of a trace (now of each run's own), and intervals over
4 to 9 runs or mazes (now as wide as Student's). Every run also has directions and planes of its own now; here all runs
share them, as before, so that the numbers can be compared.
"""

import json
import math
from pathlib import Path

import pytest

from sim.evaluation.evaluation_set import EvaluationSet
from sim.learning.run import Run
from sim.rollout.machine import Machine
from sim.statistics.bootstrap import stretch
from sim.study.conduct import conduct
from sim.study.plan import plan_runs
from sim.study.study_file import read_study
from sim.work.executor import Serial

STUDIES = Path(__file__).parents[3] / "render/studies"
PATHS = {"points": 9, "mazes": 16, "generations": 4, "population": 8, "rollouts": 4, "steps": 4, "demonstrations": 8}
COMPARE = {
    "pellets_eaten": {"mazes": 24, "repetitions": 2},
    "pellets_difference": {"mazes": 24, "repetitions": 2},
    "generalisation": {"mazes": 24},
    "landscape_around": {"side": 24, "mazes": 4},
    "learning_paths": {"side": 24, "mazes": 4},
    "mode_connectivity": {**PATHS, "starts": 4},
    "aligned_distance": {"starts": 4, "controls": 3, "mazes": 16},
    "uncertainty": {"radii": [0.1, 0.3, 0.7], "lifetimes": [10, 25], "pairs": 256, "mazes": 4},
    "roughness": {"planes": 3, "side": 64, "mazes": 4},
    "boundary": {"windows": 3, "side": 64, "mazes": 4},
    "ruggedness": {"radii": [0.1, 0.3, 0.7], "walks": 16, "mazes": 4},
    "neutrality": {"radii": [0.1, 0.3, 0.7], "walks": 16, "mazes": 4},
    "last_place": {"planes": 3, "side": 64, "mazes": 4},
    "lyapunov": {"recorded": 2},
    "loss_curvature": {"horizons": [5, 20], "demonstrations": 8, "probes": 8, "products": 20},
    "smoothed_curvature": {"samples": 512, "mazes": 4},
    "half_radius": {"directions": 40, "mazes": 4},
    "response_similarity": {"recorded": 3},
}
METHODS = {
    "pellets_eaten": {"mazes": 24, "repetitions": 2},
    "noise_robustness": {"samples": 64, "mazes": 8},
    "half_radius": {"directions": 40, "mazes": 4},
    "uncertainty": {"pairs": 128, "mazes": 4},
    "ruggedness": {"walks": 16, "mazes": 4},
    "neutrality": {"walks": 16, "mazes": 4},
    "last_place": {"planes": 2, "side": 32, "mazes": 4},
    "imitation_loss": {"mazes": 24},
    "loss_curvature": {"demonstrations": 8, "probes": 8, "products": 20},
    "aligned_distance": {"starts": 4, "controls": 2, "mazes": 16},
    "line_barrier": {"points": 9, "mazes": 16, "starts": 4},
}
# The use of each section's numbers now, and the new names of slots.
USES = {"plane": "as_learned", "alignment": "aligned"}
RENAMED = {
    "share": "mean_share",
    "share_sampled": "mean_share_sampled",
    "share_ablated": "mean_share_ablated",
    "ablation": "share_lost",
    "ruggedness": "ruggedness_0.3",
    "neutrality": "neutrality_0.3",
    "loss": "imitation_loss",
    "hessian_top": "hessian_top_20",
    "hessian_trace": "hessian_trace_20",
    "distance": "distance_before",
}
CHANGED = {"distance_stranger", "half_radius_upper", "boundary", "lines", "level", "uncertainty", "hessian_trace"}
LOOSE = ("hessian", "curve_imitation", "imitation_barrier")
# Top eigenvalues were found by a power iteration that stopped while it was still a few percent off; the Lanczos method
# settles them. How far a number may have moved, as a share of the largest magnitude of the value and its interval.
MOVED = {"hessian_top": 0.04, "smooth_top": 0.02, "smooth_noise": 0.02, "smooth_held_out": 0.12}


@pytest.fixture(scope="module", autouse=True)
def shared_draws():
    """All runs draw the same directions and planes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(EvaluationSet, "draws", lambda self, subject: self.seed)
        yield


def conducted(name, sizes, folders, stored, out):
    """A study that ships, of stored runs."""
    changes = {f"{measure}.{key}": value for measure, some in sizes.items() for key, value in some.items()}
    study = read_study(STUDIES / f"{name}.toml", changes={**changes, "seed": 7})
    runs = [Run.open(stored / "runs" / folder) for folder in folders]
    made = conduct(plan_runs(study, runs, out), executor=Serial(Machine(1)))
    assert not made.failures
    return made


def changed(slot):
    """True if a number is calculated in another way now."""
    return any(slot == each or slot.startswith(f"{each}_") for each in CHANGED)


def wider(value, interval, runs):
    """The interval of so many runs as it is now."""
    return interval and [value + stretch(runs) * (end - value) for end in interval]


def alike(slot, old, new):
    """True if a number is the same; other processors may round the sums of torch and BLAS differently."""
    olds, news = ([value, *(bounds or (None, None))] for value, bounds in (old, new))
    share = max((share for name, share in MOVED.items() if name in slot), default=0.0)
    moved = share * max((abs(each) for each in olds if each is not None), default=0.0)
    rel = 1e-3 if any(each in slot for each in LOOSE) else 1e-9
    return all(
        (a is None and b is None)
        or (a is not None and b is not None and math.isclose(a, b, rel_tol=rel, abs_tol=max(moved, 1e-9)))
        for a, b in zip(olds, news, strict=True)
    )


def test_a_comparison_finds_what_it_found(stored, tmp_path):
    made = conducted("compare", COMPARE, ("evolve-0", "imitate-0", "reinforce-0"), stored, tmp_path / "c")
    old = json.loads((stored / "comparison/comparison.json").read_text())["sections"]
    names = [run.name for run in made.plan.runs]
    now = {}
    for measurement, findings in made.results:
        subjects = [run.name for run in measurement.task.runs]
        for slot, result in findings.items():
            if result.kind != "number":
                continue
            stem, _, at = slot.rpartition("_")
            if measurement.use.name == "learning_paths":
                now[names[int(at)], "learning_paths", stem] = result
            elif measurement.use.name == "response_similarity":
                now[f"{names[0]} | {names[int(at)]}", "response_similarity", stem] = result
            else:
                now[" | ".join(subjects), measurement.use.name, slot] = result
    seen = 0
    for section, about in old.items():
        for subject, slots in about["numbers"].items():
            for slot, was in slots.items():
                key = "distance_aligned" if slot == "distance_after" else slot
                candidates = [number for (name, use, each), number in now.items() if name == subject and each == key
                              and use not in set(USES.values()) - {USES.get(section)}]  # fmt: skip
                assert candidates, (section, subject, slot)
                assert changed(slot) or any(
                    alike(slot, (was["value"], interval), (each.value, each.interval)) and was["n"] == each.sample
                    for each in candidates
                    for interval in (was["ci95"], wider(was["value"], was["ci95"], was["n"]))
                ), (section, subject, slot, was, candidates)
                seen += 1
    assert seen == 298


@pytest.fixture(scope="module")
def methods(stored, tmp_path_factory):
    """The study of methods, and the numbers that the command found."""
    folders = [f"{method}-{seed}" for method in ("evolve", "imitate") for seed in range(4)]
    made = conducted("methods", METHODS, folders, stored, tmp_path_factory.mktemp("studies") / "m")
    return made, json.loads((stored / "methods/methods.json").read_text())


def test_methods_find_what_they_found_of_every_run_and_pair(methods):
    made, old = methods
    was = {**old["values"]["runs"], **old["values"]["pairs"]}
    seen = 0
    for subject, values in was.items():
        now = {}
        for measurement, findings in made.results:
            if " | ".join(run.name for run in measurement.task.runs) == subject:
                now |= findings
        for slot, value in values.items():
            key = slot if slot.startswith("distance_") or " | " not in subject else RENAMED.get(slot, slot)
            number = now[RENAMED.get(slot, slot) if " | " not in subject else key]
            assert changed(slot) or alike(slot, (value, None), (number.value, None)), (subject, slot)
            seen += 1
    assert seen == 236


def test_methods_claim_what_they_claimed(methods):
    made, old = methods
    compared = made.compared
    kinds = {
        "methods": compared.groups,
        "between": {" | ".join(couple): numbers for couple, numbers in compared.between.items()},
        "differences": {" | ".join(couple): numbers for couple, numbers in compared.differences.items()},
        "improvements": {" | ".join(couple): numbers for couple, numbers in compared.improvements.items()},
    }
    seen = 0
    for kind, subjects in old["numbers"].items():
        for subject, slots in subjects.items():
            now = {key.partition(".")[2]: number for key, number in kinds[kind][subject].items()}
            for slot, was in slots.items():
                new = now[RENAMED.get(slot, slot)]
                means = kind != "improvements"
                interval = wider(was["value"], was["ci95"], 4) if means and was["ci95"] else was["ci95"]
                found = alike(slot, (was["value"], interval), (new.value, new.interval))
                assert changed(slot) or found, (kind, subject, slot, was, new)
                assert changed(slot) or was["n"] == new.sample
                seen += 1
    assert seen > 100
