"""The cache of compiled packs: faster, never trusted, never an error, and no place for answers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import bumpcheck

from .kettle import FOLDER, Vary

LOAD = """
import sys, bumpcheck
pack = bumpcheck.load(sys.argv[1])
print(bumpcheck.check({"smell": "burnt"}, rules=pack).urgency, "yaml" in sys.modules)
"""


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this test's packs are kept; nothing is there yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    return tmp_path / "xdg" / "bumpcheck"


def loaded_elsewhere(folder: Path, **environment: str) -> str:
    """The urgency of a case, and whether PyYAML was needed for it, in another process."""
    run = subprocess.run(
        [sys.executable, "-c", LOAD, str(folder)],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stderr == ""
    return run.stdout.strip()


def kept(cache: Path) -> Path:
    """The only file in the cache."""
    (file,) = cache.iterdir()
    return file


def works(folder: Path = FOLDER) -> bool:
    """Whether the pack loads and says what it must."""
    pack = bumpcheck.load(folder)
    return bumpcheck.check({"smell": "burnt"}, rules=pack).urgency == "emergency"


def read_from_yaml(folder: Path, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether loading compiles the pack anew."""
    from bumpcheck.pack import compile as compiling

    compiled = []
    real = compiling.compile_pack

    def spy(*arguments: object) -> bumpcheck.RulePack:
        compiled.append(arguments)
        return real(*arguments)  # type: ignore[arg-type]  # a spy passes on what it is given

    with monkeypatch.context() as patch:
        patch.setattr(compiling, "compile_pack", spy)
        assert works(folder)
    return bool(compiled)


def test_the_second_load_does_not_import_yaml(cache: Path) -> None:
    assert loaded_elsewhere(FOLDER) == "emergency True"
    assert loaded_elsewhere(FOLDER) == "emergency False"


def test_a_kept_pack_gives_the_same_results(cache: Path) -> None:
    said = {"flakes": "white", "noise": "rattle", "age": "6 years", "where": "body"}
    compiled = bumpcheck.load(FOLDER)
    again = bumpcheck.load(FOLDER)
    assert compiled is not again
    first = bumpcheck.check(said, rules=compiled).as_dict()
    assert bumpcheck.check(said, rules=again).as_dict() == first
    for part in ("questions", "red_flags", "advice", "invariants", "texts", "outcomes", "patterns"):
        assert getattr(compiled, part) == getattr(again, part)


def test_the_cache_is_for_the_user_alone(cache: Path) -> None:
    assert works()
    assert kept(cache).stat().st_mode & 0o777 == 0o600
    assert cache.stat().st_mode & 0o777 == 0o700


def test_the_cache_holds_rules_and_no_answers(cache: Path) -> None:
    pack = bumpcheck.load(FOLDER)
    before = {path.name: path.read_bytes() for path in cache.iterdir()}
    bumpcheck.check({"age": "47.25 years", "noise": "hum"}, rules=pack)
    bumpcheck.load(FOLDER)
    assert {path.name: path.read_bytes() for path in cache.iterdir()} == before
    assert b"47.25" not in b"".join(before.values())


