"""The self-check of the fused kernel, with kernels that stand in for it: one is right, others are wrong or fail."""

from dataclasses import replace

import numpy as np
import pytest

from agents.errors import UserError
from agents.layout import Layout
from sim.rollout import gpu, plain, self_check
from sim.rollout.self_check import Kernel, check, passes, recall_or_check
from sim.world.maze import carve
from sim.world.rules import World

torch = pytest.importorskip("torch")
ELMAN = Kernel(Layout(hidden=4), size=6, sight=0, ablate=False, single=False, dtype="float32")
ABOUT = {"driver": "550.54", "gpu": "NVIDIA H100 (9.0)", "triton": "3.4.0", "torch": "2.8.0", "sources": "abc"}


@pytest.fixture(autouse=True)
def small(monkeypatch, tmp_path):
    """Small checks, and a folder of their own for what they find."""
    monkeypatch.setattr(self_check, "EPISODES", 64)
    monkeypatch.setattr(self_check, "STEPS", 20)
    monkeypatch.setattr(self_check, "folder", lambda: tmp_path)
    passes.cache_clear()
    yield
    passes.cache_clear()


class StandIn:
    """Plain torch in place of the fused kernel; `spoil` changes its counts [G, M, K] and states [G, M, H]."""

    def __init__(self, spoil=lambda counts, states: None):
        self.spoil, self.calls = spoil, 0

    def __call__(self, genomes, layout, boards, world, interval, ablate, states):
        self.calls += 1
        counts = plain.play(genomes, layout, boards, world, interval, ablate, states)
        self.spoil(counts, states)
        return counts


def flip_a_bit(_, states):
    states.view(torch.int32 if states.dtype == torch.float32 else torch.int64)[3, 1, 2] ^= 1


def count_one_more(counts, _):
    counts[2, 0, 1] += 1


def swap_a_zero(_, states):
    states[1, 0, 0] = -states[1, 0, 0] if states[1, 0, 0] == 0 else -0.0


def crash(*_):
    raise RuntimeError("PassManager::run failed\nand much more")


@pytest.mark.parametrize(
    "kernel",
    [
        ELMAN,
        replace(ELMAN, ablate=True),
        replace(ELMAN, single=True, dtype="float64"),
        Kernel(Layout("gru", 3, inputs=9), 7, sight=2, ablate=False, single=False, dtype="float64"),
        Kernel(Layout("lstm", 3), 5, sight=0, ablate=True, single=False, dtype="float32"),
    ],
    ids=str,
)
def test_a_right_kernel_passes_and_one_wrong_bit_is_found(kernel):
    assert check("cpu", kernel, StandIn()).passed
    for spoil in (flip_a_bit, count_one_more, swap_a_zero) if not kernel.single else (count_one_more,):
        outcome = check("cpu", kernel, StandIn(spoil))
        assert (outcome.episodes, outcome.differ, outcome.error) == (64, 1, "")
        assert not outcome.passed


def test_an_exception_is_an_outcome_but_want_of_memory_is_raised():
    outcome = check("cpu", ELMAN, StandIn(crash))
    assert outcome.error == "RuntimeError: PassManager::run failed"
    assert not outcome.passed

    def exhaust(*_):
        raise torch.OutOfMemoryError("CUDA out of memory.")

    with pytest.raises(RuntimeError, match="out of memory"):
        recall_or_check("cpu", ELMAN, ABOUT, StandIn(exhaust))
    assert recall_or_check("cpu", ELMAN, ABOUT, StandIn())[0].passed  # nothing was kept of the other


def test_an_outcome_is_kept_until_any_part_of_its_key_changes():
    play = StandIn(flip_a_bit)
    first, is_new = recall_or_check("cpu", ELMAN, ABOUT, play)
    assert (is_new, play.calls) == (True, 1)
    assert recall_or_check("cpu", ELMAN, ABOUT, play) == (first, False)
    assert play.calls == 1
    for at, part in enumerate(ABOUT, start=2):
        outcome, is_new = recall_or_check("cpu", ELMAN, {**ABOUT, part: "another"}, play)
        assert (is_new, play.calls) == (True, at), part
        assert outcome.differ == 1
    others = (replace(ELMAN, size=7), replace(ELMAN, dtype="float64"), replace(ELMAN, layout=Layout(hidden=5)))
    assert all(recall_or_check("cpu", kernel, ABOUT, play)[1] for kernel in others)
    assert recall_or_check("cpu", ELMAN, ABOUT, play) == (first, False)


