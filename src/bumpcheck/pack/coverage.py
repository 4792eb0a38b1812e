"""The `coverage` section: what a pack was asked to know, and where each piece of it went.

Whoever writes rules from a list of facts ticks each off: it is cited, rules named here carry it, or
it was left out for a reason. The list is held against the rules when a pack is compiled, and kept
nowhere else. Beside it stands `unnoticed`, why a small change to a rule may go unnoticed.
"""

from __future__ import annotations

import re

from bumpcheck.errors import Place, quoted
from bumpcheck.model import Rule, RulePack, Words

from .fields import Fields, Problems, scalar
from .references import citations, cited
from .tree import Mapping, Scalar, Tree

CITED = "cited"


def check_coverage(trees: list[Tree], pack: RulePack, problems: Problems) -> None:
    """Add a problem for each item that is neither cited, nor carried by a rule, nor left out."""
    places = {id for citation in citations(pack) for id in _ids(citation.where)}
    rules = [rule.id for rule in (*cited(pack), *pack.findings, *pack.conflicts)]
    rules += [requirement.id for requirement in pack.invariants]
    rules += [frequent.id for frequent in pack.faq]
    seen: dict[str, Place] = {}
    for tree in trees:
        if not isinstance(tree, Mapping):
            problems.add(tree.place, "`coverage` must be a mapping", "{F001: cited}")
            continue
        for entry in tree.entries:
            id = entry.key.text
            if id in seen:
                problems.add(entry.key.place, f"{quoted(id)} stands here twice", f"at {seen[id]}")
            seen[id] = entry.key.place
            if isinstance(entry.value, Scalar) and entry.value.text == CITED:
                if id not in places:
                    problems.add(
                        entry.key.place,
                        f"no rule cites {quoted(id)}",
                        "cite it, name the rules `by` which it is covered, or why it is `left-out`",
                    )
                continue
            _check_other(entry.value, rules, problems)


# The sections whose rules may be changed a little without anything noticing it. The words and the
# ranks of advice stand for themselves.
WORDS, RANKS = "words", "ranks"
UNGUARDED = (
    "findings",
    "conflicts",
    "evidence",
    "patterns",
    "look-alikes",
    "advice",
    WORDS,
    RANKS,
    "outcomes",
    "default-doors",
    "persons",
)


def read_unnoticed(trees: list[Tree], problems: Problems) -> dict[str, tuple[Words, Place]]:
    """The reasons of `unnoticed` and where each stands: a text, or texts by what is changed."""
    reasons: dict[str, tuple[Words, Place]] = {}
    for tree in trees:
        if not isinstance(tree, Mapping):
            problems.add(tree.place, "`unnoticed` must be a mapping of keys")
            continue
        for entry in tree.entries:
            key, value = entry.key.text, entry.value
            if key in reasons:
                problems.add(entry.key.place, f"another reason is given for {quoted(key)}")
            what = f"the reason for `{key}`"
            reason: Words
            if isinstance(value, Mapping):
                slips = value.entries
                reason = {slip.key.text: scalar(slip.value, problems, what) or "" for slip in slips}
            else:
                reason = scalar(value, problems, what) or ""
            reasons[key] = (reason, entry.key.place)
    return reasons


def check_unnoticed(
    pack: RulePack, reasons: dict[str, tuple[Words, Place]], problems: Problems
) -> None:
    """Add a problem for each reason that is given for neither a section nor a change to a rule."""
    rules: list[Rule] = [*pack.findings, *pack.conflicts, *pack.evidence]
    rules += [*pack.patterns, *pack.look_alikes, *pack.advice, *pack.persons]
    known = [*UNGUARDED, *(rule.id for rule in rules)]
    known += [outcome.id for outcome in pack.outcomes]
    for key, (reason, place) in reasons.items():
        if key not in known:
            problems.unknown(place, "section or rule", key, known)
        elif key in UNGUARDED and not isinstance(reason, str):
            problems.add(place, f"`{key}` is a section and has one reason", f"{key}: why")


def _check_other(tree: Tree, rules: list[str], problems: Problems) -> None:
    fields = Fields(tree, problems, "item of `coverage`")
    by = fields.words("by")
    reason = fields.text("left-out", required=False)
    if fields.is_mapping and bool(by) == bool(reason):
        problems.add(tree.place, "it is `cited`, or has one of `by` and `left-out`")
    for id in by:
        if id not in rules:
            problems.unknown(fields.values["by"].place, "rule", id, rules)
    fields.done()


def _ids(where: str) -> list[str]:
    """The words of a place in a source that can be the id of a fact."""
    return re.findall(r"[A-Za-z0-9-]+", where)
