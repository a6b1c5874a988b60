"""Keeping the library equal to the files: scans, saves, embedding, and telling the indexes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from ..clock import Clock
from ..errors import AssistError, NotFound
from ..events import DocumentChanged, Events, LibraryChanged
from ..jobs.model import Job
from ..jobs.service import Jobs, Run
from ..jobs.workers import Workers
from ..paths import StoragePaths
from ..storage.snapshots import has_recent_snapshot, take_snapshot
from ..values import DocumentId, SourceId, Value
from .ignoring import GIT_RULES, OWN_RULES
from .ingest import Gone, Intake, Moved, Read, Refused, Taken, embed, keep, path_of, stamp_of, to_moment
from .model import FileStamp, Skip, Source
from .reading import Reader
from .sources import Found, Unlisted, belongs, is_entered, scan
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


class Plan(NamedTuple):
    """What a scan has to do: files to read, with what is known of them, and files that are gone."""

    file_count: int
    left_out_count: int
    known: dict[Path, FileStamp]
    changed: list[Found]
    gone: list[Path]


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
        undo_seconds: float,
    ) -> None:
        self._store = store
        self._indexes = indexes
        self._jobs = jobs
        self._workers = workers
        self._events = events
        self._clock = clock
        self._paths = paths
        self._readers = readers
        self._undo_seconds = undo_seconds
        self._removed: set[str] = set()
        self._erasing: asyncio.Task[None] | None = None
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
        self._healing: dict[str, str] = {}
        jobs.register("scan", "library", self._scan)
        jobs.register("remove", "library", self._remove)
        jobs.register("rebuild", "indexes", self._rebuild)
        jobs.register("optimise", "indexes", self._optimise)
        jobs.register("snapshot", "indexes", self._snapshot)
        jobs.register("erase", "indexes", self._erase)
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
        await self._snapshot_if_due()
        if await self._workers.search(self._store.due_erasure) is not None:
            await self._submit_erasure()

    async def start(self) -> None:
        """Take up saves, and look at every source for what has changed meanwhile."""
        self._refreshing = asyncio.create_task(self._refresh_forever(), name="devassist-refresh")

    async def stop(self) -> None:
        for task in (self._refreshing, self._erasing):
            if task is not None:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    async def scan(self, path: Path, *, force: bool) -> Job:
        """Queue a look at a source; with force every file is read again."""
        payload = msgspec.json.encode(ScanPayload(path=str(path), force=force))
        return await self._jobs.submit("scan", f"{path}{':force' if force else ''}", f"Index {path.name}", payload)

    async def remove(self, source: Source) -> Job:
        """Queue taking a source out of the library."""
        return await self._jobs.submit("remove", source.id, f"Remove {source.path.name}", source.id.encode())

    def erase_later(self, removed: str) -> None:
        """Erase for good what was removed by hand, once there was time to change one's mind."""
        self._removed.add(removed)
        if self._erasing is not None:
            self._erasing.cancel()
        self._erasing = asyncio.create_task(self._erase_when_final(), name="devassist-erase")

    def erase_not(self, restored: str) -> None:
        """What was removed is back."""
        self._removed.discard(restored)

    async def _erase_when_final(self) -> None:
        await asyncio.sleep(self._undo_seconds)
        if self._removed:
            self._removed.clear()
            await self._submit_erasure()
        elif mark := await self._workers.search(self._store.due_erasure):
            await self._workers.write(self._store.forget_erasure, mark)

    async def _submit_erasure(self) -> None:
        await self._jobs.submit("erase", "erase", "Erase what was removed")

    async def mended(self) -> None:
        """Return once no index is being rebuilt."""
        for job in await self._jobs.list():
            if job.kind == "rebuild" and job.state in ("queued", "running"):
                await self._jobs.wait(job.id)

    def left_out(self, path: Path) -> list[Skip]:
        """What the last scan left alone at or below a path, and why; empty before the first scan."""
        every = (skip for skips in list(self._left_out.values()) for skip in skips)
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
        while True:
            await self._quiet.wait()
            await self._jobs.idle()
            if self._quiet.is_set():  # a job may have found a file that changed under its hands
                return

    async def apply(self) -> None:
        """Make everything that is written searchable."""
        self._applied_at = self._clock.monotonic()
        await self._workers.index(self._indexes.apply)
        await self._care()

    async def _care(self) -> None:
        """Queue what keeps the indexes right and fast."""
        is_due = await self._workers.index(lambda: self._indexes.wants_care)
        if self._indexes.troubles():
            await self._heal()
        elif is_due:
            await self._jobs.submit("optimise", "optimise", "Tidy the search index")

    async def heal_soon(self) -> None:
        """Queue a rebuild when a search has just found an index damaged; once for each damage, as searches are many."""
        if self._indexes.troubles() != self._healing:
            try:
                await self._heal()
            except AssistError as refusal:  # on a full disk searches go on
                log.warning("A damaged index has to wait: %s", refusal.message)
                self._healing = {}

    async def _heal(self) -> None:
        self._healing = self._indexes.troubles()
        if self._healing:
            await self._jobs.submit("rebuild", "rebuild", "Rebuild the search index")

    async def _rebuild(self, run: Run, payload: bytes) -> str:
        def report(done: int, total: int) -> None:
            run.check()
            run.report("Rebuilding", done, total, "rows")

        troubles = self._indexes.troubles()
        for name in troubles:
            await self._workers.cpu(self._indexes.rebuild, name, report)
        return f"Rebuilt from the database. {' '.join(troubles.values())}" if troubles else "It was rebuilt already."

    async def _snapshot(self, run: Run, payload: bytes) -> str:
        snapshot = await self._workers.cpu(
            take_snapshot, self._store.database, self._paths.snapshots, self._clock.now()
        )
        return f"A verified copy lies in {snapshot.name}."

    async def _snapshot_if_due(self) -> None:
        """A copy each day, the first once there is something to copy."""
        if has_recent_snapshot(self._paths.snapshots, self._clock.now() - SNAPSHOT_EVERY):
            return
        if (await self._workers.search(self._store.counts))[0]:
            await self._jobs.submit("snapshot", "snapshot", "Copy the library's database")

    async def _erase(self, run: Run, payload: bytes) -> str:
        """Make both indexes anew without what was removed, empty the journal, and replace older copies."""
        mark = await self._workers.search(self._store.due_erasure)
        if mark is None:
            return "There was nothing left to erase."
        await run.until(self._vectors_open)
        run.report("Erasing", 0, None, "rows")
        await self._workers.cpu(self._indexes.purge)
        await self._workers.cpu(take_snapshot, self._store.database, self._paths.snapshots, self._clock.now(), keep=1)
        await self._workers.write(self._store.forget_erasure, mark)
        return "What was removed is in no file of the library any more."

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
            known = {path: stamp_of(document)} if document else {}
            taken = await self._workers.cpu(ready.intake.take, path, files[path], known.get(path), force=False)
            await self._keep([taken], known)
        await self._embed_a_few(ready)
        await self.apply()
        await self.embed_soon()

    def _sort_out(self, paths: Iterable[Path], sources: Sequence[Path]) -> tuple[dict[Path, Path], set[Path]]:
        """Files to take up, each with its source, and sources to scan anew."""
        files: dict[Path, Path] = {}
        rescans: set[Path] = set()
        there = [source for source in sources if source.exists()]  # what lies on a disk that is away stays known
        for path, source in product(paths, there):
            if not path.is_relative_to(source):
                continue
            if path.is_dir():
                rescans |= {source} if is_entered(path, source) else set()
            elif path.name in (OWN_RULES, GIT_RULES):
                rescans.add(source)
            elif not path.exists():
                files |= dict.fromkeys(self._store.known_files(path), source)
            elif isinstance(belongs(path, source, self._readers), Found) or self._store.document_at(path):
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
        await run.until(self._readable)
        ready = await self._when_ready()
        run.report("Looking", 0, None, "files", source.name)
        plan = await self._workers.cpu(self._compare, source, force=order.force)
        if plan is None:
            return "It is no longer part of the library."
        changed, known = plan.changed, plan.known
        for start in range(0, len(changed), READ_AT_ONCE):
            run.check()
            part = changed[start : start + READ_AT_ONCE]
            run.report("Reading", start, len(changed), "files", part[0].path.name)
            taking = [
                self._workers.cpu(ready.intake.take, one.path, source, known.get(one.path), force=order.force)
                for one in part
            ]
            await self._keep(await asyncio.gather(*taking), known)
            await self.embed_soon()  # at once: embedding is most of the work, and reading waits for the disk
            if self._clock.monotonic() - self._applied_at > APPLY_EVERY_SECONDS:
                await self.apply()
        run.report("Reading", len(changed), len(changed), "files")
        await self._keep([Gone(path) for path in plan.gone], known)
        await self.apply()
        await self.embed_soon()
        self._events.publish(LibraryChanged())
        return _outcome(plan)

    def look(self, path: Path) -> tuple[list[Found], list[Skip]]:
        """The files at or below a path that belong to a library, and those that are left alone."""
        found: list[Found] = []
        left_out: list[Skip] = []
        for one in scan(path, self._readers):
            if one.path.is_relative_to(self._paths.home):
                continue
            if isinstance(one, Found):
                found.append(one)
            else:
                left_out.append(one)
        return found, left_out

    def _compare(self, source: Path, *, force: bool) -> Plan | None:
        """Hold files against what is known of them; nothing when they are not, or no longer, part of the library."""
        sources = [one.path for one in self._store.sources()]
        if not any(source.is_relative_to(one) for one in sources):
            return None
        known = self._store.known_files(source)  # before looking: what is saved meanwhile must not count as gone
        if source in sources and known.keys() - {source} and not source.exists():
            raise NotFound(
                f"{source.name} is not there (moved, or on a disk that is not connected), so what is known of it was "
                "left as it is; remove it from the library if it is gone for good."
            )
        found, left_out = self.look(source)
        self._left_out[source] = left_out
        excluded = self._store.excluded_paths(source)
        wanted = [one for one in found if one.path not in excluded]
        inner = [one for one in sources if one != source and one.is_relative_to(source)]
        unseen = inner + [skip.path for skip in left_out if isinstance(skip, Unlisted)]
        missing = known.keys() - {one.path for one in wanted}
        return Plan(
            file_count=len(wanted),
            left_out_count=len(left_out),
            known=known,
            changed=[one for one in wanted if force or _is_changed(one, known.get(one.path))],
            gone=sorted(path for path in missing if not any(path.is_relative_to(one) for one in unseen)),
        )

    async def _keep(self, taken: Sequence[Taken], known: Mapping[Path, FileStamp]) -> None:
        """Write what came of files; those that have changed meanwhile are taken up once more."""
        kept: list[Taken] = []
        overtaken: set[Path] = set()
        for one in taken:
            path = path_of(one)
            if await self._workers.write(keep, self._store, one, known.get(path)):
                kept.append(one)
            else:
                overtaken.add(path)
        for one in kept:
            if isinstance(one, (Read, Refused, Moved)):
                self._events.publish(DocumentChanged(document_id=one.document.id, state=one.document.state))
        if any(isinstance(one, Gone) for one in kept):
            self._events.publish(LibraryChanged())
        if overtaken:
            await self.changed(overtaken)

    async def _embed(self, run: Run, payload: bytes) -> str:
        await run.until(self._vectors_open)
        ready = await self._when_ready()
        self._is_embedding = self._more_to_embed = True  # also when it is resumed, and nothing has come since
        done = 0
        try:
            while self._more_to_embed:
                self._more_to_embed = False
                done = await self._embed_all(run, ready.embedder, done)
        finally:
            self._is_embedding = False
        run.report("Embedding", done, done, "chunks")
        await self._snapshot_if_due()
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
        self.erase_later(source_id)
        await self.apply()
        self._events.publish(LibraryChanged())
        return f"{len(removed):,} documents have left the library; the files are where they were."

    def _tell_indexed(self, documents: Iterable[str]) -> None:
        for document_id in documents:
            self._events.publish(DocumentChanged(document_id=document_id, state="indexed"))


def _is_changed(found: Found, known: FileStamp | None) -> bool:
    if known is None or known.state == "pending" or not known.content_hash:
        return True  # what could not be opened the last time is tried again: permissions leave no stamp
    return known.size_bytes != found.size_bytes or known.modified_at != to_moment(found.modified_ns)


def _outcome(plan: Plan) -> str:
    parts = [f"{len(plan.changed):,} of {plan.file_count:,} files were new or changed"]
    if plan.gone:
        parts.append(f"{len(plan.gone):,} are gone")
    if plan.left_out_count:
        parts.append(f"{plan.left_out_count:,} were left out")
    return ", ".join(parts) + "."