def test_a_damaged_record_is_made_anew(tmp_path):
    recall_or_check("cpu", ELMAN, ABOUT, StandIn(flip_a_bit))
    (record,) = tmp_path.rglob("gpu-checks/*.json")
    record.write_bytes(record.read_bytes().replace(b'"differ": 1', b'"differ": 0'))
    outcome, is_new = recall_or_check("cpu", ELMAN, ABOUT, StandIn(flip_a_bit))
    assert is_new
    assert not outcome.passed


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (flip_a_bit, "differs from the CPU in 1 episodes of 64 compared on cpu with Triton"),
        (crash, "fails (RuntimeError: PassManager::run failed) on cpu with Triton"),
    ],
)
def test_a_kernel_that_does_not_pass_is_said_in_one_line_and_plain_torch_plays(monkeypatch, caplog, spoil, said):
    world = World()
    layout, mazes = world.layout(hidden=4), carve(world.maze, 2, seed=0, split="train")
    play, asked = StandIn(spoil), (layout, mazes, world, False, np.float32)
    monkeypatch.setattr(self_check, "_fused_play", lambda: play)
    monkeypatch.setattr(self_check, "_gpu", lambda _: "cpu")
    monkeypatch.setattr(self_check, "installed", lambda _: "3.4.0")
    monkeypatch.setattr(torch.Tensor, "to", lambda tensor, *_: tensor)
    monkeypatch.setattr(torch, "zeros", lambda *size, zeros=torch.zeros, device=None, **more: zeros(*size, **more))
    monkeypatch.setattr(self_check, "_is_usable", lambda _: True)
    assert [gpu.is_fused("cuda", *asked) for _ in range(3)] == [False] * 3
    (record,) = caplog.records
    assert said in record.message
    assert record.message.endswith("plain torch plays, slower, with the same results")
    assert play.calls == 1
    passes.cache_clear()  # as in another process
    assert not gpu.is_fused("cuda", *asked)
    assert play.calls == 1
    assert len(caplog.records) == 2


def test_a_gpu_that_an_error_left_unusable_ends_the_command_and_the_outcome_is_kept(monkeypatch):
    play = StandIn(crash)
    monkeypatch.setattr(self_check, "_fused_play", lambda: play)
    monkeypatch.setattr(self_check, "_is_usable", lambda _: False)
    with pytest.raises(UserError, match="the GPU refuses further work; run the command again") as caught:
        passes("cpu", ELMAN)
    assert "\n" not in str(caught.value)
    assert not passes("cpu", ELMAN)
    assert play.calls == 1


def test_a_passing_kernel_plays(monkeypatch):
    monkeypatch.setattr(self_check, "_fused_play", StandIn)
    assert passes("cpu", ELMAN)


def test_the_fused_kernel_is_never_used_on_the_cpu_without_triton_or_for_the_unfused_twin(monkeypatch):
    monkeypatch.setattr(self_check, "passes", lambda *_: True)
    world = World()
    rest = (carve(world.maze, 2, seed=0, split="train"), world, False, np.float32)
    monkeypatch.setattr(self_check, "installed", lambda _: "3.2.0")
    assert gpu.is_fused("cuda", world.layout(), *rest)
    assert not gpu.is_fused("cpu", world.layout(), *rest)
    assert not gpu.is_fused("cuda", world.layout(hidden=128), *rest)
    with monkeypatch.context() as twin:
        twin.setattr(gpu, "unfused", lambda: True)
        assert not gpu.is_fused("cuda", world.layout(), *rest)
    monkeypatch.setattr(self_check, "installed", lambda _: "none")
    assert not gpu.is_fused("cuda", world.layout(), *rest)
