"""Checking the whole library against itself and putting right what differs; the files decide, then the database."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..clock import Clock
from ..errors import AssistError
from ..paths import StoragePaths
from ..storage.doctor import Finding, mend_database
from ..storage.snapshots import take_snapshot
from .index_leg import OnRebuilt
from .indexes import Indexes
from .store import KnowledgeStore

if TYPE_CHECKING:
    from ..inference.base import EmbedderInfo
    from ..storage.database import Database


def examine(
    paths: StoragePaths,
    clock: Clock,
    *,
    embedder: EmbedderInfo | None,
    rebuild: bool,
    on_rebuilt: OnRebuilt | None = None,
) -> list[Finding]:
    """Check everything, repair it, and say what was found and done. Only the owner of the data folder may do this.

    Without an embedder the vector index is held against the model it was last built for.
    """
    paths.create()
    database, finding = mend_database(paths, clock.now())
    findings = [finding]
    if database is None:
        return findings
    try:
        store = KnowledgeStore(database, clock)
        findings.append(_tried("Library", lambda: _mend_library(store)))
        findings += _mend_indexes(
            Indexes(store=store, folder=paths.indexes, clock=clock), embedder, rebuild, on_rebuilt
        )
        findings.append(_tried("Snapshot", lambda: _take_snapshot(database, paths, clock)))
    finally:
        database.close()
    return findings


def _mend_library(store: KnowledgeStore) -> Finding:
    mended = store.mend()
    if not mended:
        return Finding(what="Library", state="ok", did="Documents, passages, vectors and collections agree.")
    return Finding(what="Library", state="repaired", did=f"Put right: {', '.join(mended)}.")


def _mend_indexes(
    indexes: Indexes, embedder: EmbedderInfo | None, rebuild: bool, on_rebuilt: OnRebuilt | None
) -> list[Finding]:
    try:
        indexes.open_lexical()
        embedder = embedder or indexes.last_embedder()
        if embedder is not None:
            indexes.open_vectors(embedder)
        reasons = dict(indexes.troubles())
        reasons |= {
            name: f"{count:,} entries differed from the database"
            for name, count in indexes.differences().items()
            if count and name not in reasons
        }
        if rebuild:
            reasons |= {name: "A rebuild was asked for" for name in indexes.names() if name not in reasons}
        for name in reasons:
            indexes.rebuild(name, on_rebuilt)
        left = indexes.differences()
        return [_index_finding(name, reasons.get(name), left[name]) for name in indexes.names()]
    except AssistError as error:
        return [Finding(what="Indexes", state="failed", did=error.message)]
    finally:
        indexes.close()


def _index_finding(name: str, reason: str | None, left: int) -> Finding:
    what = name.capitalize()
    if left:
        return Finding(what=what, state="failed", did=f"{left:,} entries still differ from the database.")
    if reason is None:
        return Finding(what=what, state="ok", did="Every entry agrees with the database.")
    return Finding(what=what, state="repaired", did=f"{reason}; it was rebuilt and agrees with the database now.")


def _take_snapshot(database: Database, paths: StoragePaths, clock: Clock) -> Finding:
    snapshot = take_snapshot(database, paths.snapshots, clock.now())
    return Finding(what="Snapshot", state="ok", did=f"A verified copy of the database lies in {snapshot}.")


def _tried(what: str, work: Callable[[], Finding]) -> Finding:
    try:
        return work()
    except AssistError as error:
        return Finding(what=what, state="failed", did=error.message)
