"""How hard a text is to read: the school grade by the formula of Flesch and Kincaid.

Kincaid, Fishburne, Rogers and Chissom, "Derivation of new readability formulas for Navy enlisted
personnel" (1975): 0.39 x words a sentence + 11.8 x syllables a word - 15.59. Syllables are counted
by the spelling; a test holds the count against a pronouncing dictionary.
"""

from __future__ import annotations

import re

_WORD = re.compile(r"[A-Za-z]+(?:['\u2019][A-Za-z]+)?|[0-9]+")
_SENTENCE_END = re.compile(r"[.!?:;]+(?:\s|$)")
_VOWELS = re.compile(r"[aeiouy]+")
# Vowels written together that are said apart ("idea", "being", "create", "science").
_HIATUS = re.compile(
    r"i[ao](?!us|n\b|nal)|eo|[iuy]ing|eing|ua(?!r)|iu|ie[nt]|rea[t](?=e|i)|eria|oe(?!s\b)"
)
# A last "e" that is not said, also before the ending of a plural or of the past.
_SILENT = re.compile(
    r"(?<![aeiouyl])e\b|(?<=[aeiouy])le\b|(?<=[^aeiouydt])ed\b|(?<=[^aeiouyscxzhg])es\b|(?<=[^sz]h)es\b"
)


def grade(text: str) -> float:
    """The grade of a text; 0 where it has no words. A colon ends a sentence as a full stop does."""
    words = _WORD.findall(text)
    if not words:
        return 0.0
    sentences = max(1, len(_SENTENCE_END.findall(text.rstrip() + " ")))
    syllables_ = sum(syllables(word) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * syllables_ / len(words) - 15.59


def syllables(word: str) -> int:
    """The syllables of an English word, by its spelling; at least one."""
    spelled = re.sub(r"['\u2019].*", "", word.lower())
    if spelled.isdigit():
        return 1
    count = len(_VOWELS.findall(spelled)) + len(_HIATUS.findall(spelled))
    return max(1, count - len(_SILENT.findall(spelled)))
