"""Everything that can be found amiss with a pack that loads: its texts, translations and cases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from typing import Literal

from msgspec import Struct

from . import cases
from .answers import parse
from .breaches import breach
from .cases import Case, Failure
from .coded import CodedPack, NotCodable
from .errors import Place, RulePackError
from .model import Alarm, RulePack
from .mutation import Hunt, Mutant, dropped, mutants
from .pack import languages, load
from .pack.coverage import UNGUARDED
from .prose import mean_grade, remarks
from .prove import PROVED, UNFINISHED, Proof, Report, prove
from .prove.firsts import DEFAULT_DOOR, PERSON
from .prove.regions import UnfinishedError
from .prove.sending import Sending, sends

# Shows answers as a command to paste.
Command = Callable[[Mapping[str, object]], str]

# What must be mended, and what only wants to be known.
Level = Literal["error", "notice"]


class Told(Struct, frozen=True):
    """One thing that was found, and where."""

    level: Level
    place: Place
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {'note: ' if self.level == 'notice' else ''}{self.message}"


class CaseRun(Struct, frozen=True):
    """What came of the cases beside a pack."""

    cases: tuple[Case, ...]
    failures: tuple[Failure, ...]

    @property
    def failed(self) -> int:
        """How many cases came out otherwise in some part."""
        return len({id(failure.case) for failure in self.failures})

    def told(self, command: Command) -> Iterator[Told]:
        """Every failure, the misses first, each with the command that shows it."""
        for kind in cases.KINDS:
            for failure in self.failures:
                if failure.kind == kind:
                    case = failure.case
                    shown = " ".join((command(case.given), *case.options))
                    yield Told("error", case.place, f"{failure.told}: {shown}")


def run_cases(pack: RulePack, folder: str) -> CaseRun:
    """Run the cases beside a pack; raises RulePackError where they cannot be read."""
    known = cases.load(pack, folder)
    return CaseRun(known, tuple(f for case in known for f in cases.failures(pack, case)))


class Unnoticed(Struct, frozen=True):
    """A change that no case notices, and answers for which it makes a difference, if known."""

    mutant: Mutant
    said: Mapping[str, object] | None = None


class Hunted(Struct, frozen=True):
    """What came of breaking every rule: how many ways there were, and those that went unnoticed.

    `alike` are those besides that were shown to change nobody's verdict.
    """

    tried: int
    unnoticed: tuple[Unnoticed, ...]
    alike: int

    @property
    def summary(self) -> str:
        """The counts in words."""
        alike = f", and {self.alike} change nobody's verdict" if self.alike else ""
        return (
            f"broken on purpose: {self.tried} ways, of which {len(self.unnoticed)} went unnoticed"
            f"{alike}"
        )

    def told(self, pack: RulePack, command: Command) -> Iterator[Told]:
        """Each that went unnoticed: an error, or a note with the pack's reason."""
        for it in self.unnoticed:
            rule, reason = it.mutant.rule, it.mutant.reason(pack)
            why = f" ({reason})" if reason else ""
            shown = "" if it.said is None else f": {command(it.said)}"
            said = f"nothing notices `{rule.id}`: {it.mutant.change}{why}{shown}"
            yield Told("error" if reason is None else "notice", rule.place, said)
        yield from self._idle(pack)

    def _idle(self, pack: RulePack) -> Iterator[Told]:
        """Reasons that excuse nothing: of a change that is noticed, or of a rule as a whole."""
        left = {(it.mutant.rule.id, it.mutant.change) for it in self.unnoticed}
        for id, reasons in pack.unnoticed.items():
            if id in UNGUARDED:
                continue
            whole = isinstance(reasons, str)
            for change in ["name the change, as it is told here"] if whole else reasons:
                if (id, change) not in left:
                    said = f"the reason in `unnoticed` for `{id}` excuses nothing: {change}"
                    yield Told("error", pack.outcomes[0].place, said)


def hunt(
    pack: RulePack, known: tuple[Case, ...], on_step: Callable[[int], None] = lambda _: None
) -> Hunted:
    """Break every rule in small ways, and see which a case notices; `on_step` counts them."""
    killers = Hunt(pack, known)
    tried, left = 0, []
    for tried, mutant in enumerate(mutants(pack), start=1):
        if killers.killer(mutant) is None:
            left.append(mutant)
        on_step(tried)
    unnoticed = tuple(_unnoticed(pack, left))
    return Hunted(tried, unnoticed, len(left) - len(unnoticed))


