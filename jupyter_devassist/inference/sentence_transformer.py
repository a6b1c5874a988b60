"""Any sentence-transformers model, run by torch. Needs the extra ``[transformers]``."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from ..errors import ModelUnavailable
from .base import CharSpan, EmbedderInfo, Vectors
from .pooling import pool_spans, unit

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

# What a model family wants before a question and before a passage, where a release's own configuration is silent.
_FAMILIES: tuple[tuple[str, str, str], ...] = (
    (r"\bbge-(small|base|large)-en\b", "Represent this sentence for searching relevant passages: ", ""),
    (r"\bnomic-embed-text\b", "search_query: ", "search_document: "),
    (r"\be5-(small|base|large)\b", "query: ", "passage: "),
)

_BATCH = 16
_WIDEST_WINDOW = 8192


class SentenceTransformerEmbedder:
    """Runs a model in full precision, in batches of texts of like length."""

    def __init__(self, model: SentenceTransformer, name: str) -> None:
        self._model = model
        # A tokenizer keeps its last settings, so that calls from other threads would cut each other's texts.
        self._tokenizer, self._tokenizing = deepcopy(model.tokenizer), Lock()
        self._query_prefix, self._passage_prefix = prefixes_of(model, name)
        self._pools_tokens = pooling_of(model) == "mean"
        specials = model.tokenizer.num_special_tokens_to_add(pair=False)
        model.max_seq_length = window_of(model)
        self._info = EmbedderInfo(
            name=f"{label_of(name)}-{self._fingerprint()}",
            dimension=dimension_of(model),
            max_tokens=window_of(model) - specials - len(self.token_spans(self._passage_prefix)),
        )

    @classmethod
    def load(
        cls, name_or_path: str, *, allow_network: bool = False, trust_remote_code: bool = False
    ) -> SentenceTransformerEmbedder:
        """Load by hub name or path; nothing is fetched, and no code of the model's own is run, unless allowed."""
        model = load_sentence_transformer(
            name_or_path, allow_network=allow_network, trust_remote_code=trust_remote_code
        )
        return cls(model, name_or_path)

    @property
    def info(self) -> EmbedderInfo:
        return self._info

    def token_spans(self, text: str) -> Sequence[CharSpan]:
        with self._tokenizing:
            encoding = self._tokenizer(
                text, add_special_tokens=False, return_offsets_mapping=True, truncation=False, verbose=False
            )
        return [(int(start), int(end)) for start, end in encoding["offset_mapping"]]

    def embed_query(self, text: str) -> Vectors:
        (vector,) = self._encode([self._query_prefix + text])
        return np.asarray(vector)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self._encode([self._passage_prefix + text for text in texts])

    def embed_with_sentences(
        self, texts: Sequence[str], sentences: Sequence[Sequence[CharSpan]]
    ) -> tuple[Vectors, list[Vectors]]:
        """Embed passages and their sentences; a model that does not average its tokens takes a pass for each."""
        if not self._pools_tokens:
            return self.embed_passages(texts), [
                self._embed_spans(text, spans) for text, spans in zip(texts, sentences, strict=True)
            ]
        passages = [self._passage_prefix + text for text in texts]
        outputs = self._model.encode(passages, output_value=None, batch_size=_BATCH, show_progress_bar=False, prompt="")
        vectors = np.empty((len(texts), self._info.dimension), dtype=np.float32)
        sentence_vectors: list[Vectors] = []
        for place, (passage, output) in enumerate(zip(passages, outputs, strict=True)):
            tokens = output["token_embeddings"].float().cpu().numpy()
            vectors[place] = unit(output["sentence_embedding"].float().cpu().numpy())
            is_text, offsets = self._text_tokens(passage)
            offsets -= len(self._passage_prefix)
            sentence_vectors.append(pool_spans(tokens[: len(is_text)][is_text], offsets[is_text], sentences[place]))
        return vectors, sentence_vectors

    def _text_tokens(self, text: str) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
        """Which tokens of the model's own pass stand for text, and where."""
        with self._tokenizing:
            encoding = self._tokenizer(
                text,
                truncation=True,
                max_length=self._model.max_seq_length,
                return_offsets_mapping=True,
                return_special_tokens_mask=True,
            )
        is_text = np.array(encoding["special_tokens_mask"]) == 0
        return is_text, np.array(encoding["offset_mapping"], dtype=np.int64).reshape(-1, 2)

    def _embed_spans(self, text: str, spans: Sequence[CharSpan]) -> Vectors:
        vectors = np.zeros((len(spans), self._info.dimension), dtype=np.float32)
        worded = [place for place, (start, end) in enumerate(spans) if text[start:end].strip()]
        if worded:
            vectors[worded] = self.embed_passages([text[slice(*spans[place])] for place in worded])
        return vectors

    def _encode(self, texts: Sequence[str]) -> Vectors:
        vectors = self._model.encode(
            list(texts), batch_size=_BATCH, show_progress_bar=False, normalize_embeddings=True, prompt=""
        )
        return np.asarray(vectors, dtype=np.float32).reshape(len(texts), -1)

    def _fingerprint(self) -> str:
        """Of everything that shapes the vectors: weights, prefixes, window."""
        import torch

        digest = hashlib.sha256(f"{self._query_prefix}\n{self._passage_prefix}\n{self._model.max_seq_length}".encode())
        for weight in self._model.parameters():
            digest.update(weight.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().data)
        return digest.hexdigest()[:12]


