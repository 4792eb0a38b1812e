"""Fixtures of the command-line tests."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from bumpcheck.cli.app import run

from .running import Bump, Ran, environment, process

# What says how output should look; no test may depend on the terminal it is started from.
LOOKS = ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "COLUMNS", "LINES")


@pytest.fixture(autouse=True)
def own_surroundings(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cache of its own for every test, and none of the user's settings."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
    monkeypatch.setenv("TERM", "xterm")
    for name in LOOKS:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def bump(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Bump:
    """Runs a command line in this process, off a terminal."""

    def run_it(*arguments: str, stdin: bytes = b"") -> Ran:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        capsys.readouterr()
        code = run(arguments)
        told = capsys.readouterr()
        return Ran(code, told.out, told.err)

    return run_it


@pytest.fixture(scope="session")
def warm_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder in which the shipped rules stand compiled."""
    cache = tmp_path_factory.mktemp("warm")
    assert process("check", env=environment(cache)).code == 0
    return cache


@pytest.fixture
def env(warm_cache: Path) -> dict[str, str]:
    """The environment for a process of its own."""
    return environment(warm_cache)
