"""Provenance: versions of packages, the git revision of the program that is running, and the arithmetic it computes in.

What was written before the arithmetic was stored, and what says nothing of it, was computed in the usual one.
"""

import platform
import subprocess
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from agents import checks
from agents.engine.modes import arithmetic
from agents.errors import Remedy, UserError

PACKAGES = ("foragescape", "numpy", "numba", "cma", "torch")
USUAL = "fused"
MOST_GENERATION = 10**9
MOST_PELLETS = 1e6  # more than the largest maze has cells


def provenance() -> dict[str, str]:
    """The versions of packages and Python, the kind of machine, the arithmetic and the git revision, ready for JSON."""
    versions = {name: version(name) for name in PACKAGES}
    machine = {"python": platform.python_version(), "machine": platform.machine(), "arithmetic": arithmetic()}
    return {**versions, **machine, "revision": revision()}


def computed_in(made_by: Mapping[str, Any]) -> str:
    """The arithmetic that a stored provenance, such as the manifest of a run, tells."""
    return str(made_by.get("arithmetic", USUAL))


def unusual(name: str) -> dict[str, str]:
    """The arithmetic as an entry of an identity; empty for the usual one, so that identities are as before."""
    return {} if name == USUAL else {"arithmetic": name}


def check_origin(told: Mapping[str, Any]) -> None:
    """Raise UserError for what the file of a champion, or of a landscape around it, cannot truly tell of its origin."""
    if "generation" in told:
        checks.whole("generation", told["generation"], 0, MOST_GENERATION)
    if told.get("validation_pellets") is not None:
        checks.between("validation_pellets", told["validation_pellets"], 0, MOST_PELLETS)
    if not isinstance(told.get("method", ""), str):
        raise UserError(f"method must be a text, got {told['method']!r}")


def refuse_other_arithmetic(path: str | Path, name: str) -> None:
    """Raise UserError if what is at `path` was computed in another arithmetic than that of this process."""
    if name != arithmetic():
        here = f"this process computes in the {arithmetic()} one"
        fix = "set FORAGESCAPE_UNFUSED as it was set then"
        raise UserError(f"{path} is of the {name} arithmetic, {here}", fix, Remedy.ELSEWHERE, Remedy.START_OVER)


@cache  # as metadata reads and parses a file for each package, and every checkpoint asks for all
def version(package: str) -> str:
    """The version of an installed package, or "not installed"."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:  # the program runs from a checkout
        return "not installed"


@cache
def revision() -> str:
    """The commit that is checked out here, with -dirty if files differ from it; or "unknown"."""
    root = Path(__file__).resolve().parent.parent
    if not (root / ".git").exists():  # git would answer for any repository around the installation
        return "unknown"
    try:
        command = ["git", "-C", str(root), "describe", "--always", "--dirty", "--abbrev=12"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return "unknown"
    return done.stdout.strip() or "unknown"
