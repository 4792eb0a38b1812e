"""Cases by their answers: as few as still show something, and what could stand in place of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, combinations, islice

from .blocks import Block, Several
from .diagrams import FALSE, TRUE
from .packs import CodedPack

Codes = tuple[int, ...]
# The place of a question, and the code of an answer to it; of several, each is one by itself.
Answer = tuple[int, int]

# So many sets of a case's answers are tried, when as few as possible are looked for.
MOST_SETS = 4096


class Answers:
    """The answers of a pack's cases; `silent` is the case that says nothing."""

    def __init__(self, pack: CodedPack, silent: Codes) -> None:
        self._blocks = pack.blocks
        self._diagrams = pack.diagrams
        self._silent = silent

    def of(self, codes: Codes) -> list[Answer]:
        """The answers that a case gives."""
        found: list[Answer] = []
        for place, block in enumerate(self._blocks):
            code = codes[place]
            if isinstance(block, Several):
                found += [(place, 1 << at) for at in range(code.bit_length()) if code >> at & 1]
            elif code != self._silent[place]:
                found.append((place, code))
        return found

    def saying(self, answers: Iterable[Answer], codes: Codes) -> Codes:
        """The case of these answers alone; amounts compare as in `codes`."""
        many = len(self._blocks)
        said = [*self._silent[:many], *codes[many:]]
        for place, code in answers:
            said[place] = said[place] | code if self._is_several(place) else code
        return tuple(said)

    def possible(self, place: int) -> list[Answer]:
        """Every answer to a question, but silence."""
        block = self._blocks[place]
        if isinstance(block, Several):
            return [(place, 1 << at) for at in range(block.end - block.first)]
        return [(place, code) for code in range(block.arity) if code != self._silent[place]]

    def given(self, choices: Iterable[Answer]) -> int:
        """Every case that gives one of some answers to a question, as a diagram."""
        nodes = [FALSE]
        for place, code in choices:
            block = self._blocks[place]
            if isinstance(block, Several):
                level = block.first + code.bit_length() - 1
                nodes.append(self._diagrams.node(level, (FALSE, TRUE)))
            else:
                taken = tuple([TRUE if at == code else FALSE for at in range(block.arity)])
                nodes.append(self._diagrams.node(block.first, taken))
        return self._diagrams.any_of(nodes)

    def _is_several(self, place: int) -> bool:
        return isinstance(self._blocks[place], Several)

    # --- As few as possible ----------------------------------------------------------------------

    def shrunk(self, codes: Codes, still: Callable[[Codes], bool]) -> Codes:
        """A case with answers left out, as few left as something is `still` so of.

        Answers that make up for one another can only go together, so that sets of those that cannot
        go one by one are tried as well, the smallest first, as far as `MOST_SETS` reaches.
        """
        codes = self._cut(codes, still)
        answers = self.of(codes)
        fewer = chain.from_iterable(combinations(answers, few) for few in range(len(answers)))
        for those in islice(fewer, MOST_SETS):
            tried = self.saying(those, codes)
            if still(tried):
                return tried
        return codes

    def exchanged(self, codes: Codes, still: Callable[[Codes], bool]) -> Codes:
        """A case with another answer in place of two, as often as something is `still` so of it.

        No more than `MOST_SETS` exchanges are tried each time.
        """
        others = [other for place in range(len(self._blocks)) for other in self.possible(place)]
        while len(answers := self.of(codes)) > 1:
            kept = combinations(answers, len(answers) - 2)
            tried = (self.saying((*those, other), codes) for those in kept for other in others)
            found = next(filter(still, islice(tried, MOST_SETS)), None)
            if found is None:
                break
            codes = self.shrunk(found, still)
        return codes

    def _cut(self, codes: Codes, still: Callable[[Codes], bool]) -> Codes:
        """A case of which no answer by itself can be left out."""
        shrinking = True
        while shrinking:
            shrinking = False
            for place, block in enumerate(self._blocks):
                for fewer in _fewer(block, codes[place], self._silent[place]):
                    tried = (*codes[:place], fewer, *codes[place + 1 :])
                    if still(tried):
                        codes, shrinking = tried, True
                        break
        return codes


def _fewer(block: Block, code: int, silent: int) -> Iterator[int]:
    """The codes of less said to a question, the least first."""
    if code != silent:
        yield silent
        if isinstance(block, Several):
            yield from [code & ~(1 << at) for at in range(code.bit_length()) if code >> at & 1]
