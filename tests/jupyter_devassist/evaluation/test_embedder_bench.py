import pytest

from jupyter_devassist.clock import Clock
from jupyter_devassist.errors import ModelUnavailable
from jupyter_devassist.evaluation.beir import Query, Row
from jupyter_devassist.evaluation.embedder_bench import RetrievalSet, compare, cut_to_tokens, vector_ndcg
from jupyter_devassist.inference.onnx_embedder import OnnxEmbedder

TEXTS = ["The groupby method splits a table into groups. " * 30, "too short to be measured"]
RETRIEVAL = RetrievalSet(
    corpus=[
        Row(id="join", title="Joins", text="A join combines two tables by a shared key."),
        Row(id="plot", title="Plots", text="A histogram shows how values are spread."),
    ],
    queries=[Query(id="1", text="merge data frames on a column"), Query(id="2", text="not judged")],
    judgements={"1": {"join": 1.0}},
)


@pytest.fixture(scope="module")
def minilm() -> OnnxEmbedder:
    return OnnxEmbedder.bundled(threads=1)


def test_texts_are_cut_to_the_same_number_of_tokens(minilm: OnnxEmbedder) -> None:
    (passage,) = cut_to_tokens(minilm, TEXTS, 200)
    assert len(minilm.token_spans(passage)) == 200


def test_a_perfect_ranking_scores_one(minilm: OnnxEmbedder) -> None:
    assert vector_ndcg(minilm, RETRIEVAL) == 1.0


def test_a_model_equals_itself(minilm: OnnxEmbedder) -> None:
    result = compare(minilm, minilm, TEXTS, ["what is a join?"], RETRIEVAL, Clock(), rounds=2)
    assert result.texts == 1
    assert result.ndcg_ratio == 1.0
    assert result.speedup is not None
    assert result.speedup > 0
    assert result.ours.query_ms > 0
    assert result.skipped is None


def test_a_rival_that_is_not_here_is_skipped_with_the_reason(minilm: OnnxEmbedder) -> None:
    result = compare(minilm, ModelUnavailable("No torch."), TEXTS, ["what?"], None, Clock(), rounds=1)
    assert (result.rival, result.skipped, result.speedup, result.ndcg_ratio) == (None, "No torch.", None, None)
    assert result.ours.texts_per_second > 0
    assert result.ours.ndcg_at_10 is None
