"""The shape of the code: what may import what, and that only the rules know of medicine."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from .running import PROJECT

SOURCE = PROJECT / "src" / "bumpcheck"

# From the ground up: a module imports only from what stands before it, or from its own package.
FLOORS = (
    ("errors", "digest", "model"),
    ("quantities", "texts", "reading"),
    ("answers", "pack"),
    ("facts", "completions", "conditions", "spoken", "comparison"),
    ("result", "weighing", "engine", "coded", "reach", "counterfactual"),
    # Below the cases, since these hold the words that a person reads.
    ("report",),
    (
        "cases",
        "breaches",
        "prose",
        "card",
        "slips",
        "mutation",
        "prove",
        "difference",
        "checking",
        "outlook",
        "interview",
    ),
    ("export", "batch"),
    ("bumpcheck",),
    ("cli",),
    ("__main__",),
)
STOREY = {name: index for index, name in enumerate(name for floor in FLOORS for name in floor)}

# What is no part of the standard library, and the only modules that may know of it.
THIRD_PARTY = {
    "typer": re.compile(r"cli\..*"),
    "jinja2": re.compile(r"report\.templates\.filling"),
    "markupsafe": re.compile(r"report\.(html|markdown|templates\.filling)"),
    "rich": re.compile(r"report\.text"),
    "yaml": re.compile(r"pack\.(tree|translation)"),
    "polars": re.compile(r"batch\.frames\..*"),
    "numpy": re.compile(r"batch\.frames\..*"),
    "sqlglot": re.compile(r"export\.sql\.dialects"),
}


def python_files(root: Path) -> list[Path]:
    return sorted(root.rglob("*.py"))


def module_of(file: Path, root: Path) -> tuple[str, ...]:
    """`cli/app.py` as ("cli", "app"); a package's own module ends in "__init__"."""
    return file.relative_to(root).with_suffix("").parts


def storey_of(module: tuple[str, ...]) -> str:
    """The name under which a module stands in the table."""
    return "bumpcheck" if module in ((), ("__init__",)) else module[0]


def imports(module: tuple[str, ...], tree: ast.AST) -> Iterator[tuple[str, ...]]:
    """The modules of this project that a module imports, anywhere in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            named = [alias.name.split(".") for alias in node.names]
            yield from (tuple(words[1:]) for words in named if words[0] == "bumpcheck")
        elif isinstance(node, ast.ImportFrom):
            words = node.module.split(".") if node.module else []
            if node.level:
                words = [*module[: len(module) - node.level], *words]
            elif words[:1] == ["bumpcheck"]:
                words = words[1:]
            else:
                continue
            # From the top of the package, what is imported may itself be a module.
            names = [alias.name for alias in node.names]
            yield from ((tuple(words),) if words else ((name,) for name in names))


def upward(root: Path) -> list[str]:
    """Every import that leads upward."""
    found: list[str] = []
    for file in python_files(root):
        module = module_of(file, root)
        above = storey_of(module)
        for target in imports(module, ast.parse(file.read_text(encoding="utf-8"))):
            # A name that is no module comes from the package's own module.
            below = target[0] if target and target[0] in STOREY else "bumpcheck"
            if below != above and STOREY[below] > STOREY[above]:
                found.append(f"{'.'.join(module)} imports {'.'.join(target)}")
    return found


def test_every_module_stands_in_the_table_and_the_table_has_no_other() -> None:
    there = {storey_of(module_of(file, SOURCE)) for file in python_files(SOURCE)}
    assert there == set(STOREY)


def test_imports_lead_down_or_stay_within_a_package() -> None:
    assert upward(SOURCE) == []


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("errors.py", "from .model import URGENCIES"),
        ("model.py", "from . import texts"),
        ("pack/tree.py", "from ..answers import parse\nfrom ..facts import facts"),
        ("engine.py", "def late():\n    from .cases import load"),
        ("engine.py", "import bumpcheck.cli.app"),
        ("result.py", "from bumpcheck.report.layout import lay_out"),
        ("report/text.py", "from ..cli.show import show"),
        ("cases.py", "from . import check"),
    ],
)
def test_an_import_that_leads_up_is_seen(tmp_path: Path, file: str, line: str) -> None:
    bad = tmp_path / file
    bad.parent.mkdir(exist_ok=True)
    bad.write_text(line)
    assert len(upward(tmp_path)) == 1


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("cli/check.py", "from .flags import gather\nfrom ..engine import evaluate"),
        ("pack/compile.py", "from . import PackFile\nfrom .. import texts"),
        ("__init__.py", "from .pack import load\nfrom . import answers"),
        ("model.py", "import re\nfrom collections.abc import Mapping"),
    ],
)
def test_an_import_that_leads_down_is_none_of_our_business(
    tmp_path: Path, file: str, line: str
) -> None:
    good = tmp_path / file
    good.parent.mkdir(exist_ok=True)
    good.write_text(line)
    assert upward(tmp_path) == []


def test_other_peoples_packages_stay_behind_one_door_each() -> None:
    for file in python_files(SOURCE):
        module = ".".join(module_of(file, SOURCE))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            named: list[str] = []
            if isinstance(node, ast.Import):
                named = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                named = [node.module or ""]
            for name in named:
                door = THIRD_PARTY.get(name.split(".")[0])
                assert door is None or door.fullmatch(module), f"{module} imports {name}"


# --- Only the rules know of medicine --------------------------------------------------------------

# The beginnings of words, except where `$` marks the end as well.
MEDICAL_WORDS = """
    mili(?:a|um|al) whitehead blackhead comedo acne pimple keratin papule pustule cyst(?!em) wart$
    mole$ syringoma xanthelasma mollusc carcinoma melanoma cancer tumou?r lesion herpes eczema
    rosacea dermat skin eyelid eyelash lash(?:es)?$ under-?eye eye-care cheek forehead nose$ lips?$
    chin$ baby babies newborn neonat infant child fever temperature bleed blood weep crust itch
    rash(?!er) pain(?!t) redness pus$ blister swell headache unwell immun pregnan retino benzoyl
    salicyl acids?$ steroid cream pharmac midwi doctor urgent-care squeez needle bumps?$ firmness
    allerg infect sepsis septic disease symptom diagnos patient clinic(?!ian$)
