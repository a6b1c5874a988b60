"""An embedding model run by onnxruntime on the CPU: no torch, no network, no account."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..errors import ModelUnavailable
from ..values import encodable
from .base import CharSpan, EmbedderInfo, Vectors
from .model_folder import MODEL, TOKENIZER, ModelConfig, damaged, read_config
from .pooling import pool_spans, unit

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Encoding, Tokenizer

BUNDLED = Path(__file__).parent / "minilm"


class OnnxEmbedder:
    """Runs every text alone, several at once on plain threads.

    A quantised model finds its activation scales per run, so neighbours and padding in a batch would leak into a
    text's vector (measured: cosine 0.994 between two batchings). Alone, a text has one vector for ever, whatever it
    is embedded with and on however many threads; and batches of 16, even sorted by length, took a third more time.
    """

    def __init__(self, config: ModelConfig, session: InferenceSession, tokenizer: Tokenizer, threads: int) -> None:
        self._config = config
        self._session = session
        self._tokenizer = tokenizer
        self._threads = threads
        self._inputs = [entry.name for entry in session.get_inputs()]
        self._output = session.get_outputs()[0].name
        self._room = config.window_tokens - tokenizer.num_special_tokens_to_add(False)
        prefix = tokenizer.encode(config.passage_prefix, add_special_tokens=False)
        self._info = EmbedderInfo(name=config.name, dimension=config.dimension, max_tokens=self._room - len(prefix.ids))

    @classmethod
    def bundled(cls, threads: int | None = None) -> OnnxEmbedder:
        """Load the model that ships with the package."""
        return cls.load(BUNDLED, threads)

    @classmethod
    def load(cls, folder: Path, threads: int | None = None) -> OnnxEmbedder:
        """Load a model folder; ``threads`` is how many texts are embedded at once."""
        config = read_config(folder)
        return cls(config, _open_session(folder), _open_tokenizer(folder), threads or default_threads())

    @property
    def info(self) -> EmbedderInfo:
        return self._info

    def token_spans(self, text: str) -> Sequence[CharSpan]:
        offsets: list[CharSpan] = self._tokenizer.encode(encodable(text), add_special_tokens=False).offsets
        return offsets

    def embed_query(self, text: str) -> Vectors:
        return self._embed(self._config.query_prefix + text)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        vectors = np.empty((len(texts), self._config.dimension), dtype=np.float32)

        def embed(place: int) -> None:
            vectors[place] = self._embed(self._config.passage_prefix + texts[place])

        self._run_side_by_side(embed, texts)
        return vectors

    def embed_with_sentences(
        self, texts: Sequence[str], sentences: Sequence[Sequence[CharSpan]]
    ) -> tuple[Vectors, list[Vectors]]:
        """Embed passages and their sentences; a range without a token, or past the window, gets a zero vector.

        A model that speaks through its first token says nothing by the others: its sentences take a pass each.
        """
        vectors = np.empty((len(texts), self._config.dimension), dtype=np.float32)
        sentence_vectors: list[Vectors] = [vectors[:0]] * len(texts)
        prefix = self._config.passage_prefix

        def embed(place: int) -> None:
            encoding = self._encode(prefix + texts[place])
            tokens = self._token_vectors(encoding)
            vectors[place] = self._pool(tokens)
            if self._config.pooling == "cls":
                sentence_vectors[place] = self._embed_spans(texts[place], sentences[place])
                return
            offsets = np.array(encoding.offsets, dtype=np.int64) - len(prefix)
            is_text = np.array(encoding.special_tokens_mask) == 0
            sentence_vectors[place] = pool_spans(tokens[is_text], offsets[is_text], sentences[place])

        self._run_side_by_side(embed, texts)
        return vectors, sentence_vectors

    def _run_side_by_side(self, embed: Callable[[int], None], texts: Sequence[str]) -> None:
        """Call ``embed`` for each place in ``texts``, longest text first so that no thread ends up alone with it."""
        places = sorted(range(len(texts)), key=lambda place: len(texts[place]), reverse=True)
        if self._threads == 1 or len(places) < 2:
            for place in places:
                embed(place)
            return
        with ThreadPoolExecutor(min(self._threads, len(places)), "devassist-embed") as pool:
            for _ in pool.map(embed, places):
                pass

    def _embed(self, text: str) -> Vectors:
        return self._pool(self._token_vectors(self._encode(text)))

    def _embed_spans(self, text: str, spans: Sequence[CharSpan]) -> Vectors:
        vectors = np.zeros((len(spans), self._config.dimension), dtype=np.float32)
        for place, (start, end) in enumerate(spans):
            sentence = text[start:end]
            if sentence.strip():
                vectors[place] = self._embed(self._config.passage_prefix + sentence)
        return vectors

    def _encode(self, text: str) -> Encoding:
        encoding = self._tokenizer.encode(encodable(text), add_special_tokens=False)
        encoding.truncate(self._room)
        return self._tokenizer.post_process(encoding)

    def _token_vectors(self, encoding: Encoding) -> Vectors:
        """Shape (tokens, dimension), special tokens included."""
        ids = np.array([encoding.ids], dtype=np.int64)
        feeds = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        try:
            (output,) = self._session.run([self._output], {name: feeds[name] for name in self._inputs})
        except Exception as error:  # onnxruntime's errors share no narrower base
            raise ModelUnavailable(f"The embedding model {self._config.name} failed: {error}") from error
        tokens: Vectors = output[0]
        return tokens

    def _pool(self, tokens: Vectors) -> Vectors:
        return unit(tokens[0] if self._config.pooling == "cls" else tokens.mean(axis=0))


def default_threads() -> int:
    """Every core of a small machine, half the cores of a larger one, and never more than eight."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(8, max(min(cores, 2), cores // 2))


def _open_session(folder: Path) -> InferenceSession:
    try:
        import onnxruntime
    except ImportError as error:
        raise ModelUnavailable(f"onnxruntime does not load on this machine ({error}); install it again.") from error
    onnxruntime.set_default_logger_severity(4)
    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    try:
        return onnxruntime.InferenceSession(folder / MODEL, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's errors share no narrower base
        raise damaged(folder / MODEL, error) from error


def _open_tokenizer(folder: Path) -> Tokenizer:
    try:
        from tokenizers import Tokenizer
    except ImportError as error:
        raise ModelUnavailable(f"tokenizers does not load on this machine ({error}); install it again.") from error
    try:
        tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    except Exception as error:  # tokenizers raises bare Exception
        raise damaged(folder / TOKENIZER, error) from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    tokenizer.encode_special_tokens = True  # "[SEP]" in somebody's notes is text
    return tokenizer
