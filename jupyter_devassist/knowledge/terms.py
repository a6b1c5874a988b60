"""What counts as a word when texts are searched by their words: prose, identifiers, operators."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tantivy import TextAnalyzer

LONGEST_TERM = 80

# Words that shape a question and say nothing about its subject. They stay in the index, so that a question made of
# nothing else ("if not in") still finds something.
_STOP_TEXT = """
a about also am an and any are as at be been being but by can could did do does for from had has have he her his how i
if in into is it its just many may me might much must my no not of on or our please shall she should so some such than
that the their them then there these they this to us was we were what when where which who whom whose why will with
would you your
"""
STOP_WORDS = frozenset(_STOP_TEXT.split())

_WORD = re.compile(r"\w[\w.]*")
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_SIGNS = re.compile(r"[-+*/%@&|^<>=!:~#]{1,3}")
_OPERATOR_TEXT = "// ** == != <= >= := -> => += -= *= /= %= |= &= && || << >> ++ :: //= **= === !=="
_OPERATORS = frozenset(_OPERATOR_TEXT.split())
_LONE_OPERATORS = frozenset(["%", "@", "&", "|", "^", "~"])
_AROUND = frozenset(" \t\n`'\"")
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]{2,}")


def added_terms(text: str) -> list[str]:
    """The terms of a text that splitting it at punctuation would miss, each once.

    ``read_csv`` and ``np.einsum`` add ``readcsv`` and ``npeinsum``; ``getItem`` adds ``get`` and ``item``; ``//`` and
    ``C++`` get a spelling made of letters; scripts written without spaces add pairs of characters.
    """
    found: dict[str, None] = {}
    for word in set(_WORD.findall(text)):
        if word.isalpha() and (word.islower() or word.istitle() or word.isupper()):
            continue
        pieces = [piece for piece in re.split(r"[._]+", word) if piece]
        if len(pieces) > 1:
            found["".join(pieces).lower()] = None
        for piece in pieces:
            parts = _PARTS.findall(piece) if not piece.islower() else []
            if len(parts) > 1:
                found.update(dict.fromkeys(part.lower() for part in parts))
    for signs in _SIGNS.finditer(text):
        found.update(dict.fromkeys(_sign_terms(text, signs.start(), signs.end())))
    if not text.isascii():
        for run in _UNSPACED.findall(text):
            found.update(dict.fromkeys(run[at : at + 2] for at in range(len(run) - 1)))
    return sorted(found)


def _sign_terms(text: str, start: int, end: int) -> list[str]:
    signs = text[start:end]
    spelled = "sign" + "".join(f"{ord(sign):02x}" for sign in signs)
    before = text[start - 1] if start else " "
    if signs in ("++", "#") and before.isalpha() and (start < 2 or not text[start - 2].isalnum()):
        return [before.lower() + spelled]
    if signs in _OPERATORS:
        return [spelled]
    alone = before in _AROUND and (end == len(text) or text[end] in _AROUND)
    return [spelled] if signs in _LONE_OPERATORS and alone else []


def build_analyzer() -> TextAnalyzer:
    """Letters and digits in lower case, English endings removed."""
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    return (
        TextAnalyzerBuilder(Tokenizer.simple())
        .filter(Filter.remove_long(LONGEST_TERM))
        .filter(Filter.lowercase())
        .filter(Filter.stemmer("english"))
        .build()
    )
