"""From the files of a pack to a `RulePack`, or every problem of it at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from bumpcheck.errors import Place, RulePackError, quoted
from bumpcheck.model import Outcome, Person, RulePack

from . import PackFile
from .condition import ConditionReader, Vocabulary
from .coverage import check_coverage, check_unnoticed, read_unnoticed
from .fields import Fields, Problems, items, scalar
from .keys import Names
from .questions import Conditional, read_question
from .references import check
from .sections import Sections
from .translation import translated
from .tree import Mapping, Scalar, Sequence, Tree, read

SECTIONS = (
    "pack",
    "questions",
    "findings",
    "red-flags",
    "referral-signs",
    "conflicts",
    "evidence",
    "patterns",
    "look-alikes",
    "advice",
    "invariants",
    "sources",
    "faq",
    "compare",
    "drawing",
    "texts",
    "unnoticed",
    "coverage",
    "translation",
)
# What a file of invariants is.
A_LIST = "write a list, each beginning with `- id:`"
# Who a text is for where a pack names nobody.
EVERYBODY = "you"

Read = TypeVar("Read")


def compile_pack(
    folder: str, files: Iterable[PackFile], digest: str, more_invariants: Iterable[PackFile] = ()
) -> RulePack:
    """Compile a pack, with invariants from other files besides its own.

    Raises RulePackError with every problem, each with its place.
    """
    problems = Problems()
    gathered, all_read = _gather(files, problems)
    gathered["invariants"] += _invariants(more_invariants, problems)
    _check_one(gathered, folder, problems, all_read=all_read)
    if not gathered["pack"]:
        raise RulePackError(problems.found)
    pack = _assemble(gathered, digest, problems)
    if problems.found:
        raise RulePackError(problems.found)
    return pack


def _gather(files: Iterable[PackFile], problems: Problems) -> tuple[dict[str, list[Tree]], bool]:
    """The trees under each section, from whichever files; and whether every file is YAML."""
    gathered: dict[str, list[Tree]] = {section: [] for section in SECTIONS}
    all_read = True
    for packed in files:
        before = len(problems.found)
        file = read(packed.name, packed.content, problems.found)
        problems.know(file)
        all_read = all_read and len(problems.found) == before
        if file.root is None:
            continue
        if not isinstance(file.root, Mapping):
            problems.add(file.root.place, "a rule file is a mapping of sections")
            continue
        for entry in file.root.entries:
            if entry.key.text in gathered:
                gathered[entry.key.text].append(entry.value)
            else:
                problems.unknown(entry.key.place, "section", entry.key.text, SECTIONS)
    return gathered, all_read


def _invariants(files: Iterable[PackFile], problems: Problems) -> list[Tree]:
    """The invariants of files that have nothing else: a list of them, by itself or named."""
    found: list[Tree] = []
    for packed in files:
        file = read(packed.name, packed.content, problems.found)
        problems.know(file)
        if isinstance(file.root, Mapping):
            for entry in file.root.entries:
                if entry.key.text == "invariants":
                    found.append(entry.value)
                else:
                    problems.add(entry.key.place, "a file of invariants has nothing else", A_LIST)
                    break
        elif file.root is not None:
            found.append(file.root)
        empty = all(isinstance(tree, Sequence) and not tree.items for tree in found)
        if empty and not problems.found:
            problems.add(Place(packed.name, 1, 1), "there is no invariant in this file", A_LIST)
    return found


def _check_one(
    gathered: dict[str, list[Tree]], folder: str, problems: Problems, *, all_read: bool
) -> None:
    # Where a file cannot be read, the section may well stand in it.
    if not gathered["pack"] and all_read:
        problems.add(Place(folder, 1, 1), "no file has a `pack` section", "is this a rule pack?")
    for section in ("pack", "drawing"):
        for tree in gathered[section][1:]:
            problems.add(tree.place, f"a second `{section}` section", "keep one")


def _assemble(gathered: dict[str, list[Tree]], digest: str, problems: Problems) -> RulePack:
    def listed(section: str, read_one: Callable[[Tree], Read]) -> tuple[Read, ...]:
        trees = gathered[section]
        return tuple(
            read_one(item) for tree in trees for item in items(tree, problems, f"`{section}`")
        )

    fields = Fields(gathered["pack"][0], problems, "pack")
    persons = _ids(fields.values.get("persons")) or (EVERYBODY,)
    read = _questions(listed("questions", lambda tree: read_question(tree, persons, problems)))
    questions = {id: conditional.question for id, conditional in read.items()}
    vocabulary = Vocabulary(questions, frozenset(_ids(*gathered["findings"])))
    conditions = ConditionReader(vocabulary, problems)
    doors = fields.words("doors")
    names = Names(
        sources=_ids(*gathered["sources"]),
        outcomes=_ids(fields.values.get("outcomes")),
        doors=doors,
        persons=persons,
        aspects=_ids(*gathered["compare"]),
    )
    sections = Sections(conditions, names, problems)
    texts = _texts("texts", gathered["texts"], problems)
    unnoticed = read_unnoticed(gathered["unnoticed"], problems)
    review, wording = fields.take("reviewed"), fields.take("wording")
    pack = RulePack(
        id=fields.id(),
        version=fields.text("version") or "",
        digest=digest,
        title=fields.text("title") or "",
        intended_use=fields.text("intended-use") or "",
        reviewed=None if review is None else sections.read_review(review),
        wording=None if wording is None else sections.read_wording(wording),
        outcomes=_outcomes(fields, sections),
        doors=doors,
        default_doors=tuple(
            sections.read_default_door(item)
            for item in items(fields.need("default-doors"), problems, "`default-doors`")
        ),
        persons=tuple(
            sections.read_person(item)
            for item in items(fields.take("persons"), problems, "`persons`")
        )
        or (Person(id=EVERYBODY, place=fields.place),),
        questions=tuple(conditional.read(conditions.read) for conditional in read.values()),
        findings=listed("findings", sections.read_finding),
        red_flags=listed("red-flags", sections.read_red_flag),
        referral_signs=listed("referral-signs", sections.read_referral_sign),
        conflicts=listed("conflicts", sections.read_conflict),
        evidence=listed("evidence", sections.read_evidence),
        patterns=listed("patterns", sections.read_pattern),
        look_alikes=listed("look-alikes", sections.read_look_alike),
        advice=listed("advice", sections.read_advice),
        invariants=listed("invariants", sections.read_invariant),
        sources=listed("sources", sections.read_source),
        faq=listed("faq", sections.read_frequent),
        aspects=listed("compare", sections.read_aspect),
        drawing=next(map(sections.read_drawing, gathered["drawing"]), None),
        unnoticed={key: reason for key, (reason, _) in unnoticed.items()},
        texts={key: text for key, (text, _) in texts.items()},
    )
    fields.done()
    check(pack, fields.place, {key: place for key, (_, place) in texts.items()}, problems)
    check_unnoticed(pack, unnoticed, problems)
    check_coverage(gathered["coverage"], pack, problems)
    for tree in gathered["translation"]:
        pack = translated(pack, tree, problems)
    return pack


def _questions(read: tuple[Conditional, ...]) -> dict[str, Conditional]:
    """Questions by their ids."""
    questions: dict[str, Conditional] = {}
    for one in read:
        id = one.question.id
        # A second question of the same id is kept under another key, for the check of ids.
        questions[id if id not in questions else f"{id}:{one.question.place.line}"] = one
    return questions


def _outcomes(fields: Fields, sections: Sections) -> tuple[Outcome, ...]:
    trees = items(fields.need("outcomes"), fields.problems, "`outcomes`")
    return tuple(sections.read_outcome(tree) for tree in trees)


def _ids(*trees: Tree | None) -> tuple[str, ...]:
    """The ids in some lists of mappings, before what stands there can be read."""
    return tuple(
        entry.value.text
        for tree in trees
        if isinstance(tree, Sequence)
        for item in tree.items
        if isinstance(item, Mapping)
        for entry in item.entries
        if entry.key.text == "id" and isinstance(entry.value, Scalar)
    )


def _texts(section: str, trees: list[Tree], problems: Problems) -> dict[str, tuple[str, Place]]:
    """Every text by its key, and where it stands."""
    texts: dict[str, tuple[str, Place]] = {}
    for tree in trees:
        if not isinstance(tree, Mapping):
            problems.add(tree.place, f"`{section}` must be a mapping of keys")
            continue
        for entry in tree.entries:
            key = entry.key.text
            if key in texts:
                problems.add(entry.key.place, f"another text is called {quoted(key)}")
            text = scalar(entry.value, problems, f"the text `{key}`") or ""
            texts[key] = (text, entry.key.place)
    return texts
