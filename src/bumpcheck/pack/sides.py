"""The two sides of a look-alike: what speaks for it does not speak against it as well."""

from __future__ import annotations

from collections.abc import Iterator

from bumpcheck.model import AnyOf, Chosen, Condition, Found, LookAlike

from .fields import Fields, Problems, items

SUPPORTED, OPPOSED = "supported-by", "opposed-by"


def check_sides(other: LookAlike, fields: Fields) -> None:
    """Add a problem for each answer or condition that by itself stands on both sides.

    What stands there only together with something else may tell the two sides apart.
    """
    supporting = {single for part in other.supported_by for single in _singles(part)}
    # What is no list was told when it was read.
    trees = items(fields.values.get(OPPOSED), Problems(), OPPOSED)
    for tree, part in zip(trees, other.opposed_by, strict=True):
        for single in dict.fromkeys(_singles(part)):
            if single in supporting:
                fields.problems.add(
                    tree.place,
                    f"`{other.id}` is both supported and opposed by {_named(single)}",
                    f"keep it in `{SUPPORTED}` or in `{OPPOSED}`",
                )


def _singles(condition: Condition) -> Iterator[Condition]:
    """Each answer, or other part of a condition, that makes it true by itself."""
    match condition:
        case Chosen(question, answers):
            yield from (Chosen(question, (answer,)) for answer in answers)
        case AnyOf(parts):
            for part in parts:
                yield from _singles(part)
        case _:
            yield condition


def _named(single: Condition) -> str:
    match single:
        case Chosen(question, (answer,)):
            return f"`{question}: {answer}`"
        case Found(finding):
            return f"`finding: {finding}`"
    return "one condition"
