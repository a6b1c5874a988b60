"""What a question asks for, as far as its words tell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from ..knowledge.terms import STOP_WORDS, added_terms, build_analyzer
from ..values import encodable

if TYPE_CHECKING:
    from tantivy import TextAnalyzer

_HOW = re.compile(
    r"\bhow (?:do|can|could|should|would|to|does one|are|is)\b"
    r"|\b(?:example|code|snippet|syntax|function|command) (?:of|for|to|that)\b"
    r"|^\s*(?:write|show|implement|plot|load|read|merge|compute|create|convert)\b",
    re.IGNORECASE,
)
_DEFINITION = re.compile(
    r"\bwhat (?:is|are|does|do)\b|\bwhat's\b|\bdefin\w+|\bmeaning of\b|\bexplain\b|\bwho (?:is|was)\b", re.IGNORECASE
)
_NUMBER = re.compile(
    r"\bhow (?:many|much|long|old|large|big|often|far|fast)\b|\bwhen\b|\bwhat (?:year|date|number|percentage|size)\b",
    re.IGNORECASE,
)
_STEPS = re.compile(
    r"\b(?:steps?|stages?|list|procedure|workflow|which (?:kinds|types)|kinds of|types of)\b", re.IGNORECASE
)
_IDENTIFIER = re.compile(r"\w+[._]\w+|\w+\(|[a-z][A-Z]|[=<>]=|\[['\"]")


class Asked(NamedTuple):
    """A question taken apart. ``terms`` are as the index spells them, with how rare each is."""

    terms: Mapping[str, float]
    how: bool
    definition: bool
    number: bool
    steps: bool
    names_code: bool
    """It holds a name or an operator as programs write them."""


class Terms:
    """Texts as sets of terms, spelled as in the word index; identifiers and operators only if the question has any."""

    def __init__(self, question: str) -> None:
        self._analyzer: TextAnalyzer = build_analyzer()
        self._with_added = bool(added_terms(question))

    def of(self, text: str) -> frozenset[str]:
        text = encodable(text)
        if self._with_added:
            text = f"{text}\n{' '.join(added_terms(text))}"
        return frozenset(self._analyzer.analyze(text))


def understand(question: str, terms: Mapping[str, float], spelled: Terms) -> Asked:
    """Take a question apart; without weights from the index every telling word counts the same."""
    if not terms:
        stop = spelled.of(" ".join(STOP_WORDS))
        terms = dict.fromkeys(sorted(spelled.of(question) - stop), 1.0)
    number, names_code = bool(_NUMBER.search(question)), bool(_IDENTIFIER.search(question))
    return Asked(
        terms=terms,
        how=not number and (names_code or bool(_HOW.search(question))),
        definition=bool(_DEFINITION.search(question)),
        number=number,
        steps=bool(_STEPS.search(question)),
        names_code=names_code,
    )


def coverage(asked: Mapping[str, float], present: frozenset[str] | set[str]) -> float:
    """How much of what is asked is there, rare words counting for more; 0 to 1."""
    total = sum(asked.values())
    return sum(weight for term, weight in asked.items() if term in present) / total if total > 0 else 0.0
