"""How many screens the interview takes, and how long it thinks: over the cases beside the rules.

    python tests/bench/interview.py

Everybody with full answers in the cases beside the shipped rules is interviewed; what a case leaves
out is answered calmly. Prints a histogram of screens by what came out, until the verdict was
certain, and the time of one decision. Not part of the tests.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections import Counter, defaultdict

import bumpcheck
from bumpcheck import Interview, cases
from bumpcheck.pack import shipped, shipped_folder

Said = dict[str, object]


def people() -> list[Said]:
    """Full answers: those of a case, and calm ones beside."""
    pack = shipped()
    known = cases.load(pack, shipped_folder())
    full = [case.given for case in known if len(case.given) >= len(pack.questions) - 2]
    return [{q.id: q.calm or "unknown" for q in pack.questions} | given for given in full]


def main() -> int:
    thought: list[float] = []
    screens: dict[str, Counter[int]] = defaultdict(Counter)
    differing = 0
    for said in people():
        interview = Interview()
        while interview.screen and not interview.settled:
            answers = {one.id: said[one.id] for one in interview.screen}
            started = time.perf_counter()
            interview.answer(answers)
            thought.append(1000 * (time.perf_counter() - started))
        settled, everything = interview.result, bumpcheck.check(said)
        same = ("outcome", "urgency", "disposition")
        differing += any(getattr(settled, key) != getattr(everything, key) for key in same)
        came = settled.outcome if settled.reassures else settled.urgency
        screens[came][interview.asked] += 1
    for came, counts in screens.items():
        print(f"\n{came}: {sum(counts.values())} people")
        for number in range(1, max(counts) + 1):
            print(f"{number:4} screens {counts[number]:4} {'#' * (counts[number] // 2)}")
    thought.sort()
    print(f"\nother verdict than with every answer: {differing}")
    print(f"a decision in ms: median {statistics.median(thought):.1f}, most {thought[-1]:.1f}")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
