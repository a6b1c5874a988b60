"""Sources, documents, collections, and searching them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from msgspec import Meta

from ..assist import Assist
from ..jobs.model import Job
from ..knowledge.model import (
    Citation,
    Collection,
    DocumentKind,
    DocumentPage,
    DocumentState,
    Filters,
    Location,
    Preview,
    Report,
    SearchResult,
    Source,
)
from ..values import Actor, CollectionId, DocumentId, SourceId, Value
from .operation import MOST, TEXT_BODY, operation

Name = Annotated[str, Meta(min_length=1, max_length=200)]
Globs = Annotated[tuple[Annotated[str, Meta(min_length=1, max_length=1000)], ...], Meta(max_length=200)]


class PathBody(Value, forbid_unknown_fields=True):
    """A file or folder, relative to the server's root; empty for the root itself."""

    path: Path


class SearchBody(Value, forbid_unknown_fields=True):
    query: str
    k: Annotated[int, Meta(ge=1, le=50)] = 10
    filters: Filters = Filters()


class CollectionBody(Value, forbid_unknown_fields=True):
    name: Name
    include: Globs
    exclude: Globs = ()


class CollectionChange(Value, forbid_unknown_fields=True):
    """What is to change; what is left out stays."""

    name: Name | None = None
    include: Globs | None = None
    exclude: Globs | None = None


class LocateBody(Value, forbid_unknown_fields=True):
    citation: Citation


class DocumentsQuery(Value):
    state: DocumentState | None = None
    kind: DocumentKind | None = None
    collection: str | None = None
    contains: Annotated[str, Meta(max_length=1000)] = ""
    offset: Annotated[int, Meta(ge=0, le=MOST)] = 0
    limit: Annotated[int, Meta(ge=1, le=1000)] = 200


@operation("GET", "sources", resource="library", action="read")
async def list_sources(assist: Assist, actor: Actor) -> tuple[Source, ...]:
    """Folders and files that were added and are kept up to date."""
    return tuple(await assist.knowledge.sources(actor))


@operation("POST", "sources/preview", resource="library", action="read")
async def preview_source(assist: Assist, actor: Actor, body: PathBody) -> Preview:
    """What adding a path would bring in."""
    return await assist.knowledge.preview(actor, body.path)


@operation("POST", "sources/report", resource="library", action="read")
async def report_source(assist: Assist, actor: Actor, body: PathBody) -> Report:
    """What the library holds of a file or folder, and what it left out."""
    return await assist.knowledge.report(actor, body.path)


@operation("POST", "sources", resource="library", action="execute")
async def add_source(assist: Assist, actor: Actor, body: PathBody) -> Job:
    """Add a file or folder and index it; one that is there already is brought up to date."""
    return await assist.knowledge.add(actor, body.path)


@operation("DELETE", "sources/{source_id}", resource="library", action="write")
async def remove_source(assist: Assist, actor: Actor, source_id: SourceId) -> Job:
    """Take a source's documents out of the library; the files stay where they are."""
    return await assist.knowledge.remove_source(actor, source_id)


@operation("GET", "documents", resource="library", action="read")
async def list_documents(assist: Assist, actor: Actor, query: DocumentsQuery) -> DocumentPage:
    """Known documents by path, with their state and, when skipped or failed, the reason."""
    return await assist.knowledge.documents(
        actor,
        state=query.state,
        kind=query.kind,
        collection=query.collection,
        contains=query.contains,
        offset=query.offset,
        limit=query.limit,
    )


@operation("DELETE", "documents/{document_id}", resource="library", action="write")
async def remove_document(assist: Assist, actor: Actor, document_id: DocumentId) -> None:
    """Take a document out of the library until it is restored; the file stays where it is."""
    await assist.knowledge.remove_document(actor, document_id)


@operation("POST", "documents/{document_id}/restore", resource="library", action="write")
async def restore_document(assist: Assist, actor: Actor, document_id: DocumentId) -> Job:
    """Take a removed document in again."""
    return await assist.knowledge.restore_document(actor, document_id)


@operation("POST", "documents/{document_id}/reindex", resource="library", action="execute")
async def reindex_document(assist: Assist, actor: Actor, document_id: DocumentId) -> Job:
    """Read a document again."""
    return await assist.knowledge.reindex(actor, document_id)


@operation("POST", "reindex", resource="library", action="execute")
async def reindex(assist: Assist, actor: Actor) -> Job:
    """Read everything again."""
    return await assist.knowledge.reindex(actor, None)


@operation("GET", "collections", resource="library", action="read")
async def list_collections(assist: Assist, actor: Actor) -> tuple[Collection, ...]:
    """Named sets of documents."""
    return tuple(await assist.knowledge.collections(actor))


@operation("POST", "collections", resource="library", action="write")
async def create_collection(assist: Assist, actor: Actor, body: CollectionBody) -> Collection:
    """Name the set of documents that match a rule of ``include`` and none of ``exclude``."""
    return await assist.knowledge.create_collection(actor, body.name, body.include, body.exclude)


@operation("PATCH", "collections/{collection_id}", resource="library", action="write")
async def change_collection(
    assist: Assist, actor: Actor, collection_id: CollectionId, body: CollectionChange
) -> Collection:
    """Rename a collection or change its rules."""
    return await assist.knowledge.change_collection(actor, collection_id, body.name, body.include, body.exclude)


@operation("DELETE", "collections/{collection_id}", resource="library", action="write")
async def delete_collection(assist: Assist, actor: Actor, collection_id: CollectionId) -> None:
    """Forget a collection; its documents stay."""
    await assist.knowledge.delete_collection(actor, collection_id)


@operation("POST", "search", resource="search", action="read", max_body_bytes=TEXT_BODY)
async def search(assist: Assist, actor: Actor, body: SearchBody) -> SearchResult:
    """The passages that fit a query best."""
    return await assist.knowledge.search(actor, body.query, body.k, body.filters)


@operation("POST", "citations/locate", resource="library", action="read", max_body_bytes=TEXT_BODY)
async def locate_citation(assist: Assist, actor: Actor, body: LocateBody) -> Location:
    """Where a citation's quote stands now."""
    return await assist.knowledge.locate(actor, body.citation)
