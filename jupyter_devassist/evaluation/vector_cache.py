"""Vectors kept between runs, because embedding is nearly all that an evaluation costs."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from ..errors import StorageDamaged
from ..inference.base import Embedder, Vectors


class VectorCache:
    """Embeds passages, or takes their vectors from a file that belongs to the embedder's name."""

    def __init__(self, embedder: Embedder, folder: Path | None) -> None:
        self._embedder = embedder
        self._file = None
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            self._file = folder / f"{re.sub(r'[^A-Za-z0-9._-]+', '-', embedder.info.name)}.sqlite"

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), dimension)."""
        if self._file is None:
            return self._embedder.embed_passages(texts)
        keys = [hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).digest() for text in texts]
        try:
            with closing(sqlite3.connect(self._file)) as database, database:
                database.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID")
                known = self._known(database, keys)
                missing = [place for place, key in enumerate(keys) if key not in known]
                fresh = self._embedder.embed_passages([texts[place] for place in missing])
                for place, vector in zip(missing, fresh, strict=True):
                    known[keys[place]] = vector
                    row = (keys[place], vector.astype(np.float32).tobytes())
                    database.execute("INSERT OR REPLACE INTO vectors VALUES (?, ?)", row)
        except sqlite3.Error as error:
            raise StorageDamaged(f"The vector cache {self._file} cannot be used ({error}); delete it.") from error
        return np.stack([known[key] for key in keys]) if keys else fresh

    def _known(self, database: sqlite3.Connection, keys: Sequence[bytes]) -> dict[bytes, Vectors]:
        known: dict[bytes, Vectors] = {}
        for key in keys:
            row = database.execute("SELECT vector FROM vectors WHERE key = ?", (key,)).fetchone()
            if row is not None and len(row[0]) == 4 * self._embedder.info.dimension:
                known[key] = np.frombuffer(row[0], dtype=np.float32)
        return known
