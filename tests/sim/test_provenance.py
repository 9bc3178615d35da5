"""Provenance contains the versions and the git revision, if there are any."""

import json
import platform
import subprocess
from pathlib import Path

import numpy as np
import pytest

from sim import provenance as module
from sim.provenance import provenance

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def ask_git_anew():
    module.revision.cache_clear()
    yield
    module.revision.cache_clear()


def test_it_contains_the_versions_that_are_running():
    found = provenance()
    assert found["numpy"] == np.__version__
    assert found["python"] == platform.python_version()
    assert json.loads(json.dumps(found)) == found
    assert provenance() == found


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a checkout")
def test_the_revision_is_that_of_this_checkout():
    done = subprocess.run(["git", "-C", ROOT, "rev-parse", "HEAD"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith(provenance()["revision"].removesuffix("-dirty").split("-g")[-1])


def test_another_repository_around_the_installation_is_not_asked(tmp_path, monkeypatch):
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    monkeypatch.setattr(module, "__file__", str(tmp_path / "site-packages" / "sim" / "provenance.py"))
    monkeypatch.setattr(subprocess, "run", lambda *_args, **_options: pytest.fail("git was asked"))
    assert provenance()["revision"] == "unknown"


@pytest.mark.parametrize("error", [FileNotFoundError(), subprocess.TimeoutExpired("git", 10)])
def test_without_git_the_revision_is_unknown(monkeypatch, error):
    def fail(*_args, **_options):
        raise error

    monkeypatch.setattr(subprocess, "run", fail)
    assert provenance()["revision"] == "unknown"


def test_a_package_that_is_not_installed_is_named_so(monkeypatch):
    monkeypatch.setattr(module, "PACKAGES", ("numpy", "no-such-package-here"))
    assert provenance()["no-such-package-here"] == "not installed"
