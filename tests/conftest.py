"""What several test files share: a cache of its own, the kettle pack, damaged copies of it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import bumpcheck

from . import kettle as kettle_pack
from .tracing import untraced

_ANY_SPEED = (HealthCheck.too_slow, HealthCheck.function_scoped_fixture)
settings.register_profile(
    "suite",
    deadline=None,
    database=None,
    derandomize=True,
    max_examples=40,
    suppress_health_check=_ANY_SPEED,
)
# pytest --hypothesis-profile=search: other examples every time, and many more of them.
settings.register_profile(
    "search", deadline=None, database=None, max_examples=2000, suppress_health_check=_ANY_SPEED
)
settings.load_profile("suite")


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """No line of a test marked `no_cover` is traced, where several processes share the tests too.

    In such a process pytest-cov starts to measure twice, and stops one of the two for the marked
    test, by which the other wakes. Here, within that, all are stopped.
    """
    if item.get_closest_marker("no_cover") is None:
        return (yield)
    with untraced():
        return (yield)


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test reads or writes the cache of the user who runs it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", os.fspath(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def kettle(_own_cache: None) -> bumpcheck.RulePack:
    """The kettle pack, loaded."""
    return bumpcheck.load(kettle_pack.FOLDER)


@pytest.fixture
def vary(tmp_path: Path) -> kettle_pack.Vary:
    """A function that writes a copy of the kettle pack with `(file, old, new)` changes to it.

    What is replaced must stand there exactly once; an empty `old` adds `new` at the end.
    """

    def write(*changes: tuple[str, str, str]) -> Path:
        folder = tmp_path / "kettle"
        shutil.copytree(kettle_pack.FOLDER, folder, dirs_exist_ok=True)
        for name, old, new in changes:
            path = folder / name
            text = path.read_text("utf-8") if path.exists() else ""
            assert not old or text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
            changed = text.replace(old, new) if old else text + new
            path.write_text(changed, "utf-8", newline="")
        return folder

    return write
