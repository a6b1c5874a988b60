"""The door to torch, with small random models made here: nothing is fetched."""

import gc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from jupyter_devassist.errors import ModelUnavailable
from jupyter_devassist.inference.export import export_embedder
from jupyter_devassist.inference.onnx_embedder import BUNDLED, OnnxEmbedder
from jupyter_devassist.inference.quantising import WIDEST_SAFE_WEIGHT, widest_weight
from jupyter_devassist.inference.registry import open_embedder
from jupyter_devassist.inference.sentence_transformer import SentenceTransformerEmbedder

pytestmark = [
    pytest.mark.torch,
    pytest.mark.filterwarnings("ignore"),  # torch, transformers and optimum warn of one another
]
TEXT = "Rows meet where keys are equal. Others vanish. 😀"
SPANS = [(0, 31), (32, 46), (31, 32)]


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """Let optimum's temporary folders go while their warnings are ignored."""
    yield
    gc.collect()


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plain encoder without a pooling of its own, as codebert is."""
    torch = pytest.importorskip("torch", reason="needs the extra [transformers]")
    transformers = pytest.importorskip("transformers", reason="needs the extra [transformers]")
    torch.manual_seed(7)
    folder = tmp_path_factory.mktemp("models") / "tiny-encoder"
    config = transformers.BertConfig(
        hidden_size=64, num_hidden_layers=2, num_attention_heads=4, intermediate_size=256, max_position_embeddings=64
    )
    transformers.BertModel(config).save_pretrained(folder)
    tokenizer = transformers.BertTokenizerFast(tokenizer_file=str(BUNDLED / "tokenizer.json"), model_max_length=64)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def bge_like(encoder: Path) -> Path:
    """The same with first-token pooling, under a name whose family wants a question prefixed."""
    transformer_parts = pytest.importorskip("sentence_transformers", reason="needs the extra [transformers]")
    from sentence_transformers.models import Normalize, Pooling, Transformer

    folder = encoder.parent / "bge-small-en-v9"
    transformer = Transformer(str(encoder))
    parts = [transformer, Pooling(64, pooling_mode="cls"), Normalize()]
    transformer_parts.SentenceTransformer(modules=parts).save(str(folder))
    return folder


def test_an_encoder_without_pooling_averages_its_tokens(encoder: Path) -> None:
    embedder = open_embedder(str(encoder), encoder.parent)
    assert isinstance(embedder, SentenceTransformerEmbedder)
    assert embedder.info.name.startswith("tiny-encoder-")
    assert (embedder.info.dimension, embedder.info.max_tokens) == (64, 62)
    vectors, (sentences,) = embedder.embed_with_sentences([TEXT], [SPANS])
    np.testing.assert_allclose(vectors, embedder.embed_passages([TEXT]), atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(sentences, axis=1), [1, 1, 0], atol=1e-5)
    assert [TEXT[start:end] for start, end in embedder.token_spans(TEXT)][:3] == ["Rows", "meet", "where"]


def test_a_text_is_cut_alike_whatever_other_threads_ask_meanwhile(encoder: Path) -> None:
    embedder = SentenceTransformerEmbedder.load(str(encoder))
    long = " ".join(["joins"] * 300)
    with ThreadPoolExecutor(4) as pool:
        vectors = [pool.submit(embedder.embed_query, long) for _ in range(40)]
        spans = [pool.submit(embedder.token_spans, long) for _ in range(400)]
        assert {len(found.result()) for found in spans} == {300}
        assert all(np.isfinite(vector.result()).all() for vector in vectors)


def test_prefixes_of_a_family_go_before_questions_only_where_they_belong(bge_like: Path) -> None:
    embedder = SentenceTransformerEmbedder.load(str(bge_like))
    instruction = "Represent this sentence for searching relevant passages: "
    (as_passage,) = embedder.embed_passages([instruction + "joins"])
    np.testing.assert_allclose(embedder.embed_query("joins"), as_passage, atol=1e-5)
    assert not np.allclose(embedder.embed_query("joins"), embedder.embed_passages(["joins"])[0], atol=1e-3)


def test_a_model_that_speaks_by_its_first_token_embeds_sentences_by_themselves(bge_like: Path, tmp_path: Path) -> None:
    export_embedder(str(bge_like), tmp_path / "exported")
    exported = OnnxEmbedder.load(tmp_path / "exported")
    for embedder in (SentenceTransformerEmbedder.load(str(bge_like)), exported):
        _, (sentences,) = embedder.embed_with_sentences([TEXT], [SPANS])
        alone = embedder.embed_passages([TEXT[start:end] for start, end in SPANS[:2]])
        np.testing.assert_allclose(sentences[:2], alone, atol=1e-5)
        assert not sentences[2].any()


def test_an_exported_model_agrees_with_its_source(encoder: Path, tmp_path: Path) -> None:
    config = export_embedder(str(encoder), tmp_path / "models" / "tiny", name="somebody/Tiny-Encoder")
    exported = open_embedder("tiny", tmp_path / "models")
    source = SentenceTransformerEmbedder.load(str(encoder))
    assert config.source == "somebody/Tiny-Encoder"
    assert exported.info.name.startswith("tiny-encoder-int8-")
    assert exported.info.max_tokens == source.info.max_tokens
    assert list(exported.token_spans(TEXT)) == list(source.token_spans(TEXT))
    texts = [TEXT, "def mean(xs): return sum(xs) / len(xs)", "word " * 200]
    assert np.sum(exported.embed_passages(texts) * source.embed_passages(texts), axis=1).min() > 0.95
    assert widest_weight(tmp_path / "models" / "tiny" / "model.onnx") <= WIDEST_SAFE_WEIGHT
    assert {file.name for file in (tmp_path / "models").iterdir()} == {"tiny"}


def test_a_pooling_that_cannot_be_exported_is_refused_with_the_way_out(encoder: Path, tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling, Transformer

    folder = tmp_path / "source"
    parts = [Transformer(str(encoder)), Pooling(64, pooling_mode="max")]
    SentenceTransformer(modules=parts).save(str(folder))
    with pytest.raises(ModelUnavailable, match="through torch"):
        export_embedder(str(folder), tmp_path / "exported")
    assert not (tmp_path / "exported").exists()


def test_a_model_that_is_not_here_is_not_fetched() -> None:
    pytest.importorskip("sentence_transformers", reason="needs the extra [transformers]")
    with pytest.raises(ModelUnavailable, match="hf download nobody/no-such-model"):
        SentenceTransformerEmbedder.load("nobody/no-such-model")
