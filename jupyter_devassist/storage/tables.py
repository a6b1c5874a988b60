"""Every table. Columns carry the names of the struct fields they keep; ``key`` is a row number, ``id`` goes outside."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

SCHEMA_REVISION = "0001"
"""The newest revision in ``migrations/versions``."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Moment(TypeDecorator[datetime]):
    """An aware UTC time, kept as whole microseconds since 1970."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        return None if value is None else (value - EPOCH) // MICROSECOND

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else EPOCH + value * MICROSECOND


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

settings = Table(
    "settings",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

sources = Table(
    "sources",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("path", Text, nullable=False, unique=True),
    Column("added_at", Moment, nullable=False),
)

documents = Table(
    "documents",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("path", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("language", Text),
    Column("size_bytes", Integer, nullable=False),
    Column("content_hash", Text, nullable=False, index=True),
    Column("state", Text, nullable=False, index=True),
    Column("reason", Text),
    Column("error_code", Text),
    Column("chunk_count", Integer, nullable=False),
    Column("modified_at", Moment, nullable=False),
    Column("indexed_at", Moment),
    sqlite_autoincrement=True,
)

exclusions = Table(
    "exclusions",
    metadata,
    Column("path", Text, primary_key=True),
    Column("document_id", Text, nullable=False, unique=True),
    Column("excluded_at", Moment, nullable=False),
)
"""Files that were taken out by hand: a scan leaves them alone until they are restored."""

embeddings = Table(
    "embeddings",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("model", Text, nullable=False),
    Column("text_hash", LargeBinary, nullable=False),
    Column("vector", LargeBinary, nullable=False),
    Column("sentence_vectors", LargeBinary, nullable=False),
    Column("sentence_spans", JSON, nullable=False),
    UniqueConstraint("model", "text_hash"),
    sqlite_autoincrement=True,
)
"""Vectors by what they are vectors of: the same text under the same model is computed once, wherever it stands."""

chunks = Table(
    "chunks",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("document_key", ForeignKey("documents.key", ondelete="CASCADE"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("language", Text),
    Column("heading", JSON, nullable=False),
    Column("lead", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("start_line", Integer, nullable=False),
    Column("end_line", Integer, nullable=False),
    Column("cell_id", Text),
    Column("cell_index", Integer),
    Column("page", Integer),
    Column("token_count", Integer, nullable=False),
    Column("text_hash", LargeBinary, nullable=False, index=True),
    Column("fingerprint", Text, nullable=False),
    Column("embedding_key", ForeignKey("embeddings.key"), index=True),
    Index("ix_chunks_document_key", "document_key", "ordinal"),
    sqlite_autoincrement=True,
)

outbox = Table(
    "outbox",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("target", Text, CheckConstraint("target IN ('lexical', 'vector')", name="target"), nullable=False),
    Column("chunk_key", Integer, nullable=False),
    sqlite_autoincrement=True,
)
"""Chunks whose entry in an index may be out of date; what it has to be is asked of ``chunks`` when it is applied."""

generations = Table(
    "generations",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("target", Text, CheckConstraint("target IN ('lexical', 'vector')", name="target"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("state", Text, CheckConstraint("state IN ('building', 'live', 'retired')", name="state"), nullable=False),
    Column("schema_version", Integer, nullable=False),
    Column("model", Text),
    Column("dimension", Integer),
    Column("applied_seq", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("target", "number"),
    sqlite_autoincrement=True,
)
"""The folders under ``indexes`` that are known; exactly one per target is live."""

collections = Table(
    "collections",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False, unique=True),
    Column("include", JSON, nullable=False),
    Column("exclude", JSON, nullable=False),
    Column("created_at", Moment, nullable=False),
)

memberships = Table(
    "memberships",
    metadata,
    Column("collection_key", ForeignKey("collections.key", ondelete="CASCADE"), primary_key=True),
    Column("document_key", ForeignKey("documents.key", ondelete="CASCADE"), primary_key=True, index=True),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("state", Text, nullable=False, index=True),
    Column("payload", JSON, nullable=False),
    Column("progress", JSON, nullable=False),
    Column("error_code", Text),
    Column("message", Text),
    Column("created_at", Moment, nullable=False, index=True),
    Column("finished_at", Moment),
)
"""``payload`` is what the job needs to run again; ``progress`` is a ``Progress``."""

answers = Table(
    "answers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("question", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("payload", JSON, nullable=False),
    Column("citation_count", Integer, nullable=False),
    Column("supported", Boolean, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("model", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Index("ix_answers_owner_created_at", "owner", "created_at"),
)
"""``payload`` keeps the citations, passages and timings of an answer."""
