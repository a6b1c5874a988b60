"""The bundled model, really run."""

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_devassist.errors import ModelUnavailable
from jupyter_devassist.inference.onnx_embedder import BUNDLED, OnnxEmbedder, default_threads

LESSON = (
    "A join puts two tables side by side. Rows meet where the key is equal. "
    "Rows without a partner vanish from an inner join, and an outer join keeps them with gaps."
)
LONG = " ".join(f"Sentence number {number} tells of groupby and merge." for number in range(80))
TEXTS = [LESSON, "short", LONG, "", "def mean(xs):\n    return sum(xs) / len(xs)", "naïve façade 😀 日本語のテキスト"]


def test_a_paraphrase_is_closer_than_a_stranger(minilm: OnnxEmbedder) -> None:
    passages = minilm.embed_passages(
        [
            "df.merge(other, on='key') combines two data frames by a shared column.",
            "Photosynthesis turns light into chemical energy.",
            "The French revolution began in 1789.",
        ]
    )
    closeness = passages @ minilm.embed_query("how do I join two pandas tables on a column?")
    assert closeness[0] > 0.5
    assert closeness[0] > 4 * max(closeness[1:])


def test_vectors_have_length_one_and_the_stated_dimension(minilm: OnnxEmbedder) -> None:
    vectors = minilm.embed_passages(TEXTS)
    assert vectors.shape == (len(TEXTS), minilm.info.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    assert minilm.embed_query("anything").shape == (minilm.info.dimension,)


def test_a_text_has_one_vector_whoever_stands_beside_it(minilm: OnnxEmbedder) -> None:
    together = minilm.embed_passages(TEXTS)
    alone = np.stack([minilm.embed_passages([text])[0] for text in TEXTS])
    backwards = minilm.embed_passages(TEXTS[::-1])[::-1]
    single_thread = OnnxEmbedder.bundled(threads=1).embed_passages(TEXTS)
    pooled, _ = minilm.embed_with_sentences(TEXTS, [[] for _ in TEXTS])
    for other in (alone, backwards, single_thread, pooled):
        np.testing.assert_array_equal(together, other)


def test_nothing_to_embed_gives_no_vectors(minilm: OnnxEmbedder) -> None:
    assert minilm.embed_passages([]).shape == (0, 384)
    vectors, sentences = minilm.embed_with_sentences([], [])
    assert vectors.shape == (0, 384)
    assert sentences == []


def test_sentences_get_the_meaning_of_their_own_words(minilm: OnnxEmbedder) -> None:
    text = "Cats purr when they are content. Stars explode at the end of their life. Bread needs yeast."
    spans = [(0, 32), (33, 72), (73, 91)]
    _, (sentences,) = minilm.embed_with_sentences([text], [spans])
    np.testing.assert_allclose(np.linalg.norm(sentences, axis=1), 1.0, atol=1e-5)
    for query, expected in (("supernova", 1), ("happy kitten", 0), ("baking a loaf", 2)):
        assert int(np.argmax(sentences @ minilm.embed_query(query))) == expected


def test_a_span_without_tokens_or_past_the_window_is_zero(minilm: OnnxEmbedder) -> None:
    text = "One.   " + LONG
    _, (sentences,) = minilm.embed_with_sentences([text], [[(0, 4), (4, 7), (2, 2), (len(text) - 20, len(text))]])
    assert [round(float(length)) for length in np.linalg.norm(sentences, axis=1)] == [1, 0, 0, 0]


def test_text_past_the_window_changes_nothing_and_token_spans_tell_where_it_ends(minilm: OnnxEmbedder) -> None:
    spans = minilm.token_spans(LONG)
    assert len(spans) > minilm.info.max_tokens
    fitting = LONG[: spans[minilm.info.max_tokens - 1][1]]
    shorter = LONG[: spans[minilm.info.max_tokens - 2][1]]
    whole, cut, less = minilm.embed_passages([LONG, fitting, shorter])
    np.testing.assert_array_equal(whole, cut)
    assert not np.array_equal(whole, less)


def test_token_spans_point_at_the_words_of_the_text(minilm: OnnxEmbedder) -> None:
    text = "Größe 😀 naïve df['a']"
    spans = minilm.token_spans(text)
    pieces = [text[start:end] for start, end in spans]
    assert "".join(pieces) == text.replace(" ", "")
    assert pieces[-4:] == ["'", "a", "'", "]"]
    assert minilm.token_spans("") == []


def test_the_name_of_a_special_token_is_ordinary_text(minilm: OnnxEmbedder) -> None:
    text = "[CLS] [PAD]"
    assert [text[start:end] for start, end in minilm.token_spans(text)][:4] == ["[", "CL", "S", "]"]


@settings(deadline=None, max_examples=60)
@given(text=st.text(max_size=200), data=st.data())
def test_any_text_with_any_spans_embeds(minilm: OnnxEmbedder, text: str, data: st.DataObject) -> None:
    edges = st.integers(0, len(text) + 5)
    spans = data.draw(st.lists(st.tuples(edges, edges), max_size=5))
    vectors, (sentences,) = minilm.embed_with_sentences([text], [spans])
    assert np.isfinite(vectors).all()
    assert np.linalg.norm(vectors[0]) == pytest.approx(1.0, abs=1e-5)
    assert sentences.shape == (len(spans), 384)
    lengths = np.linalg.norm(sentences, axis=1)
    assert ((np.abs(lengths) < 1e-5) | (np.abs(lengths - 1) < 1e-5)).all()
    for (start, end), (next_start, _) in zip(minilm.token_spans(text), minilm.token_spans(text)[1:], strict=False):
        assert 0 <= start <= end <= len(text)
        assert start <= next_start


def test_two_callers_at_once_get_what_each_would_get_alone(minilm: OnnxEmbedder) -> None:
    expected = minilm.embed_passages(TEXTS)
    with ThreadPoolExecutor(3) as pool:
        for found in pool.map(minilm.embed_passages, [TEXTS] * 6):
            np.testing.assert_array_equal(expected, found)


@pytest.mark.parametrize("missing", ["config.json", "model.onnx", "tokenizer.json"])
def test_a_model_folder_that_lacks_a_file_is_refused_by_name(tmp_path: Path, missing: str) -> None:
    folder = tmp_path / "model"
    shutil.copytree(BUNDLED, folder)
    (folder / missing).unlink()
    with pytest.raises(ModelUnavailable) as refusal:
        OnnxEmbedder.load(folder)
    assert missing in refusal.value.message
    assert str(folder) in refusal.value.message


@pytest.mark.parametrize("damaged", ["config.json", "model.onnx", "tokenizer.json"])
@pytest.mark.parametrize("content", [b"", b"\x00" * 4096, b'{"name": 3}'], ids=["empty", "zeros", "other"])
def test_a_damaged_model_file_is_refused_by_name(tmp_path: Path, damaged: str, content: bytes) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    for file in BUNDLED.iterdir():
        if file.name != damaged:
            (folder / file.name).symlink_to(file)
    (folder / damaged).write_bytes(content)
    with pytest.raises(ModelUnavailable) as refusal:
        OnnxEmbedder.load(folder)
    assert str(folder / damaged) in refusal.value.message
    assert "\n" not in refusal.value.message


def test_a_truncated_model_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(BUNDLED, folder)
    content = (folder / "model.onnx").read_bytes()
    (folder / "model.onnx").write_bytes(content[: len(content) // 2])
    with pytest.raises(ModelUnavailable, match=r"model\.onnx"):
        OnnxEmbedder.load(folder)


def test_the_model_loads_and_runs_without_a_word_and_without_torch() -> None:
    script = (
        "import sys\n"
        "from jupyter_devassist.inference.onnx_embedder import OnnxEmbedder\n"
        "assert 'onnxruntime' not in sys.modules and 'tokenizers' not in sys.modules\n"
        "OnnxEmbedder.bundled().embed_passages(['one', 'two'])\n"
        "assert 'torch' not in sys.modules and 'transformers' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_threads_follow_the_machine_within_bounds() -> None:
    assert 1 <= default_threads() <= 8
