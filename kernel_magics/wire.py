"""Replies of the API as typed dictionaries. Generated: change the structs, not this file."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict


class Answer(TypedDict):
    id: str
    question: str
    text: str
    citations: list[Citation]
    passages: list[Passage]
    supported: bool
    confidence: float
    model: str
    state: Literal["complete", "failed", "stopped"]
    timings_ms: dict[str, float]
    created_at: str


class Chunk(TypedDict):
    id: str
    document_id: str
    ordinal: int
    kind: Literal["code", "output", "prose"]
    language: str | None
    heading: list[str]
    lead: str
    text: str
    span: Span
    token_count: int


class Citation(TypedDict):
    marker: int
    document_id: str
    chunk_id: str
    path: str
    document_kind: Literal["code", "docx", "markdown", "notebook", "pdf", "rst", "text"]
    heading: list[str]
    span: Span
    quote: str
    score: float


class Cited(TypedDict):
    type: Literal["cited"]
    citation: Citation


class Delta(TypedDict):
    type: Literal["delta"]
    text: str


class Done(TypedDict):
    type: Literal["done"]
    answer: Answer
    notice: str | None


class Failed(TypedDict):
    type: Literal["failed"]
    code: str
    message: str


class Found(TypedDict):
    type: Literal["found"]
    passages: list[Passage]


class Job(TypedDict):
    id: str
    kind: str
    title: str
    state: Literal["cancelled", "done", "failed", "queued", "running"]
    progress: Progress
    error_code: str | None
    message: str | None
    created_at: str
    finished_at: str | None


class LibraryStatus(TypedDict):
    document_count: int
    chunk_count: int
    embedded_count: int
    by_state: dict[str, int]
    embedder: str | None
    degraded: str | None


class Passage(TypedDict):
    chunk: Chunk
    path: str
    document_kind: Literal["code", "docx", "markdown", "notebook", "pdf", "rst", "text"]
    score: float
    lexical_rank: int | None
    vector_rank: int | None
    also_in: list[str]


class PluginFailure(TypedDict):
    name: str
    reason: str


class Progress(TypedDict):
    done: int
    total: int | None
    unit: Literal["chunks", "files", "rows"]
    stage: str
    rate_per_second: float | None
    remaining_seconds: float | None
    detail: str | None


class SearchResult(TypedDict):
    query: str
    passages: list[Passage]
    legs: list[Literal["lexical", "vector"]]
    timings_ms: dict[str, float]


class Searching(TypedDict):
    type: Literal["searching"]
    answer_id: str


class Span(TypedDict):
    start_line: int
    end_line: int
    cell_id: NotRequired[str | None]
    cell_index: NotRequired[int | None]
    page: NotRequired[int | None]


class Status(TypedDict):
    version: str
    state: Literal["client", "failed", "ready", "starting"]
    message: str | None
    home: str
    library: LibraryStatus | None
    models: list[str]
    jobs_running: int
    offline: bool
    plugin_failures: list[PluginFailure]


AnswerEvent = Searching | Found | Cited | Delta | Done | Failed
