"""The two kinds of model we use, as protocols."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from ..values import Value

Vectors = NDArray[np.float32]
CharSpan = tuple[int, int]


class EmbedderInfo(Value):
    """``name`` identifies the vectors: another name means other vectors, which never mix.

    ``max_tokens`` of a passage are read; the rest of it changes nothing. Special tokens and prefixes are not counted.
    """

    name: str
    dimension: int
    max_tokens: int


class Embedder(Protocol):
    """Texts to unit-length float32 vectors. Calls block, and may come from several threads at once."""

    @property
    def info(self) -> EmbedderInfo: ...

    def token_spans(self, text: str) -> Sequence[CharSpan]:
        """Character ranges of the text's tokens, without special tokens and without a limit."""
        ...

    def embed_query(self, text: str) -> Vectors:
        """Shape (dimension,)."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), dimension)."""
        ...

    def embed_with_sentences(
        self, texts: Sequence[str], sentences: Sequence[Sequence[CharSpan]]
    ) -> tuple[Vectors, list[Vectors]]:
        """Passage vectors, and for each text one unit vector per given character range, pooled from the same pass."""
        ...


class Message(Value):
    role: Literal["system", "user", "assistant"]
    content: str


class TextPiece(Value, tag_field="type", tag="text"):
    text: str


class Reasoning(Value, tag_field="type", tag="reasoning"):
    """A model's private thinking: never shown as the answer, never kept."""

    text: str


class Usage(Value, tag_field="type", tag="usage"):
    prompt_tokens: int
    completion_tokens: int


ModelEvent = TextPiece | Reasoning | Usage


class LanguageModelInfo(Value):
    name: str
    context_tokens: int


class LanguageModel(Protocol):
    """Messages to text. Closing the iterator stops the generation."""

    @property
    def info(self) -> LanguageModelInfo: ...

    def generate(self, messages: Sequence[Message], max_tokens: int) -> AsyncIterator[ModelEvent]: ...
