"""The pieces of passages that could answer a question, each with its worth."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from ..knowledge.model import Passage
from ..knowledge.sentences import split_sentences
from .questions import Asked, Terms, coverage

if TYPE_CHECKING:
    from ..inference.base import Vectors
    from ..knowledge.sentences import SentenceVectors

PieceKind = Literal["sentence", "item", "code", "table", "heading"]

_FENCE = re.compile(r"\s*(?:`{3,}|~{3,})")
_ITEM = re.compile(r"\s*(?:[-*+\u2022]|\(?(?:\d{1,3}|[A-Za-z])[.)])\s+\S")
_DEFINES = re.compile(r"\b(?:is|are|means|refers to|is called|are called|stands for|known as|defined as)\b")
_NUMERAL = re.compile(r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|hundred|thousand|million)\b")
_BOILERPLATE = re.compile(r"!\[[^\]]*\]\([^)]*\)|<[^>]+>|https?://\S+|\[[^\]]*\]\([^)]*\)|[\W_]")
_FEWEST_LETTERS = 12
_FEWEST_WORDS = 4

_COSINE, _COVERAGE, _CONTEXT, _PRIOR = 0.55, 0.35, 0.10, 0.20
_CUE, _PENALTY = 0.12, 0.25


class Piece(NamedTuple):
    """A stretch of a passage. ``place`` is the passage's place, ``number`` the piece's place within it."""

    place: int
    number: int
    start: int
    end: int
    kind: PieceKind
    text: str
    terms: frozenset[str]
    vector: Vectors | None
    cosine: float | None
    score: float


def find_candidates(
    asked: Asked,
    passages: Sequence[Passage],
    query_vector: Vectors | None,
    sentences: Sequence[SentenceVectors | None],
    spelled: Terms,
) -> list[Piece]:
    """Every piece of every passage, in document order within a passage."""
    scores = [passage.score for passage in passages]
    low, high = min(scores, default=0.0), max(scores, default=0.0)
    pieces: list[Piece] = []
    for place, passage in enumerate(passages):
        prior = (passage.score - low) / (high - low) if high > low else 1.0
        context = spelled.of(" ".join((*passage.chunk.heading, passage.chunk.lead)))
        spans, vectors = _segments(passage, sentences[place] if place < len(sentences) else None)
        cosines = vectors @ query_vector if vectors is not None and query_vector is not None else None
        for index, (start, end) in enumerate(spans):
            text = passage.chunk.text[start:end]
            terms = spelled.of(text)
            kind = _kind(passage, text)
            cosine = float(cosines[index]) if cosines is not None else None
            score = _score(asked, kind, text, terms, context, cosine, prior)
            vector = vectors[index] if vectors is not None else None
            pieces.append(Piece(place, index, start, end, kind, text, terms, vector, cosine, score))
    return pieces


def _segments(passage: Passage, known: SentenceVectors | None) -> tuple[list[tuple[int, int]], Vectors | None]:
    """Where the pieces stand; code that fits a screen is one piece, for half a cell cannot be run."""
    text = passage.chunk.text
    if known is not None and known.spans and len(known.spans) == len(known.vectors):
        spans, vectors = list(known.spans), known.vectors
    else:
        spans, vectors = [(start, end) for start, end in split_sentences(text, passage.chunk.kind)], None
    if passage.chunk.kind == "code" and spans:
        whole = [(spans[0][0], spans[-1][1])]
        return whole, None if vectors is None else _pooled(vectors)
    return spans, vectors


def _pooled(vectors: Vectors) -> Vectors:
    import numpy as np

    total: Vectors = vectors.sum(axis=0, keepdims=True)
    return total / max(float(np.linalg.norm(total)), 1e-9)


def _kind(passage: Passage, text: str) -> PieceKind:
    if passage.chunk.kind == "code" or _FENCE.match(text):
        return "code"
    if text.lstrip().startswith("#") and "\n" not in text:
        return "heading"
    if text.lstrip().startswith("|"):
        return "table"
    return "item" if _ITEM.match(text) else "sentence"


def _score(
    asked: Asked, kind: PieceKind, text: str, terms: frozenset[str], context: frozenset[str], cosine: float | None,
    prior: float,
) -> float:  # fmt: skip
    here, around = coverage(asked.terms, terms), coverage(asked.terms, terms | context)
    score = _COVERAGE * here + _CONTEXT * around + _PRIOR * prior
    score += _COSINE * (cosine if cosine is not None else here)
    if (asked.how and kind == "code") or (asked.steps and kind == "item"):
        score += _CUE
    if kind in ("sentence", "item"):
        if (asked.definition and _DEFINES.search(text)) or (asked.number and _NUMERAL.search(text)):
            score += _CUE / 2
        if text.rstrip().endswith("?"):
            score -= _PENALTY / 2
    if kind == "code" and not asked.how:
        score -= _CUE
    if kind == "heading" or len(_BOILERPLATE.sub("", text)) < _FEWEST_LETTERS or len(text.split()) < _FEWEST_WORDS:
        score -= _PENALTY * (0.0 if kind == "code" else 1.0)
    return score