@pytest.mark.parametrize(
    "name", ["pack.yaml", "questions.yaml", "rules.yaml", "texts.yaml", "new.yaml"]
)
def test_a_pack_that_changed_by_one_byte_is_compiled_anew(
    cache: Path, vary: Vary, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    folder = vary()
    assert read_from_yaml(folder, monkeypatch)
    assert not read_from_yaml(folder, monkeypatch)
    vary((name, "", " "))
    assert read_from_yaml(folder, monkeypatch)


def test_a_rule_that_changed_holds_at_once(cache: Path, vary: Vary) -> None:
    folder = vary()
    times = (folder / "rules.yaml").stat()
    assert works(folder)
    # The same length and the same time of change.
    vary(("rules.yaml", "when: {smell: burnt}", "when: {smell: no   }"))
    os.utime(folder / "rules.yaml", ns=(times.st_atime_ns, times.st_mtime_ns))
    pack = bumpcheck.load(folder)
    assert bumpcheck.check({"smell": "no"}, rules=pack).urgency == "emergency"
    assert bumpcheck.check({"smell": "burnt"}, rules=pack).urgency == "routine"


def test_a_file_that_was_renamed_is_compiled_anew(
    cache: Path, vary: Vary, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = vary()
    assert works(folder)
    (folder / "rules.yaml").rename(folder / "ruling.yaml")
    assert read_from_yaml(folder, monkeypatch)


def test_a_broken_pack_is_not_kept(cache: Path, vary: Vary) -> None:
    with pytest.raises(bumpcheck.RulePackError):
        bumpcheck.load(vary(("rules.yaml", "when: {smell: burnt}", "when: {smell: x}")))
    assert not cache.exists()


def test_places_are_those_of_the_folder_that_was_named(cache: Path, vary: Vary) -> None:
    folder = vary()
    assert bumpcheck.load(FOLDER).red_flags[0].place.file == str(FOLDER / "rules.yaml")
    assert bumpcheck.load(folder).red_flags[0].place.file == str(folder / "rules.yaml")
    assert bumpcheck.load(FOLDER).red_flags[0].place.file == str(FOLDER / "rules.yaml")


def damaged(content: bytes) -> list[bytes]:
    """A kept pack in every state that a disk, a crash or a stranger could leave it in."""
    middle = len(content) // 2
    return [
        b"",
        b"\0",
        content[:1],
        content[:30],
        content[:middle],
        content[:-1],
        content + b"\0",
        content * 2,
        content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :],
        content[:-1] + bytes([content[-1] ^ 0x80]),
        b"x" + content[1:],
        b"\x93" * 100_000,
        b"\0" * len(content),
    ]


@pytest.mark.parametrize("number", range(13))
def test_a_broken_file_is_passed_over_and_mended(
    cache: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    assert works()
    file = kept(cache)
    whole = file.read_bytes()
    file.write_bytes(damaged(whole)[number])
    assert read_from_yaml(FOLDER, monkeypatch)
    assert kept(cache).read_bytes() == whole


def forged(cache: Path, folder: Path) -> Path:
    """A well-formed kept pack in the place of this folder's, in which smoke is no emergency."""
    assert works(folder)
    name = kept(cache).name
    text = (folder / "rules.yaml").read_text()
    (folder / "rules.yaml").write_text(
        text.replace("when: {smell: burnt}", "when: {smell: plastic}")
    )
    bumpcheck.load(folder)
    (other,) = [path for path in cache.iterdir() if path.name != name]
    (folder / "rules.yaml").write_text(text)
    other.replace(cache / name)
    return cache / name


def test_another_packs_file_is_not_taken(cache: Path, vary: Vary) -> None:
    folder = vary()
    forged(cache, folder)
    assert works(folder)


@pytest.mark.parametrize("mode", [0o666, 0o620, 0o602, 0o660])
def test_a_file_that_others_can_write_is_not_trusted(
    cache: Path, monkeypatch: pytest.MonkeyPatch, mode: int
) -> None:
    assert works()
    assert not read_from_yaml(FOLDER, monkeypatch)
    kept(cache).chmod(mode)
    assert read_from_yaml(FOLDER, monkeypatch)
    assert kept(cache).stat().st_mode & 0o777 == 0o600


def test_a_link_is_not_followed(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert works()
    file = kept(cache)
    file.rename(tmp_path / "elsewhere")
    file.symlink_to(tmp_path / "elsewhere")
    assert read_from_yaml(FOLDER, monkeypatch)


def test_a_pipe_in_the_place_of_the_file_is_not_waited_for(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert works()
    file = kept(cache)
    file.unlink()
    os.mkfifo(file)
    assert read_from_yaml(FOLDER, monkeypatch)


def test_a_folder_in_the_place_of_the_file_is_no_error(cache: Path) -> None:
    assert works()
    file = kept(cache)
    file.unlink()
    file.mkdir()
    assert works()
    assert works()


def test_a_cache_that_is_a_file_is_no_error(cache: Path) -> None:
    cache.parent.mkdir()
    cache.write_text("mine")
    assert works()
    assert cache.read_text() == "mine"


def test_a_cache_above_which_there_is_a_file_is_no_error(cache: Path) -> None:
    cache.parent.write_text("mine")
    assert works()
    assert cache.parent.read_text() == "mine"


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder nobody can write")
def test_a_cache_nobody_can_write_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/proc/self/cache")
    assert works()


def test_a_cache_whose_name_is_too_long_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / ("x" * 300)))
    assert works()


@pytest.mark.skipif(sys.platform != "linux", reason="the XDG folders are those of Linux")
@pytest.mark.parametrize("named", ["here", "./here", "../here", ""])
def test_a_relative_cache_folder_is_ignored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    here = tmp_path / "work"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CACHE_HOME", named)
    assert works()
    assert list(here.iterdir()) == []
    assert [path.name for path in tmp_path.iterdir() if path.name != "home"] == ["work"]
    assert len(list((tmp_path / "home" / ".cache" / "bumpcheck").iterdir())) == 1


def test_nobody_without_a_home_is_told_off(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_home() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr(Path, "home", no_home)
    assert works()


def test_no_half_written_file_is_left_when_the_disk_is_full(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", full)
        assert works()
    assert list(cache.iterdir()) == []
    assert works()
    assert len(list(cache.iterdir())) == 1


def test_the_shared_copy_of_the_kettle_is_left_alone(cache: Path, tmp_path: Path) -> None:
    """Loading writes nothing beside the rules."""
    shutil.copytree(FOLDER, tmp_path / "copy")
    before = sorted(path.name for path in (tmp_path / "copy").rglob("*"))
    assert works(tmp_path / "copy")
    assert sorted(path.name for path in (tmp_path / "copy").rglob("*")) == before
