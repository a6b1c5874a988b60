"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "answers",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("citation_count", sa.Integer(), nullable=False),
        sa.Column("supported", sa.Boolean(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_answers"),
    )
    op.create_index("ix_answers_owner_created_at", "answers", ["owner", "created_at"], unique=False)
    op.create_table(
        "collections",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("include", sa.JSON(), nullable=False),
        sa.Column("exclude", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_collections"),
        sa.UniqueConstraint("id", name="uq_collections_id"),
        sa.UniqueConstraint("name", name="uq_collections_name"),
    )
    op.create_table(
        "documents",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("chunk_count", sa.Integer(), nullable=False),
        sa.Column("modified_at", sa.Integer(), nullable=False),
        sa.Column("indexed_at", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("key", name="pk_documents"),
        sa.UniqueConstraint("id", name="uq_documents_id"),
        sa.UniqueConstraint("path", name="uq_documents_path"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_documents_content_hash", "documents", ["content_hash"], unique=False)
    op.create_index("ix_documents_state", "documents", ["state"], unique=False)
    op.create_table(
        "embeddings",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.LargeBinary(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("sentence_vectors", sa.LargeBinary(), nullable=False),
        sa.Column("sentence_spans", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_embeddings"),
        sa.UniqueConstraint("model", "text_hash", name="uq_embeddings_model_text_hash"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "exclusions",
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("excluded_at", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("path", name="pk_exclusions"),
        sa.UniqueConstraint("document_id", name="uq_exclusions_document_id"),
    )
    op.create_table(
        "generations",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("schema_version", sa.Integer(), nullable=False),
        sa.Column("model", sa.Text(), nullable=True),
        sa.Column("dimension", sa.Integer(), nullable=True),
        sa.Column("applied_seq", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Integer(), nullable=False),
        sa.CheckConstraint("target IN ('lexical', 'vector')", name="target"),
        sa.CheckConstraint("state IN ('building', 'live', 'retired')", name="state"),
        sa.PrimaryKeyConstraint("key", name="pk_generations"),
        sa.UniqueConstraint("target", "number", name="uq_generations_target_number"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("progress", sa.JSON(), nullable=False),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("created_at", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
    )
    op.create_index("ix_jobs_created_at", "jobs", ["created_at"], unique=False)
    op.create_index("ix_jobs_key", "jobs", ["key"], unique=False)
    op.create_index("ix_jobs_state", "jobs", ["state"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("chunk_key", sa.Integer(), nullable=False),
        sa.CheckConstraint("target IN ('lexical', 'vector')", name="target"),
        sa.PrimaryKeyConstraint("seq", name="pk_outbox"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "settings",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_settings"),
    )
    op.create_table(
        "sources",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("added_at", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_sources"),
        sa.UniqueConstraint("id", name="uq_sources_id"),
        sa.UniqueConstraint("path", name="uq_sources_path"),
    )
    op.create_table(
        "chunks",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("document_key", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("heading", sa.JSON(), nullable=False),
        sa.Column("lead", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("start_line", sa.Integer(), nullable=False),
        sa.Column("end_line", sa.Integer(), nullable=False),
        sa.Column("cell_id", sa.Text(), nullable=True),
        sa.Column("cell_index", sa.Integer(), nullable=True),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("token_count", sa.Integer(), nullable=False),
        sa.Column("text_hash", sa.LargeBinary(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("embedding_key", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["document_key"], ["documents.key"], name="fk_chunks_document_key", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["embedding_key"], ["embeddings.key"], name="fk_chunks_embedding_key"),
        sa.PrimaryKeyConstraint("key", name="pk_chunks"),
        sa.UniqueConstraint("id", name="uq_chunks_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_chunks_document_key", "chunks", ["document_key", "ordinal"], unique=False)
    op.create_index("ix_chunks_embedding_key", "chunks", ["embedding_key"], unique=False)
    op.create_index("ix_chunks_text_hash", "chunks", ["text_hash"], unique=False)
    op.create_table(
        "memberships",
        sa.Column("collection_key", sa.Integer(), nullable=False),
        sa.Column("document_key", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["collection_key"], ["collections.key"], name="fk_memberships_collection_key", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["document_key"], ["documents.key"], name="fk_memberships_document_key", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("collection_key", "document_key", name="pk_memberships"),
    )
    op.create_index("ix_memberships_document_key", "memberships", ["document_key"], unique=False)
