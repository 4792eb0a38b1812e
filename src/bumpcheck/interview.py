"""The interview: as few questions as are safe. No input or output of its own.

It asks first what could be urgent, then what tells most of what is still possible, and is settled
once no answer left can change the outcome, the urgency or where to go (see `outlook`). What then
still changes the advice is asked too, and may be skipped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from . import answers as reading
from .answers import Answers, Given
from .conditions import conditions
from .engine import evaluate
from .errors import AnswerError
from .facts import FALSE, facts
from .model import RANK, UNKNOWN, Band, Question, RulePack, Words, said_to
from .outlook import Outlook, Prospect, outlook
from .pack import shipped
from .result import Result

# So many answers fit on one screen of a terminal as a checklist, said a question a line.
ITEMS_AT_MOST = 30
EMERGENCY = RANK["emergency"]


class Item(Struct, frozen=True):
    """An answer that can be given, as it is said to this person."""

    id: str
    text: str
    group: str | None


class Asked(Struct, frozen=True):
    """A question as it is put to this person; a quantity has bands instead of answers."""

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
        said = self.answers.given
        self._result = evaluate(self.pack, self.answers)
        self._prospect = self._outlook.prospect(said)
        self._screen = tuple(map(self._put, self._next(said, self._prospect)))
        self._to_go = self._count_on() if self._screen else 0

    def _next(self, said: Mapping[str, Given], prospect: Prospect) -> list[Question]:
        """The questions to ask together, in the pack's order."""
        if prospect.settled:
            is_over = prospect.certain == EMERGENCY
            open_ = 0 if is_over else self._outlook.advice(said)
            places = [at for at in self._outlook.asking(open_, said) if self._fits(at)]
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
        if question.calm is None:
            return [question]
        # Emergencies share a screen with emergencies alone.
        urgent = self._is_emergency(first, prospect)
        others = places if urgent or prospect.settled else self._all_open(said, prospect)
        together = [question]
        for place in sorted(others, key=lambda at: self._outlook.left_by(at, open_)):
            other = self._question(place)
            fits = _items(other) + sum(map(_items, together)) <= ITEMS_AT_MOST
            alike = self._is_emergency(place, prospect) == urgent
            if place != first and other.calm is not None and fits and alike:
                together.append(other)
        order = self.pack.questions.index
        return sorted(together, key=order)

    def _all_open(self, said: Mapping[str, Given], prospect: Prospect) -> list[int]:
        """Every question that may still have to be asked, of whatever urgency."""
        return self._outlook.asking(prospect.standing & self._outlook.deciding, said)

    def _is_emergency(self, place: int, prospect: Prospect) -> bool:
        return self._outlook.most_urgent(place, prospect.standing) == EMERGENCY

    def _question(self, place: int) -> Question:
        return self._outlook.coded.blocks[place].question

    def _fits(self, place: int) -> bool:
        """Whether a question makes sense for this person; only asked where it decides nothing."""
        test = self._makes_sense[self._question(place).id]
        return test(facts(self.pack, self.answers)) != FALSE

    def _count_on(self) -> int:
        """How many screens follow where each is answered calmly, or as its list begins."""
        said = dict(self.answers.given)
        screens, prospect = 0, self._prospect
        asked = [one.question for one in self._screen]
        while asked and not prospect.settled:
            screens += 1
            calm = {question.id: _likely(question) for question in asked}
            said.update(reading.parse(self.pack, calm).given)
            prospect = self._outlook.prospect(said)
            asked = self._next(said, prospect)
        return max(1, screens)

    def _put(self, question: Question) -> Asked:
        return Asked(
            id=question.id,
            ask=self.say(question.ask),
            why=self.say(question.why),
            help=None if question.help is None else self.say(question.help),
            answers=tuple(Item(a.id, self.say(a.text), a.group) for a in question.answers),
            bands=question.bands,
            calm=question.calm,
            question=question,
        )


def _likely(question: Question) -> str:
    """An answer to count on with: the calm one, or the first that is offered."""
    offered = [*(band.value for band in question.bands), *(a.id for a in question.answers)]
    return question.calm or next(iter(offered), UNKNOWN)


def _items(question: Question) -> int:
    """How many answers a checklist shows of a question: all but the calm one."""
    return len(question.answers) - 1


def calm_answers(screen: Iterable[Asked]) -> bool:
    """Whether one "none of these" can answer a screen."""
    return all(one.calm is not None for one in screen)
