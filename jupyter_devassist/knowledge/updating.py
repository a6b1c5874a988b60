"""Keeping the library equal to the files: scans of sources, and saves as they happen."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import product
from pathlib import Path
from typing import NamedTuple

import msgspec

from ..errors import NotFound
from ..events import DocumentChanged, Events, LibraryChanged
from ..jobs.model import Job
from ..jobs.service import Jobs, Run
from ..jobs.workers import Workers
from ..paths import StoragePaths
from ..values import SourceId, Value
from .caring import Caring
from .embedding import Embedding
from .ignoring import GIT_RULES, OWN_RULES
from .ingest import Gone, Intake, Moved, Read, Refused, Taken, keep, path_of, stamp_of, to_moment
from .model import FileStamp, Skip, Source
from .reading import Reader
from .sources import Found, Unlisted, belongs, is_entered, scan
from .store import KnowledgeStore

log = logging.getLogger(__name__)

READ_AT_ONCE = 8
"""Files between two writes; what they need is read and cut while the one before is written."""
APPLY_EVERY_SECONDS = 2.0
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


class Updating:
    """Scans a source as a job with progress; takes up a save at once."""

    def __init__(
        self,
        *,
        store: KnowledgeStore,
        caring: Caring,
        embedding: Embedding,
        jobs: Jobs,
        workers: Workers,
        events: Events,
        paths: StoragePaths,
        readers: Sequence[Reader],
    ) -> None:
        self._store = store
        self._caring = caring
        self._embedding = embedding
        self._jobs = jobs
        self._workers = workers
        self._events = events
        self._paths = paths
        self._readers = readers
        self._left_out: dict[Path, list[Skip]] = {}
        self._intakes: list[Intake] = []
        self._readable = asyncio.Event()
        self._changed: set[Path] = set()
        self._wake = asyncio.Event()
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._refreshing: asyncio.Task[None] | None = None
        jobs.register("scan", "library", self._scan)
        jobs.register("remove", "library", self._remove)

    def set_ready(self, intake: Intake) -> None:
        """Begin to read files; work that came before has waited for this."""
        self._intakes.append(intake)
        self._readable.set()

    async def start(self) -> None:
        """Take up saves from now on."""
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
        every = (skip for skips in list(self._left_out.values()) for skip in skips)
        return [skip for skip in every if skip.path.is_relative_to(path)]

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
        await self._readable.wait()
        intake = self._intakes[0]
        excluded = await self._workers.search(self._store.excluded_paths, Path(next(iter(files)).anchor))
        # Files that are there come first, so that a renamed one is known again before its old name is gone.
        for path in sorted(files.keys() - excluded, key=lambda path: (not path.exists(), path)):
            document = await self._workers.search(self._store.document_at, path)
            known = {path: stamp_of(document)} if document else {}
            taken = await self._workers.cpu(intake.take, path, files[path], known.get(path), force=False)
            await self._keep([taken], known)
        await self._embedding.embed_a_few()
        await self._caring.apply()
        await self._embedding.embed_soon()

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

    async def _scan(self, run: Run, payload: bytes) -> str:
        order = msgspec.json.decode(payload, type=ScanPayload)
        source = Path(order.path)
        await run.until(self._readable)
        intake = self._intakes[0]
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
                self._workers.cpu(intake.take, one.path, source, known.get(one.path), force=order.force) for one in part
            ]
            await self._keep(await asyncio.gather(*taking), known)
            await self._embedding.embed_soon()  # at once: embedding is most of the work, and reading waits for the disk
            if self._caring.seconds_since_applied() > APPLY_EVERY_SECONDS:
                await self._caring.apply()
        run.report("Reading", len(changed), len(changed), "files")
        await self._keep([Gone(path) for path in plan.gone], known)
        await self._caring.apply()
        await self._embedding.embed_soon()
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

    async def _remove(self, run: Run, payload: bytes) -> str:
        source_id = SourceId(payload.decode())
        removed = await self._workers.write(self._store.remove_source, source_id)
        run.report("Removing", len(removed), len(removed), "files")
        self._caring.erase_later(source_id)
        await self._caring.apply()
        self._events.publish(LibraryChanged())
        return f"{len(removed):,} documents have left the library; the files are where they were."


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
