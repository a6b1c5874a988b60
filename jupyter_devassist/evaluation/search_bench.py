"""How long a search takes, through the product and beside it by LanceDB alone and by brute force."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from ..clock import Clock
from ..inference.base import Embedder, Vectors
from ..inference.onnx_embedder import OnnxEmbedder
from ..knowledge.model import Filters
from ..values import Value
from .bench_setting import ASKER, Setting, opened
from .bench_texts import sample
from .figures import Bar, Figure, Spread, at_most, measured, spread
from .made_library import MadeText, make_library, make_texts

REAL_TEXTS = 900
QUESTIONS = 200
WARM_UP = 30
K = 8
BARS = {10_000: at_most(30.0), 100_000: at_most(60.0)}
_ROWS_WORTH_AN_INDEX = 20_000

RivalSearch = Callable[[str], object]


class SearchFigures(Value):
    """Milliseconds of one search, its embedding included; ``parts`` are medians of the product's own steps."""

    chunk_count: int
    ours: Spread
    rivals: dict[str, Spread]
    parts: dict[str, float]


def bench(setting: Setting) -> list[Figure]:
    """Search libraries of 10,000 and of 100,000 chunks."""
    texts, questions = sample(setting.eval_dir, REAL_TEXTS, QUESTIONS + WARM_UP)
    embedder = OnnxEmbedder.bundled()
    setting.say(f"embedding {len(texts):,} texts")
    vectors = embedder.embed_passages(texts)
    figures: list[Figure] = []
    for size, bar in BARS.items():
        setting.say(f"making a library of {size:,} chunks")
        home = setting.scratch / f"search-{size}"
        made = list(make_texts(texts, vectors, size, seed=size))
        make_library(home, Path("/made"), made, embedder.info, setting.clock)
        rivals = {
            "LanceDB hybrid": lancedb_hybrid(setting.scratch / f"rival-{size}", made, embedder),
            "numpy, vectors only": brute_force(made, embedder),
        }
        setting.say(f"searching {size:,} chunks")
        found = asyncio.run(compare(home, questions, rivals, setting.clock))
        figures += _figures(found, bar)
    return figures


async def compare(home: Path, questions: Sequence[str], rivals: dict[str, RivalSearch], clock: Clock) -> SearchFigures:
    """Put each question to all in turn, so that whatever else the machine does falls on all of them."""
    ours: list[float] = []
    theirs: dict[str, list[float]] = {name: [] for name in rivals}
    parts: dict[str, list[float]] = {}
    async with opened(home, watch=False) as assist:
        for number, question in enumerate(questions):
            start = clock.monotonic()
            result = await assist.knowledge.search(ASKER, question, K, Filters())
            elapsed = clock.monotonic() - start
            taken = {name: _ms(search, question, clock) for name, search in rivals.items()}
            if number < WARM_UP:
                continue
            ours.append(elapsed * 1000)
            for name, milliseconds in taken.items():
                theirs[name].append(milliseconds)
            for name, milliseconds in result.timings_ms.items():
                parts.setdefault(name, []).append(milliseconds)
        status = await assist.knowledge.status(ASKER)
    return SearchFigures(
        chunk_count=status.embedded_count,
        ours=spread(ours),
        rivals={name: spread(values) for name, values in theirs.items()},
        parts={name: round(median(values), 1) for name, values in parts.items()},
    )


def lancedb_hybrid(folder: Path, made: Sequence[MadeText], embedder: Embedder) -> RivalSearch:
    """LanceDB's own hybrid search over the same texts and vectors: its full-text search and RRF."""
    import lancedb
    import pyarrow as pa
    from lancedb.index import FTS, IvfSq
    from lancedb.rerankers import RRFReranker

    dimension = embedder.info.dimension
    vectors = pa.array(np.concatenate([one.vector for one in made]))
    table = lancedb.connect(str(folder)).create_table(
        "chunks",
        pa.table(
            {
                "text": [one.text for one in made],
                "vector": pa.FixedSizeListArray.from_arrays(vectors, dimension),
            }
        ),
    )
    table.create_index("text", config=FTS())
    is_indexed = len(made) >= _ROWS_WORTH_AN_INDEX
    if is_indexed:
        table.create_index("vector", config=IvfSq(distance_type="cosine", num_partitions=len(made) // 1000))
    table.optimize()
    reranker = RRFReranker()

    def search(question: str) -> object:
        query: Any = table.search(query_type="hybrid")
        query = query.vector(embedder.embed_query(question)).text(question).distance_type("cosine").rerank(reranker)
        if is_indexed:
            query = query.nprobes(20).refine_factor(3)
        return query.limit(K).to_arrow()

    return search


def brute_force(made: Sequence[MadeText], embedder: Embedder) -> RivalSearch:
    """The nearest vectors by a product with all of them, held in memory; no words, and no texts fetched."""
    matrix: Vectors = np.stack([one.vector for one in made])

    def search(question: str) -> object:
        scores = matrix @ embedder.embed_query(question)
        best = np.argpartition(-scores, K)[:K]
        return best[np.argsort(-scores[best])]

    return search


def _figures(found: SearchFigures, bar: Bar) -> list[Figure]:
    steps = ", ".join(f"{name} {value}" for name, value in found.parts.items())
    note = f"median {found.ours.p50:.1f} ms ({steps})"
    return [
        measured(
            f"search p95 of {found.ours.count} questions, {found.chunk_count:,} chunks",
            found.ours.p95,
            "ms",
            bar=bar,
            rival=rival.p95,
            rival_name=name,
            note=f"{note}; {name} median {rival.p50:.1f} ms",
        )
        for name, rival in found.rivals.items()
    ]


def _ms(search: RivalSearch, question: str, clock: Clock) -> float:
    start = clock.monotonic()
    search(question)
    return (clock.monotonic() - start) * 1000
