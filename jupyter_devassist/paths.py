"""Where every byte we own lies."""

from __future__ import annotations

from pathlib import Path

import msgspec


class StoragePaths(msgspec.Struct, frozen=True):
    """The layout of one data folder. Everything else receives a path from here."""

    home: Path

    @property
    def database(self) -> Path:
        return self.home / "devassist.sqlite"

    @property
    def indexes(self) -> Path:
        """Generations of the derived indexes; may be deleted at any time."""
        return self.home / "indexes"

    @property
    def snapshots(self) -> Path:
        return self.home / "snapshots"

    @property
    def models(self) -> Path:
        return self.home / "models"

    @property
    def lock(self) -> Path:
        """Held by the one process that writes here."""
        return self.home / "owner.lock"

    @property
    def owner(self) -> Path:
        """How other processes of the same person reach the owner (mode 0600)."""
        return self.home / "owner.json"

    @property
    def evaluations(self) -> Path:
        return self.home / "evaluations"

    def create(self) -> None:
        """Make the data folder, readable by its owner alone."""
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        for folder in (self.indexes, self.snapshots, self.models):
            folder.mkdir(exist_ok=True, mode=0o700)
