"""What a check may load: a script calls it often, and most of its time is start-up."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from .running import HERE, LAMP, PROJECT, environment

# Loading one of these takes longer than a whole check.
HEAVY = {"rich", "yaml", "pydantic", "hashlib", "_hashlib"}
NETWORK = {
    "socket",
    "_socket",
    "ssl",
    "_ssl",
    "http.client",
    "http.server",
    "urllib.request",
    "ftplib",
    "smtplib",
    "asyncio",
    "requests",
    "httpx",
}

CHECK = """
import sys
from bumpcheck.cli.app import run
assert run(sys.argv[1:]) == 0
"""
# The least that can be made of the same libraries.
HELLO = """
import msgspec.json, msgspec.msgpack, typer
app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
@app.command()
def hello(name: str = "you"):
    print("hello", name)
app(args=[], standalone_mode=False)
"""


def modules(code: str, *arguments: str, cache: Path) -> set[str]:
    """The modules that are loaded after some code has run in an interpreter of its own."""
    told = "\nimport json, sys\nprint(json.dumps(sorted(sys.modules)), file=sys.stderr)\n"
    ran = subprocess.run(
        [sys.executable, "-c", code + told, *arguments],
        capture_output=True,
        env=environment(cache),
        cwd=HERE,
        timeout=30,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr.decode()
    return set(json.loads(ran.stderr.decode()))


@pytest.mark.parametrize("format", ["plain", "json", "text"])
def test_a_check_loads_nothing_heavy_once_the_rules_are_compiled(
    warm_cache: Path, format: str
) -> None:
    flags = ("--age", "34", "--location", "under-eye", "--format", format)
    assert modules(CHECK, "check", *flags, cache=warm_cache) & HEAVY == set()


def test_other_rules_are_compiled_once_as_well(tmp_path: Path) -> None:
    command = ("check", "--rules", LAMP, "-a", "light=dim", "--format", "plain")
    # The first time YAML has to be read: that it shows here proves that these tests can see it.
    assert "yaml" in modules(CHECK, *command, cache=tmp_path)
    assert modules(CHECK, *command, cache=tmp_path) & HEAVY == set()


def test_a_check_loads_nothing_of_the_network_that_its_libraries_do_not(warm_cache: Path) -> None:
    ours = modules(CHECK, "check", "--age", "34", cache=warm_cache)
    assert (ours - modules(HELLO, cache=warm_cache)) & NETWORK == set()


def test_importing_the_package_loads_no_command_line(warm_cache: Path) -> None:
    loaded = modules("import bumpcheck", cache=warm_cache)
    assert loaded & {"typer", "click", "rich", "yaml", "pydantic", "bumpcheck.cli"} == set()


def test_a_check_from_python_loads_no_command_line(warm_cache: Path) -> None:
    loaded = modules("import bumpcheck; bumpcheck.check({'age': '34'}).as_dict()", cache=warm_cache)
    assert loaded & {"typer", "bumpcheck.cli", *HEAVY} == set()


def test_a_check_loads_the_modules_of_no_other_command(warm_cache: Path) -> None:
    loaded = modules(CHECK, "check", "--age", "34", cache=warm_cache)
    others = {"ask", "demo", "questions", "rules"}
    assert loaded & {f"bumpcheck.cli.{name}" for name in others} == set()


def test_no_module_imports_anything_of_the_network() -> None:
    imported: set[str] = set()
    for file in (PROJECT / "src" / "bumpcheck").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                imported |= {node.module, *(f"{node.module}.{a.name}" for a in node.names)}
    assert "msgspec" in imported
    assert imported & NETWORK == set()
    assert not any(name.split(".")[0] in NETWORK | {"http", "urllib"} for name in imported)