def load_sentence_transformer(
    name_or_path: str,
    *,
    allow_network: bool,
    trust_remote_code: bool = False,
    backend: Literal["torch", "onnx"] = "torch",
) -> SentenceTransformer:
    """Load a model; an encoder without a pooling of its own gets mean pooling."""
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise ModelUnavailable(
            f"{name_or_path} needs torch and sentence-transformers ({error}); "
            "install them with `pip install 'jupyter-devassist[transformers]'`."
        ) from error
    try:
        return SentenceTransformer(
            name_or_path,
            backend=backend,
            local_files_only=not allow_network,
            trust_remote_code=trust_remote_code,
            model_kwargs={"provider": "CPUExecutionProvider", "export": True} if backend == "onnx" else None,
        )
    except Exception as error:  # the libraries behind it share no narrower base
        way_out = (
            "check the name"
            if allow_network
            else f"downloads are off: fetch it with `hf download {name_or_path}`, or give the folder of a copy"
        )
        reason = _first_line(error)
        raise ModelUnavailable(f"The model {name_or_path} cannot be loaded ({reason}); {way_out}.") from error


def prefixes_of(model: SentenceTransformer, name_or_path: str) -> tuple[str, str]:
    """What to put before a question and before a passage."""
    prompts = model.prompts
    query = prompts.get("query") or ""
    passage = prompts.get("document") or prompts.get("passage") or ""
    if query or passage:
        return query, passage
    for pattern, family_query, family_passage in _FAMILIES:
        if re.search(pattern, label_of(name_or_path)):
            return family_query, family_passage
    return "", ""


def pooling_of(model: SentenceTransformer) -> Literal["mean", "cls"] | None:
    """How the model makes one vector of many tokens, where it is one of the two ways that need no torch."""
    mode: Literal["mean", "cls"] | None = None
    for part in list(model)[1:]:
        kind = type(part).__name__
        if kind == "Pooling":
            found = part.get_config_dict()["pooling_mode"]
            mode = found if found in ("mean", "cls") else None
        elif kind != "Normalize":
            return None
    return mode


def window_of(model: SentenceTransformer) -> int:
    """Tokens read at once, special tokens included."""
    return int(min(model.max_seq_length or model.tokenizer.model_max_length, _WIDEST_WINDOW))


def dimension_of(model: SentenceTransformer) -> int:
    return int(model.get_embedding_dimension() or 0)


def label_of(name_or_path: str) -> str:
    """The last word of a hub name or path, in small letters."""
    last = Path(name_or_path).resolve().name if Path(name_or_path).exists() else name_or_path.rsplit("/", 1)[-1]
    return re.sub(r"[^a-z0-9.]+", "-", last.lower()).strip("-")


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