"""
MEDICAL = re.compile(rf"\b(?:{'|'.join(MEDICAL_WORDS.split())})".replace("$", r"\b"), re.IGNORECASE)

# The lines that name the product itself: (module, text that stands in the line, why it may).
ALLOWED = (
    ("__init__", '"""bumpcheck: a small white bump described', "what the package is"),
    ("__init__", '>>> bumpcheck.check({"age": "5 days"', "the example of the package's help"),
    ("__init__", "'milia'", "what that example gives"),
    ("pack.__init__", 'SHIPPED = "bumps"', "the name of the shipped rules"),
    ("cli.app", "Tell plain milia and whiteheads from", "the first line of the program's help"),
    ("cli.app", "bumpcheck check --age 34 --location under-eye", "an example in the help"),
    ("cli.app", "It is not a diagnosis: if in doubt", "what the program is not"),
    ("cli.check", "Tell what one described bump is likely to be", "the first line of its help"),
    ("cli.check", "bumpcheck check --age 34 --location under-eye", "an example in the help"),
    ("cli.check", 'bumpcheck check --age "5 days" --location nose', "an example in the help"),
    ("cli.check", "bumpcheck check --answers case.json --bleeding", "an example in the help"),
    ("cli.demo", "bumpcheck demo --case newborn", "an example in the help"),
    ("cli.rules", "bumpcheck rules show itches", "an example in the help"),
    ("model", "never a diagnosis", "what a look-alike is not"),
    ("model", "Everything clinical: questions, rules, texts", "that a pack holds all of it"),
)


# A node of a diagram has children, wherever diagrams are walked.
GRAPHS = ("batch.circuits", "coded", "prove", "reach", "difference", "export.sql")
NODES = re.compile(r"\bchild(ren)?\b", re.IGNORECASE)


def medical_lines() -> Iterator[tuple[str, str]]:
    for file in python_files(SOURCE):
        module = ".".join(module_of(file, SOURCE))
        is_graph = f"{module}.".startswith(tuple(f"{name}." for name in GRAPHS))
        for line in file.read_text(encoding="utf-8").splitlines():
            # Words are looked for at their beginning: after `_` as well.
            read = line.replace("_", " ")
            if MEDICAL.search(NODES.sub("", read) if is_graph else read):
                yield module, line.strip()


def test_no_line_of_code_knows_of_medicine() -> None:
    unexplained = [
        (module, line)
        for module, line in medical_lines()
        if not any(module == where and part in line for where, part, _ in ALLOWED)
    ]
    assert unexplained == []


def test_every_allowed_line_is_still_there() -> None:
    found = list(medical_lines())
    for where, part, why in ALLOWED:
        assert any(module == where and part in line for module, line in found), (where, part)
        assert why


@pytest.mark.parametrize(
    "line",
    [
        'if outcome == "milia":',
        "is_newborn = age < 28",
        'WHITEHEAD = "whitehead"',
        "# a closed comedone",
        'if "bleeding" in answers:',
        'DOORS = ("dermatologist",)',
        'case.get("eyelid")',
    ],
)
def test_a_medical_word_is_seen(line: str) -> None:
    # Words are looked for at their beginning: after `_` as well.
    assert MEDICAL.search(line.replace("_", " "))


@pytest.mark.parametrize("line", ["system", "the clash of", "paint", "described", "one flash"])
def test_an_everyday_word_is_none(line: str) -> None:
    assert not MEDICAL.search(line)
