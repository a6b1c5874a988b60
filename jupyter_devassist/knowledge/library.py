"""The three parts that hold a library, opened together; for whoever needs no server around them."""

from __future__ import annotations

from typing import NamedTuple

from ..clock import Clock
from ..paths import StoragePaths
from ..storage.database import Database
from .indexes import Indexes
from .store import KnowledgeStore, Ledger, VectorRow

__all__ = ["KnowledgeStore", "Ledger", "Library", "VectorRow", "open_library"]


class Library(NamedTuple):
    database: Database
    store: KnowledgeStore
    indexes: Indexes

    def close(self) -> None:
        self.indexes.close()
        self.database.close()


def open_library(paths: StoragePaths, clock: Clock) -> Library:
    """Open the database; the indexes are opened by whoever needs them. Only the owner of the folder may do this."""
    paths.create()
    database = Database.open(paths.database)
    store = KnowledgeStore(database, clock)
    return Library(database, store, Indexes(store=store, folder=paths.indexes, clock=clock))
