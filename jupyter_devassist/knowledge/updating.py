"""Keeping the library equal to the files: scans, saves, embedding, and telling the indexes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Iterable, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from ..clock import Clock
from ..events import DocumentChanged, Events, LibraryChanged
from ..jobs.model import Job
from ..jobs.service import Jobs, Run
from ..jobs.workers import Workers
from ..paths import StoragePaths
from ..storage.snapshots import has_recent_snapshot, take_snapshot
from ..values import DocumentId, SourceId, Value
from .ingest import Gone, Intake, Moved, Read, Refused, Taken, Unchanged, embed, keep, to_moment
from .model import Document, FileStamp, Skip, Source
from .reading import Reader
from .sources import Found, belongs, scan
from .store import KnowledgeStore, UnembeddedChunk

if TYPE_CHECKING:
    from ..inference.base import Embedder
    from .indexes import Indexes

log = logging.getLogger(__name__)

READ_AT_ONCE = 8
"""Files between two writes; what they need is read and cut while the one before is written."""
EMBED_WINDOW = 512
EMBED_BATCH = 64
APPLY_EVERY_SECONDS = 2.0
SNAPSHOT_EVERY = timedelta(days=1)
MANY_CHANGES = 50
"""From so many changed files on, the source is scanned, which shows progress and can be cancelled."""


class ScanPayload(Value):
    path: str
    force: bool


class Ready(NamedTuple):
    """What reading and embedding need; there once the embedder is loaded."""

    intake: Intake
    embedder: Embedder


class Updating:
    """Three kinds of work: scanning a source, taking up saves, and embedding what has no vector yet."""

    def __init__(
        self,
        *,
        store: KnowledgeStore,
        indexes: Indexes,
        jobs: Jobs,
        workers: Workers,
        events: Events,
        clock: Clock,
        paths: StoragePaths,
        readers: Sequence[Reader],
    ) -> None:
        self._store = store
        self._indexes = indexes
        self._jobs = jobs
        self._workers = workers
        self._events = events
        self._clock = clock
        self._paths = paths
        self._readers = readers
        self._left_out: dict[Path, list[Skip]] = {}
        self._ready: list[Ready] = []
        self._readable = asyncio.Event()
        self._vectors_open = asyncio.Event()
        self._changed: set[Path] = set()
        self._wake = asyncio.Event()
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._refreshing: asyncio.Task[None] | None = None
        self._applied_at = 0.0
        self._is_embedding = self._more_to_embed = False
        jobs.register("scan", "library", self._scan)
        jobs.register("remove", "library", self._remove)
        jobs.register("rebuild", "indexes", self._rebuild)
        jobs.register("optimise", "indexes", self._optimise)
        jobs.register("snapshot", "indexes", self._snapshot)
        jobs.register("embed", "embedding", self._embed)

    def set_ready(self, ready: Ready) -> None:
        """Begin to read files; work that came before has waited for this."""
        self._ready.append(ready)
        self._readable.set()

    async def _when_ready(self) -> Ready:
        await self._readable.wait()
        return self._ready[0]

    async def vectors_opened(self) -> None:
        """Begin to embed, and mend what was found wrong with the indexes."""
        self._vectors_open.set()
        await self.embed_soon()
        await self._care()
        if not has_recent_snapshot(self._paths.snapshots, self._clock.now() - SNAPSHOT_EVERY):
            await self._jobs.submit("snapshot", "snapshot", "Copy the library's database")

    async def start(self) -> None:
        """Take up saves, and look at every source for what has changed meanwhile."""
        self._refreshing = asyncio.create_task(self._refresh_forever(), name="devassist-refresh")

    async def stop(self) -> None:
        if self._refreshing is not None:
            self._refreshing.cancel()
            with suppress(asyncio.CancelledError):
                await self._refreshing

    async def scan(self, path: Path, *, force: bool) -> Job:
        """Queue a look at a source; with force every file is read again."""
        payload = msgspec.json.encode(ScanPayload(path=str(path), force=force))
        return await self._jobs.submit("scan", f"{path}{':force' if force else ''}", f"Index {path.name}", payload)

    async def remove(self, source: Source) -> Job:
        """Queue taking a source out of the library."""
        return await self._jobs.submit("remove", source.id, f"Remove {source.path.name}", source.id.encode())

    def left_out(self, path: Path) -> list[Skip]:
        """What the last scan left alone at or below a path, and why; empty before the first scan."""
        every = (skip for skips in self._left_out.values() for skip in skips)
        return [skip for skip in every if skip.path.is_relative_to(path)]

    async def embed_soon(self) -> None:
        """Embed what has no vector yet, unless there is nothing."""
        self._more_to_embed = True
        if self._is_embedding or not self._vectors_open.is_set():
            return
        chunk_count, embedded_count, _ = await self._workers.search(self._store.counts)
        if embedded_count < chunk_count:
            await self._jobs.submit("embed", "embed", "Embed new passages")

    async def changed(self, paths: set[Path]) -> None:
        """Take up files that were written, moved or deleted; returns at once."""
        self._changed |= {path for path in paths if not path.is_relative_to(self._paths.home)}
        if self._changed:
            self._quiet.clear()
            self._wake.set()

    async def settled(self) -> None:
        """Return once every change told so far is searchable and no job is left."""
        await self._quiet.wait()
        await self._jobs.idle()

    async def apply(self) -> None:
        """Make everything that is written searchable."""
        self._applied_at = self._clock.monotonic()
        await self._workers.index(self._indexes.apply)
        await self._care()

    async def _care(self) -> None:
        """Queue what keeps the indexes right and fast."""
        if self._indexes.troubles():
            await self._jobs.submit("rebuild", "rebuild", "Rebuild the search index")
        elif self._indexes.wants_care:
            await self._jobs.submit("optimise", "optimise", "Tidy the search index")

    async def _rebuild(self, run: Run, payload: bytes) -> str:
        def report(done: int, total: int) -> None:
            run.check()
            run.report("Rebuilding", done, total, "rows")

        troubles = self._indexes.troubles()
        for name in troubles:
            await self._workers.cpu(self._indexes.rebuild, name, report)
        return f"Rebuilt from the database. {' '.join(troubles.values())}".strip()

    async def _snapshot(self, run: Run, payload: bytes) -> str:
        snapshot = await self._workers.cpu(
            take_snapshot, self._store.database, self._paths.snapshots, self._clock.now()
        )
        return f"A verified copy lies in {snapshot.name}."

    async def _optimise(self, run: Run, payload: bytes) -> str:
        await self._workers.cpu(self._indexes.optimise)
        return "Tidied."

    async def _refresh_forever(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            paths, self._changed = self._changed, set()
            try:
                await self._refresh(paths)
            except Exception:
                log.exception("Changed files could not be taken up; the next scan does it")
            if not self._changed:
                self._quiet.set()

    async def _refresh(self, paths: set[Path]) -> None:
        sources = [source.path for source in await self._workers.search(self._store.sources)]
        files, rescans = await self._workers.cpu(self._sort_out, paths, sources)
        if len(files) > MANY_CHANGES:
            rescans |= set(files.values())
            files = {}
        for source in rescans:
            await self.scan(source, force=False)
        if not files:
            return
        ready = await self._when_ready()
        excluded = await self._workers.search(self._store.excluded_paths, Path(next(iter(files)).anchor))
        # Files that are there come first, so that a renamed one is known again before its old name is gone.
        for path in sorted(files.keys() - excluded, key=lambda path: (not path.exists(), path)):
            document = await self._workers.search(self._store.document_at, path)
            known = _stamp(document) if document else None
            taken = await self._workers.cpu(ready.intake.take, path, files[path], known, force=False)
            await self._keep([taken])
        await self._embed_a_few(ready)
        await self.apply()
        await self.embed_soon()

    def _sort_out(self, paths: Iterable[Path], sources: Sequence[Path]) -> tuple[dict[Path, Path], set[Path]]:
        """Files to take up, each with its source, and sources to scan anew."""
        files: dict[Path, Path] = {}
        rescans: set[Path] = set()
        for path in paths:
            source = next((source for source in sources if path.is_relative_to(source)), None)
            if source is None:
                continue
            if path.name in (".gitignore", ".devassistignore") or path.is_dir():
                rescans.add(source)
            elif not path.exists():
                below = self._store.known_files(path)
                files |= dict.fromkeys(below, source)
            elif isinstance(belongs(path, source, self._readers), Found):
                files[path] = source
        return files, rescans

    async def _embed_a_few(self, ready: Ready) -> None:
        """A saved cell is worth its vector at once; a large file waits its turn."""
        model = ready.embedder.info.name
        batch = await self._workers.search(self._store.texts_without_vectors, model, EMBED_BATCH)
        if 0 < len(batch) < EMBED_BATCH:
            rows = await self._workers.cpu(embed, ready.embedder, batch)
            self._tell_indexed(await self._workers.write(self._store.save_vectors, model, rows))

    async def _scan(self, run: Run, payload: bytes) -> str:
        order = msgspec.json.decode(payload, type=ScanPayload)
        source = Path(order.path)
        ready = await self._when_ready()
        run.report("Looking", 0, None, "files", source.name)
        found = await self._workers.cpu(self._list, source)
        known = await self._workers.search(self._store.known_files, source)
        excluded = await self._workers.search(self._store.excluded_paths, source)
        wanted = [one for one in found if one.path not in excluded]
        changed = [one for one in wanted if order.force or _is_changed(one, known.get(one.path))]
        for start in range(0, len(changed), READ_AT_ONCE):
            run.check()
            part = changed[start : start + READ_AT_ONCE]
            run.report("Reading", start, len(changed), "files", part[0].path.name)
            taking = [
                self._workers.cpu(ready.intake.take, one.path, source, known.get(one.path), force=order.force)
                for one in part
            ]
            await self._keep(await asyncio.gather(*taking))
            if self._clock.monotonic() - self._applied_at > APPLY_EVERY_SECONDS:
                await self.apply()
                await self.embed_soon()
        run.report("Reading", len(changed), len(changed), "files")
        gone = await self._gone(source, known, {one.path for one in wanted})
        await self._keep([Gone(path) for path in gone])
        await self.apply()
        await self.embed_soon()
        self._events.publish(LibraryChanged(document_count=len(wanted)))
        return _outcome(len(wanted), len(changed), len(gone), len(self._left_out[source]))

    def _list(self, source: Path) -> list[Found]:
        found: list[Found] = []
        left_out: list[Skip] = []
        for one in scan(source, self._readers):
            if one.path.is_relative_to(self._paths.home):
                continue
            if isinstance(one, Found):
                found.append(one)
            else:
                left_out.append(one)
        self._left_out[source] = left_out
        return found

    async def _gone(self, source: Path, known: dict[Path, FileStamp], found: set[Path]) -> list[Path]:
        """Known files of a source that are no longer there; those that a source inside it brings stay."""
        others = [one.path for one in await self._workers.search(self._store.sources) if one.path != source]
        inner = [path for path in others if path.is_relative_to(source)]
        return [path for path in known if path not in found and not any(path.is_relative_to(one) for one in inner)]

    async def _keep(self, taken: Sequence[Taken]) -> None:
        for one in taken:
            await self._workers.write(keep, self._store, one)
            match one:
                case Read(document, _) | Refused(document):
                    self._events.publish(DocumentChanged(document_id=document.id, state=document.state))
                case Moved(document_id, _):
                    self._events.publish(DocumentChanged(document_id=document_id, state="indexed"))
                case Gone() | Unchanged():
                    pass
        if any(isinstance(one, Gone) for one in taken):
            self._events.publish(LibraryChanged(document_count=-1))

    async def _embed(self, run: Run, payload: bytes) -> str:
        await self._vectors_open.wait()
        ready = await self._when_ready()
        self._is_embedding, done = True, 0
        try:
            while self._more_to_embed:
                self._more_to_embed = False
                done = await self._embed_all(run, ready.embedder, done)
        finally:
            self._is_embedding = False
        run.report("Embedding", done, done, "chunks")
        return f"Embedded {done:,} passages."

    async def _embed_all(self, run: Run, embedder: Embedder, done: int) -> int:
        model = embedder.info.name
        while window := await self._workers.search(self._store.texts_without_vectors, model, EMBED_WINDOW):
            chunk_count, embedded_count, _ = await self._workers.search(self._store.counts)
            await self._embed_window(run, embedder, window, done, done + chunk_count - embedded_count)
            done += len(window)
            await self.apply()
        return done

    async def _embed_window(
        self, run: Run, embedder: Embedder, window: list[UnembeddedChunk], done: int, total: int
    ) -> None:
        """Embed while the batch before is written."""
        window.sort(key=lambda row: row.chunk.token_count)
        saving: Awaitable[list[DocumentId]] | None = None
        try:
            for start in range(0, len(window), EMBED_BATCH):
                run.check()
                run.report("Embedding", done + start, total, "chunks")
                rows = await self._workers.cpu(embed, embedder, window[start : start + EMBED_BATCH])
                if saving is not None:
                    self._tell_indexed(await saving)
                saving = asyncio.ensure_future(self._workers.write(self._store.save_vectors, embedder.info.name, rows))
        finally:
            if saving is not None:
                self._tell_indexed(await saving)

    async def _remove(self, run: Run, payload: bytes) -> str:
        source_id = SourceId(payload.decode())
        removed = await self._workers.write(self._store.remove_source, source_id)
        run.report("Removing", len(removed), len(removed), "files")
        await self.apply()
        self._events.publish(LibraryChanged(document_count=-len(removed)))
        return f"{len(removed):,} documents have left the library; the files are where they were."

    def _tell_indexed(self, documents: Iterable[str]) -> None:
        for document_id in documents:
            self._events.publish(DocumentChanged(document_id=document_id, state="indexed"))


def _stamp(document: Document) -> FileStamp:
    return FileStamp(
        document_id=document.id,
        size_bytes=document.size_bytes,
        modified_at=document.modified_at,
        content_hash=document.content_hash,
        state=document.state,
    )


def _is_changed(found: Found, known: FileStamp | None) -> bool:
    if known is None or known.state == "pending" or not known.content_hash:
        return True  # what could not be opened the last time is tried again: permissions leave no stamp
    return known.size_bytes != found.size_bytes or known.modified_at != to_moment(found.modified_ns)


def _outcome(file_count: int, changed_count: int, gone_count: int, left_out: int) -> str:
    parts = [f"{changed_count:,} of {file_count:,} files were new or changed"]
    if gone_count:
        parts.append(f"{gone_count:,} are gone")
    if left_out:
        parts.append(f"{left_out:,} were left out")
    return ", ".join(parts) + "."
