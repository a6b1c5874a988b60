"""The library: adding, finding, limiting, removing, and staying up to date."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from ..clock import Clock
from ..errors import AssistError, InvalidInput, ModelUnavailable, NotFound, PathNotAllowed, StorageFull, TooLarge
from ..events import DocumentChanged, Events, LibraryChanged
from ..jobs.model import Job
from ..jobs.workers import Workers
from ..values import Actor, CollectionId, DocumentId, SourceId
from .caring import Caring
from .embedding import Embedding
from .finding import Evidence, Finder
from .ingest import Intake
from .isolation import ReaderProcess
from .locating import locate
from .model import (
    Citation,
    Collection,
    Document,
    DocumentKind,
    DocumentPage,
    DocumentState,
    Filters,
    LibraryStatus,
    Location,
    Preview,
    Report,
    SearchResult,
    Skip,
    Source,
)
from .reading import Reader, ReadingLimits, read_file, without_folder
from .store import KnowledgeStore
from .updating import Updating
from .watcher import Watcher

if TYPE_CHECKING:
    from ..inference.base import Embedder
    from .indexes import Indexes

log = logging.getLogger(__name__)

LOAD_AGAIN_SECONDS = 10.0
SHOWN_SKIPS = 100
ALL = 1_000_000


class Knowledge:
    """What a person can do with their library. Nothing outside the asker's root exists for them."""

    def __init__(
        self,
        *,
        store: KnowledgeStore,
        indexes: Indexes,
        finder: Finder,
        caring: Caring,
        embedding: Embedding,
        updating: Updating,
        watcher: Watcher | None,
        workers: Workers,
        events: Events,
        readers: Sequence[Reader],
        isolation: ReaderProcess,
        limits: ReadingLimits,
        max_query_chars: int,
        open_embedder: Callable[[str], Embedder],
        embedder: str,
        clock: Clock,
    ) -> None:
        self._store = store
        self._indexes = indexes
        self._finder = finder
        self._caring = caring
        self._embedding = embedding
        self._updating = updating
        self._watcher = watcher
        self._workers = workers
        self._events = events
        self._readers = readers
        self._isolation = isolation
        self._limits = limits
        self._max_query_chars = max_query_chars
        self._open_embedder = open_embedder
        self._embedder_name = embedder
        self._trouble: str | None = None
        self._clock = clock
        self._loading: asyncio.Task[None] | None = None

    async def start(self, *, wait: bool) -> None:
        """Watch the sources, catch up with what has changed meanwhile, and load what meaning needs.

        With ``wait`` searches by meaning are possible on return; without, they are a few seconds later.
        """
        await self._updating.start()
        self._loading = asyncio.create_task(self._load(insist=not wait), name="devassist-load")
        if wait:
            await self._loading
            await self._caring.mended()
        await self._watch()
        if self._watcher is not None:
            for source in await self._workers.search(self._store.sources):
                await _if_room(self._updating.scan(source.path, force=False))

    async def stop(self) -> None:
        if self._watcher is not None:
            await self._watcher.stop()
        if self._loading is not None:
            self._loading.cancel()
            await asyncio.gather(self._loading, return_exceptions=True)
        await self._updating.stop()
        await self._caring.stop()

    def close(self) -> None:
        """Let go of the indexes and of the reading process; nothing may be running any more."""
        self._indexes.close()
        self._isolation.close()

    async def _load(self, *, insist: bool) -> None:
        """Open what meaning needs; what stands against it, such as a full disk, may pass, so it is tried again."""
        while True:
            try:
                await self._load_once()
                break
            except Exception as reason:
                if not insist:
                    raise
                is_refusal = isinstance(reason, AssistError)
                log.warning("Searches by meaning have to wait: %s", reason, exc_info=None if is_refusal else reason)
                told = str(reason) if is_refusal else f"{type(reason).__name__}: {reason}"
                self._trouble = f"Searches by meaning have to wait: {told}"
            await asyncio.sleep(LOAD_AGAIN_SECONDS)

    async def _load_once(self) -> None:
        self._trouble = None
        try:
            embedder = await self._workers.cpu(self._open_embedder, self._embedder_name)
        except ModelUnavailable as refusal:
            self._trouble = f"{refusal.message} The bundled embedder is used until then."
            embedder = await self._workers.cpu(self._open_embedder, "")
        intake = Intake(
            store=self._store,
            readers=self._readers,
            isolation=self._isolation,
            limits=self._limits,
            embedder=embedder,
            clock=self._clock,
        )
        self._updating.set_ready(intake)
        await self._workers.index(self._indexes.open_vectors, embedder.info)
        self._finder.use(embedder)
        await _if_room(self._caring.vectors_opened())
        await _if_room(self._embedding.vectors_opened(embedder))

    async def settled(self) -> None:
        """Return once every change told so far can be searched."""
        await self._updating.settled()

    async def changed(self, paths: set[Path]) -> None:
        """Take up files that something else has seen change."""
        await self._updating.changed(paths)

    async def status(self, actor: Actor) -> LibraryStatus:
        chunk_count, embedded_count, by_state = await self._workers.search(self._store.counts)
        return LibraryStatus(
            document_count=sum(by_state.values()),
            chunk_count=chunk_count,
            embedded_count=embedded_count,
            by_state=by_state,
            embedder=self._finder.embedder_name,
            degraded=" ".join(filter(None, (self._trouble, self._indexes.degraded, self._unwatched))) or None,
        )

    async def sources(self, actor: Actor) -> tuple[Source, ...]:
        every = await self._workers.search(self._store.sources)
        return tuple(source for source in every if source.path.is_relative_to(actor.root))

    async def preview(self, actor: Actor, path: Path) -> Preview:
        """Look at what adding a path would bring in; reads no file."""
        _check_inside(actor, path)
        return await self._workers.cpu(self._preview, path)

    async def add(self, actor: Actor, path: Path) -> Job:
        """Add a file or folder, or bring one that is there up to date; what was removed below it by hand returns."""
        _check_inside(actor, path)
        source = await self._workers.write(self._add, path)
        await self._watch()
        self._events.publish(LibraryChanged())
        return await self._updating.scan(source.path, force=False)

    async def remove_source(self, actor: Actor, source_id: SourceId) -> Job:
        """Take a source's documents out of the library; the files stay."""
        source = await self._workers.search(self._store.source, source_id)
        if not source.path.is_relative_to(actor.root):
            raise NotFound("There is no such folder or file in the library; it may have been removed meanwhile.")
        return await self._updating.remove(source)

    async def documents(
        self,
        actor: Actor,
        *,
        state: DocumentState | None,
        kind: DocumentKind | None,
        collection: str | None,
        contains: str,
        offset: int,
        limit: int,
    ) -> DocumentPage:
        return await self._workers.search(
            self._store.documents,
            root=actor.root,
            state=state,
            kind=kind,
            collection=collection,
            contains=contains or None,
            offset=offset,
            limit=limit,
        )

    async def report(self, actor: Actor, path: Path) -> Report:
        """What the library holds of a file or folder."""
        _check_inside(actor, path)
        return await self._workers.search(self._report, path)

    async def remove_document(self, actor: Actor, document_id: DocumentId) -> None:
        """Take a document out until it is restored; the file stays."""
        await self._document(actor, document_id)
        await self._workers.write(self._store.exclude_document, document_id)
        self._caring.erase_later(document_id)
        await self._caring.apply()
        self._events.publish(DocumentChanged(document_id=document_id, state="removed"))

    async def restore_document(self, actor: Actor, document_id: DocumentId) -> Job:
        """Take a removed document in again."""
        path = await self._workers.write(self._store.restore_document, document_id, actor.root)
        self._caring.erase_not(document_id)
        return await self._updating.scan(path, force=False)

    async def reindex(self, actor: Actor, document_id: DocumentId | None) -> Job:
        """Read one document again, or every one of the asker's."""
        if document_id is not None:
            document = await self._document(actor, document_id)
            return await self._updating.scan(document.path, force=True)
        jobs = [await self._updating.scan(source.path, force=True) for source in await self.sources(actor)]
        if not jobs:
            raise NotFound("The library has no folders or files yet; add one first.")
        return jobs[0]

    async def collections(self, actor: Actor) -> tuple[Collection, ...]:
        return await self._workers.search(self._store.collections)

    async def create_collection(
        self, actor: Actor, name: str, include: Sequence[str], exclude: Sequence[str]
    ) -> Collection:
        made = await self._workers.write(self._store.create_collection, name, include, exclude)
        self._events.publish(LibraryChanged())
        return made

    async def change_collection(
        self,
        actor: Actor,
        collection_id: CollectionId,
        name: str | None,
        include: Sequence[str] | None,
        exclude: Sequence[str] | None,
    ) -> Collection:
        """Change what is given; what is none stays."""
        before = await self._workers.search(self._store.collection, collection_id)
        changed = await self._workers.write(
            self._store.change_collection,
            before.id,
            before.name if name is None else name,
            before.include if include is None else include,
            before.exclude if exclude is None else exclude,
        )
        self._events.publish(LibraryChanged())
        return changed

    async def delete_collection(self, actor: Actor, collection_id: CollectionId) -> None:
        await self._workers.write(self._store.delete_collection, collection_id)
        self._events.publish(LibraryChanged())

    async def search(self, actor: Actor, query: str, k: int, filters: Filters) -> SearchResult:
        """The ``k`` passages that fit best, by words alone while vectors are still missing."""
        self._check_query(query)
        try:
            return await self._workers.search(self._finder.find, query, k, filters, actor.root)
        finally:
            await self._caring.heal_soon()

    async def evidence(self, actor: Actor, query: str, k: int, filters: Filters) -> Evidence:
        """A search with the sentence vectors that an answer is composed from."""
        self._check_query(query)
        try:
            return await self._workers.search(self._finder.evidence, query, k, filters, actor.root)
        finally:
            await self._caring.heal_soon()

    async def locate(self, actor: Actor, citation: Citation) -> Location:
        """Where a citation's quote stands now."""
        try:
            path = (await self._document(actor, citation.document_id)).path
        except NotFound:
            path = citation.path
        _check_inside(actor, path)
        return await self._workers.search(self._locate, msgspec.structs.replace(citation, path=path), actor.root)

    def _locate(self, citation: Citation, root: Path) -> Location:
        try:
            reading, _ = read_file(citation.path, root, self._readers, self._limits, self._isolation)
        except NotFound:
            message = f"{citation.path.name} is no longer there; this is the text it was quoted from."
            return Location(state="missing", path=citation.path, span=citation.span, message=message)
        except AssistError as refusal:
            message = without_folder(refusal.message, citation.path)
            return Location(state="stale", path=citation.path, span=citation.span, message=message)
        return locate(citation, reading.blocks)

    def _add(self, path: Path) -> Source:
        _check_exists(path)
        self._store.restore_below(path)
        return self._store.add_source(path)

    def _preview(self, path: Path) -> Preview:
        _check_exists(path)
        found, skipped = self._updating.look(path)
        return Preview(
            file_count=len(found),
            size_bytes=sum(one.size_bytes for one in found),
            skipped=tuple(skipped[:SHOWN_SKIPS]),
            skipped_count=len(skipped),
        )

    def _report(self, path: Path) -> Report:
        documents = self._store.documents(
            root=path, state=None, kind=None, collection=None, contains=None, offset=0, limit=ALL
        ).items
        refused = (document for document in documents if document.state in ("skipped", "failed"))
        left_out = [Skip(path=one.path, reason=one.reason or "") for one in refused] + self._updating.left_out(path)
        by_state: dict[str, int] = {}
        for document in documents:
            by_state[document.state] = by_state.get(document.state, 0) + 1
        return Report(
            path=path,
            file_count=len(documents),
            size_bytes=sum(document.size_bytes for document in documents),
            chunk_count=sum(document.chunk_count for document in documents),
            by_state=by_state,
            skipped=tuple(left_out[:SHOWN_SKIPS]),
            skipped_count=len(left_out),
        )

    async def _document(self, actor: Actor, document_id: DocumentId) -> Document:
        document = await self._workers.search(self._store.document, document_id)
        if not document.path.is_relative_to(actor.root):
            raise NotFound("There is no such document; it may have been removed meanwhile.")
        return document

    @property
    def _unwatched(self) -> str | None:
        return self._watcher.trouble if self._watcher is not None else None

    async def _watch(self) -> None:
        if self._watcher is not None:
            await self._watcher.watch([source.path for source in await self._workers.search(self._store.sources)])

    def _check_query(self, query: str) -> None:
        if not query.strip():
            raise InvalidInput("query: it is empty; type what to look for.")
        if len(query) > self._max_query_chars:
            raise TooLarge(
                f"query: it has {len(query):,} characters, and at most {self._max_query_chars:,} are searched for; "
                "shorten it."
            )


async def _if_room(work: Awaitable[object]) -> None:
    """Queue what is due; on a full disk it waits for the next start, and what is there is searched all the same."""
    try:
        await work
    except StorageFull as refusal:
        log.warning("What is due has to wait: %s", refusal.message)


def _check_exists(path: Path) -> None:
    if not path.exists():
        raise NotFound(f"{path.name} does not exist; check the path.")


def _check_inside(actor: Actor, path: Path) -> None:
    if not path.is_relative_to(actor.root):
        raise PathNotAllowed("That path lies outside the folder that this server shows.")
