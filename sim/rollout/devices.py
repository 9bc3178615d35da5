"""Which device rollouts run on: the CPU, or an NVIDIA GPU through torch."""

import ctypes
import sys
from functools import cache
from typing import Literal

from agents.errors import UserError


@cache
def available() -> bool:
    """True if torch can use an NVIDIA GPU; torch is imported only if the driver's library exists."""
    try:
        ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
        import torch
    except (OSError, ImportError):
        return False
    return torch.cuda.is_available()


def resolve(device: str) -> Literal["cpu", "cuda"]:
    """The device for cpu, cuda or auto. Raises UserError for cuda if there is no GPU."""
    if device == "cuda" and not available():
        raise UserError("device cuda needs an NVIDIA GPU, its driver and torch with CUDA; install them, or use cpu")
    return "cpu" if device == "cpu" or not available() else "cuda"
