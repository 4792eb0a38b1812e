"""The interview: as few questions as are safe. No input or output of its own.

It asks first what could be urgent, then what tells most of what is still possible, and is settled
once no answer left can change the outcome, the urgency or where to go (see `outlook`). What then
still changes the advice is asked too, and may be skipped.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from . import answers as reading
from .answers import Answers, Given
from .conditions import conditions
from .engine import evaluate
from .errors import AnswerError
from .facts import FALSE, TRUE, Facts, facts
from .model import RANK, UNKNOWN, Answer, Band, Question, RulePack, Words, said_to
from .outlook import Outlook, Prospect, outlook
from .pack import shipped
from .result import Result

# So many answers stand on one checklist at most.
ITEMS_AT_MOST = 32
EMERGENCY = RANK["emergency"]


class Item(Struct, frozen=True):
    """An answer that can be given, as it is said to this person."""

    id: str
    text: str
    group: str | None
    aliases: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The words it goes by."""
        return (self.id, *self.aliases)


class Asked(Struct, frozen=True):
    """A question as it is put to this person; a quantity has bands instead of answers.

    `answers` and `bands` are those that make sense for them; every other is accepted as well.
    `calm` is what "none of these" says of it.
    """

    id: str
    ask: str
    why: str
    help: str | None
    answers: tuple[Item, ...]
    bands: tuple[Band, ...]
    calm: str | None
    question: Question


