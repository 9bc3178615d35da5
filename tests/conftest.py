"""Shared by all tests: settings of hypothesis, and of the worker processes of `pytest -n auto`."""

import os

import pytest
from hypothesis import settings

settings.register_profile("house", deadline=None, derandomize=True)
settings.load_profile("house")

if "PYTEST_XDIST_WORKER" in os.environ:  # there is a worker for each core, and idle OpenMP threads would keep it busy
    for library in ("OMP", "MKL", "OPENBLAS"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One worker for each core that this process may run on; pytest-xdist itself would count the machine's cores."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
