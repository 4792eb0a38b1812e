"""How many screens the interview takes, and how long it thinks.

    python tests/bench/interview.py [PEOPLE]

First everybody with full answers in the cases beside the shipped rules is interviewed; what a case
leaves out is answered calmly. Then PEOPLE (a number; 400 unless said otherwise) of each plain kind,
drawn at random, of whom those count that end in milia or whiteheads. Prints a histogram of screens
by what came out, until the verdict was certain, what is asked for the advice alone besides, how far
off "about 5 to go" was, and the time of one decision. Not part of the tests.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator

import bumpcheck
from bumpcheck import Interview, cases
from bumpcheck.pack import shipped, shipped_folder

Said = dict[str, object]
Choices = dict[str, list[object]]
VERDICT = ("outcome", "urgency", "disposition")

MILIA: Choices = {
    "colour": ["white"],
    "firmness": ["hard"],
    "size": ["1 mm", "2 mm"],
    "course": ["stable"],
    "duration": ["4 months", "8 months", "14 months", "3 years"],
    "count": ["one", "few", "few", "many"],
    "tried": ["nothing", "squeezed", "gentle"],
    "pregnant": ["no", "no", "no", "yes", "unknown"],
}
NEWBORN: Choices = {
    "colour": ["white", "white;yellow"],
    "firmness": ["hard", "unknown"],
    "duration": ["1 day", "2 days", "4 days"],
    "count": ["few", "many"],
    "tried": ["nothing"],
    "pregnant": ["no"],
}
WHITEHEADS: Choices = {
    "colour": ["skin", "white", "white;skin"],
    "firmness": ["soft", "unknown"],
    "size": ["1 mm", "2 mm"],
    "course": ["comes-and-goes", "stable"],
    "duration": ["3 weeks", "2 months", "6 months"],
    "count": ["few", "many"],
    "acne": ["mild"],
    "surface": ["smooth", "rough"],
    "tried": ["nothing", "helped"],
    "pregnant": ["no", "no", "no", "yes", "unknown"],
}
# What varies of each plain kind; everything else is calm.
KINDS: dict[str, Choices] = {
    "newborn": MILIA
    | NEWBORN
    | {"age": ["4 days", "9 days", "3 weeks"], "location": ["nose", "cheek;nose", "face", "chin"]},
    "child": MILIA
    | {"age": ["2 years", "5", "8", "11"], "location": ["cheek", "eyelid", "under-eye", "nose"]},
    "under the eye": MILIA
    | {"age": ["19", "27", "34", "39"], "location": ["under-eye", "eyelid", "under-eye;cheek"]},
    "cheek": MILIA | {"age": ["24", "33", "38"], "location": ["cheek", "temple", "cheek;nose"]},
    "from 40": MILIA | {"age": ["42", "55", "75"], "location": ["under-eye", "eyelid", "cheek"]},
    "burn": MILIA | {"age": ["6", "30"], "location": ["arm", "cheek"], "trigger": ["burn"]},
    "teenager": WHITEHEADS
    | {"age": ["13", "15", "17"], "location": ["forehead", "chin", "forehead;chin", "back"]},
    "adult": WHITEHEADS | {"age": ["22", "31", "39"], "location": ["chin", "jaw", "forehead"]},
    "pomade": WHITEHEADS
    | {
        "age": ["16", "25", "35"],
        "location": ["hairline", "forehead;hairline"],
        "trigger": ["cosmetic"],
        "acne": ["no", "mild"],
    },
}


def people() -> Iterator[tuple[str, Said]]:
    """Full answers: those of a case, and calm ones beside."""
    pack = shipped()
    for case in cases.load(pack, shipped_folder()):
        if len(case.given) >= len(pack.questions) - 2:
            said = _calm() | case.given
            result = bumpcheck.check(said)
            yield result.outcome if result.reassures else result.urgency, said


def plain_people(number: int) -> Iterator[tuple[str, Said]]:
    """Full answers of plain milia and whiteheads, drawn at random."""
    draw = random.Random(number)
    for kind, choices in KINDS.items():
        for _ in range(number):
            said = _calm() | {id: _said(draw.choice(some)) for id, some in choices.items()}
            if bumpcheck.check(said).reassures:
                yield kind, said


def _calm() -> Said:
    return {question.id: question.calm or "unknown" for question in shipped().questions}


def _said(choice: object) -> object:
    return choice.split(";") if isinstance(choice, str) and ";" in choice else choice


class Measured:
    """What was counted over some interviews."""

    def __init__(self) -> None:
        self.screens: dict[str, Counter[int]] = defaultdict(Counter)
        self.in_all: dict[str, Counter[int]] = defaultdict(Counter)
        self.off: Counter[int] = Counter()
        self.thought: list[float] = []
        self.differing = 0

    def interview(self, kind: str, said: Said) -> None:
        interview, guesses, settled = Interview(), [], None
        while interview.screen:
            if interview.settled:
                settled = settled or (interview.asked, interview.result)
            else:
                guesses.append(interview.asked + interview.to_go)
            answers = {one.id: said[one.id] for one in interview.screen}
            started = time.process_time()
            interview.answer(answers)
            self.thought.append(1000 * (time.process_time() - started))
        asked, result = settled or (interview.asked, interview.result)
        everything = bumpcheck.check(said)
        same = all(getattr(result, key) == getattr(everything, key) for key in VERDICT)
        advised = everything.urgency == "emergency" or (
            interview.result.advice == everything.advice
        )
        self.differing += not (same and advised)
        self.screens[kind][asked] += 1
        self.in_all[kind][interview.asked] += 1
        self.off.update(guess - asked for guess in guesses)

    def show(self) -> None:
        for kind, counts in self.screens.items():
            print(f"\n{kind}: {counts.total()} people")
            for number in range(min(counts), max(counts) + 1):
                share = counts[number] / counts.total()
                print(f"{number:4} screens {counts[number]:5} {'#' * round(60 * share)}")
            advice = _median(self.in_all[kind])
            print(f"     median {_median(counts)}; with what only fits the advice {advice}")
        print(f"\nmore screens told of than came: {dict(sorted(self.off.items()))}")
        print(f"other verdict or advice than with every answer: {self.differing}")
        self.thought.sort()
        median, most = statistics.median(self.thought), self.thought[-1]
        print(f"a decision in ms: median {median:.1f}, most {most:.1f}")


def _median(counts: Counter[int]) -> float:
    return statistics.median(counts.elements())


def main() -> int:
    differing = 0
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    for title, some in (
        ("The cases beside the rules", people()),
        (f"Plain milia and whiteheads, {number} drawn of each kind", plain_people(number)),
    ):
        print(f"\n{title}\n{'=' * len(title)}")
        measured = Measured()
        for kind, said in some:
            measured.interview(kind, said)
        measured.show()
        differing += measured.differing
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