class Interview:
    """Asks screen by screen until nothing can change the result; what is `known` is not asked.

    A screen is one question, or a checklist of several that one "none of these" answers. Raises
    AnswerError for an answer that cannot be taken, NotCodable for rules beyond the coded form.
    """

    def __init__(
        self, known: Mapping[str, object] | None = None, *, rules: RulePack | None = None
    ) -> None:
        self.pack = shipped() if rules is None else rules
        self._outlook: Outlook = outlook(self.pack)
        compile_ = conditions(self.pack).compile
        self._makes_sense = {q.id: compile_(q.ask_when) for q in self.pack.questions}
        self._offered = {
            q.id: [(answer, compile_(answer.ask_when)) for answer in q.answers]
            for q in self.pack.questions
        }
        self._bands = {
            q.id: [(band, compile_(band.ask_when)) for band in q.bands] for q in self.pack.questions
        }
        self._listed = {
            q.id: compile_(q.listed.when) for q in self.pack.questions if q.listed is not None
        }
        reads = conditions(self.pack).reads
        self._telling_who = {id for who in self.pack.persons for id in reads(who.condition)}
        self._known = reading.parse(self.pack, known or {}).given
        self._said: list[dict[str, Given]] = []
        self._look()

    # --- What is asked ------------------------------------------------------------------------

    @property
    def screen(self) -> tuple[Asked, ...]:
        """The questions asked together now; () where nothing can change the result any more."""
        return self._screen

    @property
    def settled(self) -> bool:
        """Whether outcome, urgency and where to go are certain: what is asked may be skipped."""
        return self._prospect.settled

    @property
    def asked(self) -> int:
        """How many screens were answered."""
        return len(self._said)

    @property
    def to_go(self) -> int:
        """About how many screens are left, if the answers are calm."""
        return self._to_go

    @property
    def answers(self) -> Answers:
        """Every answer so far, in the pack's order."""
        given = dict(self._known)
        for screen in self._said:
            given.update(screen)
        return Answers({q.id: given[q.id] for q in self.pack.questions if q.id in given})

    @property
    def result(self) -> Result:
        """What comes of the answers so far."""
        return self._result

    def asks(self, id: str) -> Asked:
        """A question by itself, as it is put to this person."""
        return self._put(self.pack.question(id), self._case(self.answers), alone=True)

    def say(self, words: Words) -> str:
        """A text of the pack as it is said to whom is spoken of, as far as that is known."""
        return said_to(self._result.person, words)

    # --- What is answered ---------------------------------------------------------------------

    def answer(self, said: Mapping[str, object]) -> None:
        """Take the answers to this screen, every question of it, and go on; raises AnswerError."""
        given = reading.parse(self.pack, said).given
        asked = [one.id for one in self._screen]
        for id in given:
            if id not in asked:
                raise AnswerError(f"{id} is not asked here: {', '.join(asked)} is", question=id)
        for id in asked:
            if id not in given:
                raise AnswerError(f"{id} has no answer: say one, or {UNKNOWN}", question=id)
        self._said.append(given)
        self._look()

    def none_of_these(self) -> None:
        """Answer a checklist with the calm answer to each question; raises AnswerError."""
        self.answer({one.id: self._calm(one) for one in self._screen})

    def back(self) -> bool:
        """Take the last screen back; False where there is none."""
        if not self._said:
            return False
        self._said.pop()
        self._look()
        return True

    def change(self, id: str, said: object) -> None:
        """Answer a question anew that was asked or known before; raises AnswerError.

        What it asked for because of the old answer stays answered.
        """
        if id not in self.answers.given:
            raise AnswerError(f"{id} has not been answered yet", question=id)
        given = reading.parse(self.pack, {id: said}).given
        self._known = {**self._known, **given} if id in self._known else self._known
        self._said = [{**screen, **given} if id in screen else screen for screen in self._said]
        self._look()

    @staticmethod
    def _calm(one: Asked) -> str:
        if one.calm is None:
            raise AnswerError(f"{one.id} has no calm answer: say one", question=one.id)
        return one.calm

    # --- What to ask next ---------------------------------------------------------------------

    def _look(self) -> None:
        said, case = self.answers.given, self._case(self.answers)
        self._result = evaluate(self.pack, self.answers)
        self._prospect = self._outlook.prospect(said)
        together = self._next(said, case, self._prospect)
        self._screen = tuple(self._put(q, case, alone=len(together) == 1) for q in together)
        self._to_go = self._count_on() if self._screen else 0

    def _certain(self) -> dict[str, str]:
        result = self._result
        return {
            "outcome": result.outcome,
            "urgency": result.urgency,
            "door": result.disposition,
        }

    def _case(self, answers: Answers) -> Facts:
        return facts(self.pack, answers)

    def _next(self, said: Mapping[str, Given], case: Facts, prospect: Prospect) -> list[Question]:
        """The questions to ask together, in the pack's order."""
        if prospect.settled:
            is_over = prospect.certain == EMERGENCY
            open_ = 0 if is_over else self._outlook.advice(said, self._certain())
            asking = self._outlook.asking(open_, said)
            places = [at for at in asking if self._fits(self._question(at), case)]
        else:
            open_ = prospect.open
            places = self._outlook.asking(open_, said)
        if not places:
            return []
        # Whom it speaks of is asked first, then what leaves the least open; among equals the
        # pack's order.
        first = min(
            places,
            key=lambda at: (
                self._question(at).id not in self._telling_who,
                self._outlook.left_by(at, open_),
            ),
        )
        question = self._question(first)
        if self._calm_in_list(question, case) is None:
            return [question]
        # What may be an emergency shares a screen with nothing else.
        if not prospect.settled and prospect.urgency < EMERGENCY:
            places = self._worth_a_line(said, case, prospect)
        items = self._items(question, case)
        together = [question]
        for place in sorted(places, key=lambda at: self._outlook.left_by(at, open_)):
            other = self._question(place)
            more = items + self._items(other, case)
            listed = self._calm_in_list(other, case) is not None
            if place != first and listed and more <= ITEMS_AT_MOST:
                together.append(other)
                items = more
        return sorted(together, key=self.pack.questions.index)

    def _worth_a_line(
        self, said: Mapping[str, Given], case: Facts, prospect: Prospect
    ) -> list[int]:
        """What may still have to be asked, however urgent, and costs but a line in a list.

        What could only count for points is left out where a list is no good place for it, or where
        it makes no sense: it may never have to be asked.
        """
        may_forbid = self._outlook.asking(prospect.standing & self._outlook.forbidding, said)
        may_decide = self._outlook.asking(prospect.standing & self._outlook.deciding, said)
        return [
            place
            for place in may_decide
            if place in may_forbid
            or (self._question(place).calm is not None and self._fits(self._question(place), case))
        ]

    def _question(self, place: int) -> Question:
        return self._outlook.coded.blocks[place].question

    def _fits(self, question: Question, case: Facts) -> bool:
        """Whether a question makes sense for this person; only asked where it decides nothing."""
        return self._makes_sense[question.id](case) != FALSE

    def _calm_in_list(self, question: Question, case: Facts) -> str | None:
        """What "none of these" says of a question in a list; None where it is asked by itself."""
        if question.listed is not None and self._listed[question.id](case) == TRUE:
            return question.listed.answer
        return question.calm

    def _items(self, question: Question, case: Facts) -> int:
        """How many answers a checklist shows of a question: all but the calm one."""
        return len(self._answers_for(question, case)) - 1

    def _answers_for(self, question: Question, case: Facts) -> list[Answer]:
        """The answers that make sense for this person."""
        return [answer for answer, when in self._offered[question.id] if when(case) != FALSE]

    def _count_on(self) -> int:
        """How many screens follow where each is answered calmly, or as its list begins."""
        given = dict(self.answers.given)
        screens, prospect = 0, self._prospect
        asked = {one.id: _likely(one.question, one.calm) for one in self._screen}
        while asked and not prospect.settled:
            screens += 1
            given.update(reading.parse(self.pack, asked).given)
            case = self._case(Answers(given))
            prospect = self._outlook.prospect(given)
            asked = {
                question.id: _likely(question, self._calm_in_list(question, case))
                for question in self._next(given, case, prospect)
            }
        return max(1, screens)

    def _put(self, question: Question, case: Facts, *, alone: bool) -> Asked:
        answers = self._answers_for(question, case)
        return Asked(
            id=question.id,
            ask=self.say(question.ask),
            why=self.say(question.why),
            help=None if question.help is None else self.say(question.help),
            answers=tuple(Item(a.id, self.say(a.text), a.group, a.aliases) for a in answers),
            bands=tuple(band for band, when in self._bands[question.id] if when(case) != FALSE),
            calm=question.calm if alone else self._calm_in_list(question, case),
            question=question,
        )


def _likely(question: Question, calm: str | None) -> str:
    """An answer to count on with: the calm one, or the first that is offered."""
    offered = [*(band.value for band in question.bands), *(a.id for a in question.answers)]
    return calm or next(iter(offered), UNKNOWN)
