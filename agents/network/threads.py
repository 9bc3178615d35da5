"""Runs torch or BLAS on one thread, so that sums have one order and give the same bits on every run."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any


@contextmanager
def one_thread() -> Iterator[None]:
    """Let torch use one thread and deterministic algorithms during the block."""
    import torch

    threads, exact = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True, warn_only=True)  # a GPU does not have them all
    try:
        yield
    finally:
        torch.set_num_threads(threads)
        torch.use_deterministic_algorithms(exact)


def one_blas_thread() -> Any:
    """A context in which BLAS uses one thread: products and eigenvectors of numpy then have the same bits."""
    return _libraries(len(sys.modules)).limit(limits=1, user_api="blas")


@lru_cache(maxsize=1)
def _libraries(modules: int) -> Any:
    """The libraries that this process has loaded. Finding them takes 10 ms, more than a small matrix.

    Later ones come with Python modules, so the number of `modules` tells when to look again.
    """
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