def _unnoticed(pack: RulePack, left: Iterable[Mutant]) -> Iterator[Unnoticed]:
    """Those that can be noticed: an alarm may send elsewhere, and yet never have a say."""
    try:
        sending = Sending(CodedPack(pack))
    except NotCodable:
        sending = None
    for mutant in left:
        said, is_alike = None, False
        match mutant.rule, mutant.changed:
            case Alarm() as alarm, Alarm() as other if sending and sends(alarm) != sends(other):
                with suppress(UnfinishedError):
                    said = sending.otherwise(alarm, other)
                    is_alike = said is None
        if not is_alike:
            yield Unnoticed(mutant, said)


# What it means that a proof of each property failed (contract, section 7).
FAILURES = {
    0: "cannot be proved",
    1: "can end in less than its urgency",
    2: "more red flags can be less urgent",
    3: "can hold at once",
    4: "makes no difference to any result",
    5: "can be told without a line on when to seek help",
    6: "can be true, or false, before an answer that makes it otherwise",
    7: "does not hold",
    8: "can be given together, though they are of one topic",
}
NEVER = "is never anybody's"
FACETS = ("outcome", "urgency", "disposition", PERSON, DEFAULT_DOOR)


def run_proofs(
    pack: RulePack, known: tuple[Case, ...], progress: Callable[[int, int], None] | None = None
) -> Report:
    """Prove a pack over every set of answers; `known` make it sooner."""
    given = [parse(pack, case.given) for case in known]
    return prove(pack, known=given, progress=progress)


def told_of_proofs(pack: RulePack, report: Report, command: Command) -> Iterator[Told]:
    """Everything that is not proved, each with the command that shows it; then what says little."""
    for proof in report.failures:
        place = proof.place or pack.outcomes[0].place
        if proof.state == UNFINISHED:
            said = "was not proved" if proof.note else "was not proved: it would take too long"
        elif proof.property == 4 and proof.kind in FACETS:
            said = NEVER
        else:
            said = FAILURES[proof.property] + _why(pack, proof)
        note = f" ({proof.note})" if proof.note else ""
        shown = f": {command(proof.case)}" if proof.case is not None else ""
        what = f"property {proof.property}: {proof.kind} `{proof.about}` {said}{note}{shown}"
        yield Told("error", place, what)
    for proof in report.proofs:
        if proof.state == PROVED and proof.note and proof.place:
            yield Told("notice", proof.place, f"{proof.kind} `{proof.about}`: {proof.note}")


def _why(pack: RulePack, proof: Proof) -> str:
    """What the answers that break an invariant show; "" of anything else."""
    if proof.property != 7 or proof.note:
        return ""
    if proof.case is None:
        return ": it comes out so for nobody"
    invariant = next(it for it in pack.invariants if it.place == proof.place)
    return f": {breach(pack, invariant, proof.case)}"


def summary_of_proofs(report: Report) -> str:
    """How much was proved, and of how many answer sets."""
    proved = len(report.proofs) - len(report.failures)
    if not report.space:
        return f"proofs: nothing is proved, and {len(report.failures) - 1} fail all the same"
    space = f"{report.space:.1e} sets of answers"
    return f"proofs: {proved} of {len(report.proofs)} hold, over all {space}"


def undecided(pack: RulePack, known: tuple[Case, ...]) -> tuple[Told, ...]:
    """The rules that could be left out without any case coming out otherwise."""
    hunt = Hunt(pack, known)
    return tuple(
        Told("notice", mutant.rule.place, f"no case decides on `{mutant.rule.id}`")
        for mutant in dropped(pack)
        if hunt.killer(mutant) is None
    )


def check_texts(pack: RulePack, folder: str, today: date) -> Iterator[Told]:
    """What is amiss with the texts of a pack, and with its translations."""
    for remark in remarks(pack, today):
        yield Told("error" if remark.fails else "notice", remark.place, remark.message)
    for language in languages(folder):
        try:
            load(folder, language)
        except RulePackError as error:
            for problem in error.problems:
                hint = f" ({problem.hint})" if problem.hint else ""
                yield Told("error", problem.place, f"{problem.message}{hint}")


def summary_of_texts(pack: RulePack) -> str:
    """How hard the texts are to read, in words."""
    return f"reading grade {mean_grade(pack):.1f} on average"
