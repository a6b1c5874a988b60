from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np

from jupyter_devassist.clock import Clock
from jupyter_devassist.evaluation.bench_setting import ASKER, opened
from jupyter_devassist.evaluation.bench_texts import pieces, sample
from jupyter_devassist.evaluation.made_library import make_library, make_texts
from jupyter_devassist.evaluation.search_bench import brute_force, compare
from jupyter_devassist.inference.onnx_embedder import OnnxEmbedder
from jupyter_devassist.knowledge.model import Filters


def test_pieces_of_a_text_lose_no_words() -> None:
    text = " ".join(f"word{number}" for number in range(1000))
    assert " ".join(pieces(text)).split() == text.split()
    assert max(map(len, pieces(text))) <= 900
    assert list(pieces("too short")) == []
    assert sum(map(len, pieces("x" * 2000))) == 2000


def test_without_retrieval_sets_the_texts_are_those_of_python() -> None:
    texts, questions = sample(None, 20, 5)
    assert (len(texts), len(questions)) == (20, 5)
    assert sample(None, 20, 5) == (texts, questions)


def test_made_texts_are_different_and_their_vectors_lie_between_the_real_ones() -> None:
    texts = [f"{name} " * 60 for name in ("alpha", "beta", "gamma")]
    vectors = np.eye(3, 64, dtype=np.float32)
    made = list(make_texts(texts, vectors, 40, seed=1))
    assert len(made) == 40
    for one in made:
        assert np.linalg.norm(one.vector) == np.float32(1.0) or abs(np.linalg.norm(one.vector) - 1) < 1e-5
        inside = [name in one.text for name in ("alpha", "beta", "gamma")]
        assert min(one.vector[:3][inside]) > max([*one.vector[:3][~np.array(inside)], 0.0])


def test_a_made_library_is_one_that_the_product_opens_and_searches(tmp_path: Path) -> None:
    embedder = OnnxEmbedder.bundled()
    texts, questions = sample(None, 12, 40)
    made = list(make_texts(texts, embedder.embed_passages(texts), 120, seed=1))
    make_library(tmp_path / "home", Path("/made"), made, embedder.info, Clock())

    async def look() -> None:
        async with opened(tmp_path / "home", watch=False) as assist:
            status = await assist.knowledge.status(ASKER)
            assert (status.chunk_count, status.embedded_count) == (120, 120)
            assert status.by_state == {"indexed": 3}
            result = await assist.knowledge.search(ASKER, made[7].text[:200], 3, Filters())
            assert result.legs == ("lexical", "vector")
            assert len(result.passages) == 3

    asyncio.run(look())
    rivals = {"numpy": brute_force(made, embedder)}
    found = asyncio.run(compare(tmp_path / "home", questions, rivals, Clock()))
    assert found.chunk_count == 120
    assert found.ours.count == found.rivals["numpy"].count == len(questions) - 30
    assert set(found.parts) == {"lexical", "embed", "vector", "rank"}
