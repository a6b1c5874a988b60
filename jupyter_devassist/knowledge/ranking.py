"""One list from two: hits by words and hits by meaning, near-duplicates folded, files taking turns."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from .index import Hit, LexicalHits
from .model import Chunk

# Fitted together on eight question sets (claims to abstracts, web questions to functions, quiz questions to lessons,
# sentences to cells, headings to sections, summaries to bodies of code and prose) with each set left out in turn. The
# optimum is flat: moving any of them by a quarter changes nDCG@10 by less than 0.01 on every set. How long the query is
# and how rare its words are is part of a BM25 score already, which is why it is not scaled to the query's ceiling.
_WORDS_UNIT = 17.0
_WORDS_SHARE = 0.3
_WORDS_POWER = 1.5
_USUAL_COSINE = 0.6
_COSINE_SLOPE = 4.0
_USUAL_SUPPORT = 0.17
_SUPPORT_POWER = 0.6
_LEAST_SUPPORT = 0.01
_MOST_WEIGHT = 1.0
_HITS_SUPPORTED = 5
# Beyond this the words of a pasted page would outweigh everything else.
_MOST_CEILING = 120.0

# A word that is in so few chunks, and in fewer than one of fifty.
_MOST_NAMED = 5
_RARE = 4.0

_SAME_TEXT = 0.8
_REPEAT_STEP = 0.1
_OVERLAP_STEP = 0.3
_SHINGLE_WORDS = 4
_WORD = re.compile(r"\w+")


class Fused(NamedTuple):
    """A chunk with its place in both legs (1-based, none where a leg did not find it).

    ``folded`` are the keys of chunks with nearly the same text that this one stands for.
    """

    key: int
    score: float
    lexical_rank: int | None
    vector_rank: int | None
    folded: tuple[int, ...] = ()


def fuse(lexical: LexicalHits, vector: Sequence[Hit]) -> list[Fused]:
    """Merge both legs, best first; a leg that found nothing leaves the other as it is.

    The score is the cosine plus what the words add. A word match grows faster than its BM25 score, so that a few
    common words weigh little. Words count for less when the best cosine is high, because then meaning is rarely wrong,
    and for more when meaning ranks the best hits by words high as well.
    """
    by_words = {hit.key: (rank, hit.score) for rank, hit in enumerate(lexical.hits, start=1)}
    by_meaning = {hit.key: (rank, hit.score) for rank, hit in enumerate(vector, start=1)}
    if not by_meaning or not by_words:
        alone = list(lexical.hits) or list(vector)
        fused = [Fused(hit.key, hit.score, _rank(by_words, hit.key), _rank(by_meaning, hit.key)) for hit in alone]
        return sorted(fused, key=_best_first)
    cosines = {hit.key: hit.score for hit in vector}
    floor, best = min(cosines.values()), max(cosines.values())
    weight = _weight_of_words(lexical.hits, cosines, floor, best)
    lift = best - floor if _is_name(lexical) else 0.0
    strongest = max(hit.score for hit in lexical.hits)
    shrink = min(1.0, _MOST_CEILING / lexical.ceiling) if lexical.ceiling > 0 else 1.0
    fused = []
    for key in by_words.keys() | by_meaning.keys():
        words = by_words[key][1] * shrink if key in by_words else 0.0
        score = cosines.get(key, floor) + weight * (words / _WORDS_UNIT) ** _WORDS_POWER
        if lift and key in by_words:
            score += lift * by_words[key][1] / strongest
        fused.append(Fused(key, score, _rank(by_words, key), _rank(by_meaning, key)))
    return sorted(fused, key=_best_first)


def _is_name(lexical: LexicalHits) -> bool:
    """Whether the words are so rare that they can only be the name of something, which meaning knows nothing of."""
    return len(lexical.hits) <= _MOST_NAMED and max(lexical.terms.values(), default=0.0) >= _RARE


def diversify(found: Sequence[Fused], chunks: Mapping[int, Chunk], count: int) -> list[Fused]:
    """Choose ``count`` hits, best first, so that nearly the same text stands once and files take turns.

    Only a second hit of a document is moved down: the order of documents by their best hit stays as it was.
    """
    shingles = {one.key: _shingles(chunks[one.key].text) for one in found}
    unique = _fold(found, shingles)
    if not unique:
        return []
    spread = max(unique[0].score - unique[-1].score, 1e-9)
    left, chosen = list(unique), list[Fused]()
    taken: Counter[str] = Counter()
    overlap = dict.fromkeys(shingles, 0.0)
    while left and len(chosen) < count:
        worth = [
            one.score - spread * taken[chunks[one.key].document_id] * (_REPEAT_STEP + _OVERLAP_STEP * overlap[one.key])
            for one in left
        ]
        at = max(range(len(left)), key=worth.__getitem__)
        one = left.pop(at)
        chosen.append(one)
        taken[chunks[one.key].document_id] += 1
        for other in left:
            if chunks[other.key].document_id == chunks[one.key].document_id:
                overlap[other.key] = max(overlap[other.key], _similarity(shingles[one.key], shingles[other.key]))
    return chosen


def _weight_of_words(hits: Sequence[Hit], cosines: Mapping[int, float], floor: float, best: float) -> float:
    """How much one unit of word evidence adds to a cosine."""
    strongest = sorted(hits, key=lambda hit: (-hit.score, hit.key))[:_HITS_SUPPORTED]
    support = sum(cosines.get(hit.key, floor) - floor for hit in strongest) / len(strongest)
    agreement = math.pow(max(support, _LEAST_SUPPORT) / _USUAL_SUPPORT, _SUPPORT_POWER)
    doubt = math.exp(-_COSINE_SLOPE * (best - _USUAL_COSINE))
    return min(_WORDS_SHARE * agreement * doubt, _MOST_WEIGHT)


def _rank(ranks: Mapping[int, tuple[int, float]], key: int) -> int | None:
    return ranks[key][0] if key in ranks else None


def _best_first(one: Fused) -> tuple[float, int]:
    return -one.score, one.key


def _fold(found: Sequence[Fused], shingles: Mapping[int, frozenset[int]]) -> list[Fused]:
    """Let the best of several chunks with nearly the same text stand for the others."""
    kept: list[Fused] = []
    for one in found:
        for at, other in enumerate(kept):
            if _similarity(shingles[one.key], shingles[other.key]) >= _SAME_TEXT:
                kept[at] = other._replace(folded=(*other.folded, one.key))
                break
        else:
            kept.append(one)
    return kept


def _shingles(text: str) -> frozenset[int]:
    """Every run of a few words, as a hash; the whole text where it has fewer words."""
    words = _WORD.findall(text.lower())
    if len(words) <= _SHINGLE_WORDS:
        return frozenset({hash(text.strip())})
    return frozenset(map(hash, zip(*(words[at:] for at in range(_SHINGLE_WORDS)), strict=False)))


def _similarity(one: frozenset[int], other: frozenset[int]) -> float:
    """Shared part of all shingles, 0 to 1."""
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared)
