"""A plain interview: the questions in the pack's order, with no input or output of its own."""

from __future__ import annotations

from collections.abc import Mapping

from . import answers as reading
from .conditions import conditions
from .engine import evaluate
from .facts import FALSE, facts
from .model import Question, RulePack, Words, said_to
from .result import Result


class PlainInterview:
    """Asks what makes sense for this person, one question at a time, in the pack's order.

    `known` are answers given beforehand; they are not asked again. The interview ends when every
    question was asked, or as soon as an emergency is certain. Raises AnswerError.
    """

    def __init__(self, pack: RulePack, known: Mapping[str, object]) -> None:
        self.pack = pack
        self._known = reading.parse(pack, known)
        self._asked: list[tuple[str, reading.Given]] = []
        compile_ = conditions(pack).compile
        self._makes_sense = {q.id: compile_(q.ask_when) for q in pack.questions}

    @property
    def question(self) -> Question | None:
        """The question to ask now; None when the interview is over."""
        if self.urgent:
            return None
        answers = self.answers
        case = facts(self.pack, answers)
        for question in self.pack.questions:
            if question.id in answers.given:
                continue
            if self._makes_sense[question.id](case) != FALSE:
                return question
        return None

    @property
    def answers(self) -> reading.Answers:
        """Every answer so far."""
        given = {**self._known.given, **dict(self._asked)}
        return reading.Answers({q.id: given[q.id] for q in self.pack.questions if q.id in given})

    @property
    def result(self) -> Result:
        """What comes of the answers so far."""
        return evaluate(self.pack, self.answers)

    def say(self, words: Words) -> str:
        """A text of the pack as it is said to whom is spoken of, as far as that is known."""
        return said_to(self.result.person, words)

    @property
    def urgent(self) -> bool:
        """Whether an emergency is certain; nothing more may then be asked."""
        flags = self.result.red_flags
        return any(f.urgency == "emergency" and f.state == "holds" for f in flags)

    def answer(self, said: object) -> None:
        """Take the answer to the present question; raises AnswerError."""
        question = self.question
        if question is None:
            raise ValueError("the interview is over")
        given = reading.parse(self.pack, {question.id: said}).given[question.id]
        self._asked.append((question.id, given))

    def back(self) -> bool:
        """Take the last answer back; False where there is none to take."""
        if not self._asked:
            return False
        self._asked.pop()
        return True
