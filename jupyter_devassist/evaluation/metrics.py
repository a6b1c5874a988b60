"""How good a ranking is, given what is relevant."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from ..values import Value

DEPTH = 10

Relevance = Mapping[str, float]
"""Document id to grade; what is missing has grade 0."""


class Scores(Value):
    """Means over all judged questions; a question without an answer counts as 0."""

    ndcg_at_10: float
    mrr_at_10: float
    success_at_1: float
    success_at_5: float
    success_at_10: float


def mean_scores(rankings: Iterable[tuple[Sequence[str], Relevance]]) -> Scores:
    """Average over pairs of a ranking, best first, and the question's relevance."""
    count = 0
    sums = [0.0] * 5
    for ranked, relevance in rankings:
        count += 1
        first = _first_relevant(ranked, relevance)
        values = (
            ndcg(ranked, relevance),
            1 / first if first else 0.0,
            *(float(first is not None and first <= depth) for depth in (1, 5, DEPTH)),
        )
        sums = [total + value for total, value in zip(sums, values, strict=True)]
    ndcg_at_10, mrr_at_10, success_at_1, success_at_5, success_at_10 = (total / max(count, 1) for total in sums)
    return Scores(
        ndcg_at_10=ndcg_at_10,
        mrr_at_10=mrr_at_10,
        success_at_1=success_at_1,
        success_at_5=success_at_5,
        success_at_10=success_at_10,
    )


def ndcg(ranked: Sequence[str], relevance: Relevance) -> float:
    """Discounted cumulative gain of the first ten, with gain 2^grade - 1, as a share of the best possible."""
    best = _discounted(sorted(relevance.values(), reverse=True)[:DEPTH])
    return _discounted(relevance.get(document, 0.0) for document in ranked[:DEPTH]) / best if best > 0 else 0.0


def _discounted(grades: Iterable[float]) -> float:
    return sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades))


def _first_relevant(ranked: Sequence[str], relevance: Relevance) -> int | None:
    """The 1-based rank of the first relevant document among the first ten."""
    places = (place for place, document in enumerate(ranked[:DEPTH], start=1) if relevance.get(document, 0.0) > 0)
    return next(places, None)
