"""Counts the instructions of a GPU that one step of an agent takes, in the disassembled code of the fused kernel.

A GPU cannot issue more than one instruction per scheduler and cycle, so the count bounds the speed that a kernel can
reach there (the issue ceiling), whatever it waits for.
"""

import ctypes
import re
from itertools import combinations

LABEL = re.compile(r"(\w+):\s*$")
BRANCH = re.compile(r"\bBRA (?:`\(|)(\w+)")
SCHEDULERS = 4  # of a multiprocessor, since Volta
WARP = 32
CLOCK_RATE = 13  # CU_DEVICE_ATTRIBUTE_CLOCK_RATE, in kHz


def instructions_per_step(sass: str, turns: int, agents: int) -> float:
    """The instructions that a thread executes in one step, divided by the agents of the thread.

    `sass` is Triton's disassembly: one instruction a line, and labels before the targets of branches. A step is the
    longest loop inside another loop; loops inside it are executed `turns` times. Raises ValueError without such loops.
    """
    loops = _loops(sass)
    inner = [loop for loop in loops if any(_contains(outer, loop) for outer in loops)]
    if not inner:
        raise ValueError("the code has no loop inside a loop")
    step = max(inner, key=_length)
    repeated = sum(_length(loop) for loop in loops if _contains(step, loop))
    return (_length(step) + repeated * (turns - 1 if turns else 0)) / agents


def issue_ceiling(device: str, per_step: float) -> float:
    """The agent-steps a second that the GPU's schedulers could issue at its highest clock."""
    import torch

    properties = torch.cuda.get_device_properties(device)
    warps = properties.multi_processor_count * SCHEDULERS * _clock(properties)
    return float(warps * WARP / per_step)


def _clock(properties: object) -> float:
    """The highest clock of the multiprocessors in Hz."""
    rate = getattr(properties, "clock_rate", None)  # in kHz; older versions of torch do not tell it
    if rate is None:
        value, driver = ctypes.c_int(), ctypes.CDLL("libcuda.so.1")
        driver.cuInit(0)
        if driver.cuDeviceGetAttribute(ctypes.byref(value), CLOCK_RATE, 0):
            raise RuntimeError("the driver does not tell the GPU's clock")
        rate = value.value
    return 1e3 * float(rate)


def _loops(sass: str) -> list[tuple[int, int]]:
    """The loops: the numbers of their first and last instructions, from branches backward to other instructions."""
    labels: dict[str, int] = {}
    branches: list[tuple[int, str]] = []
    count = 0
    for line in sass.splitlines():
        if match := LABEL.match(line.strip()):
            labels[match[1]] = count
        elif line.strip().endswith(";"):
            if match := BRANCH.search(line):
                branches.append((count, match[1]))
            count += 1
    ends: dict[int, int] = {}
    for at, label in branches:
        if labels.get(label, count) < at:
            ends[labels[label]] = max(at, ends.get(labels[label], 0))
    loops = list(ends.items())
    for one, other in combinations(loops, 2):  # a branch into the middle of another loop makes no loop of its own
        if one[0] < other[0] <= one[1] < other[1]:
            loops = [loop for loop in loops if loop != other]
    return loops


def _contains(outer: tuple[int, int], inner: tuple[int, int]) -> bool:
    return outer != inner and outer[0] <= inner[0] and inner[1] <= outer[1]


def _length(loop: tuple[int, int]) -> int:
    return loop[1] - loop[0] + 1
