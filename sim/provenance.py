"""Provenance: the versions of the packages, and the git revision of the program that is running."""

import platform
import subprocess
from functools import cache
from importlib import metadata
from pathlib import Path

PACKAGES = ("foragescape", "numpy", "numba", "cma", "torch")


def provenance() -> dict[str, str]:
    """The versions of packages and Python, the kind of machine, and the git revision, ready for JSON."""
    versions = {name: version(name) for name in PACKAGES}
    return {**versions, "python": platform.python_version(), "machine": platform.machine(), "revision": revision()}


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
