"""One derived index over its life: opened and checked, fed, rebuilt beside itself, swapped, dropped."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Condition, Lock
from typing import Generic, NamedTuple, Protocol, TypeVar

from ..errors import AssistError, StorageDamaged, StorageFull
from ..storage.filesystem import sync_folder
from .store import Generation, Ledger, Target

_KEYS_PER_COMMIT = 4_000
_ROWS_PER_REBUILD_COMMIT = 4_000
_SAMPLE = 32
# More than this is applied after the start, so that a large backlog does not delay it.
_KEYS_BEFORE_READY = 500
_CHECK_ATTEMPTS = 10

_REASON_CHARS = 200

Entry = TypeVar("Entry")
Entry_contra = TypeVar("Entry_contra", contravariant=True)
OnRebuilt = Callable[[int, int], None]
"""Called with the rows written and the rows to write."""


class DerivedIndex(Protocol[Entry_contra]):
    """What both indexes have in common."""

    def apply(self, upserts: Sequence[Entry_contra], deletes: Sequence[int]) -> None: ...
    def count(self) -> int: ...
    def fingerprints(self, keys: Sequence[int]) -> dict[int, str]: ...
    def close(self) -> None: ...


Index = TypeVar("Index", bound=DerivedIndex)  # type: ignore[type-arg]


class Layout(NamedTuple, Generic[Index, Entry]):
    """How one kind of index is made and what it holds. Another version, model or dimension means another generation."""

    target: Target
    name: str
    """As a user reads it."""
    schema_version: int
    model: str | None
    dimension: int | None
    create: Callable[[Path], Index]
    open: Callable[[Path], Index]
    entries: Callable[[Sequence[int]], list[Entry]]
    all_entries: Callable[[int], Iterator[list[Entry]]]
    key_of: Callable[[Entry], int]
    altered: Callable[[Index, Sequence[Entry]], int]
    """How many of these entries are held under the right fingerprint with another content."""


class IndexLeg(Generic[Index, Entry]):
    """The live generation of one index. Searches go on during everything else; changes are made one at a time."""

    def __init__(self, layout: Layout[Index, Entry], ledger: Ledger, folder: Path) -> None:
        self._layout = layout
        self._ledger = ledger
        self._folder = folder
        self._changing = Lock()
        self._rebuilding = Lock()
        self._is_behind = False
        self._readers = Condition()
        self._reader_count: dict[int, int] = {}
        self._index: Index | None = None
        self._generation: Generation | None = None
        self._checked = False
        self.name = layout.name
        self.trouble: str | None = None
        """What is wrong with the index and that it will be rebuilt, in words."""

    def open(self) -> None:
        """Open the live generation and check it against the database; an empty library gets an empty index at once."""
        self._sweep()
        generation = self._ledger.live(self._layout.target)
        layout = self._layout
        if generation is None:
            self.trouble = f"The {layout.name} is not built yet"
        elif generation[2:5] != (layout.schema_version, layout.model, layout.dimension):
            self.trouble = f"The {layout.name} was made by another version or model and is being made anew"
        else:
            self._open_generation(generation)
        if self._index is None and self._ledger.entry_count(layout.target) == 0:
            self.rebuild(None)

    @contextmanager
    def reading(self) -> Iterator[Index | None]:
        """Hold the index that is live now, or none while there is none that can be trusted."""
        with self._readers:
            index, generation = self._index, self._generation
            number = generation.number if generation else 0
            self._reader_count[number] = self._reader_count.get(number, 0) + 1
        try:
            yield index
        except StorageDamaged as error:
            self._distrust(error.message, number)
            raise
        finally:
            with self._readers:
                self._reader_count[number] -= 1
                self._readers.notify_all()

    def apply(self, *, wait: bool) -> int:
        """Bring the index up to date with the database; returns how many chunks that concerned.

        While another thread is at it, or the index is being optimised or swapped, this either waits or
        leaves what is pending to the end of that. Repeating what was applied before changes nothing.
        """
        changed, self._is_behind = 0, True
        while self._is_behind and self._changing.acquire(blocking=wait):
            try:
                self._is_behind = False
                changed += self._apply()
            except (StorageDamaged, FileNotFoundError) as error:
                self._distrust(str(error), self._generation.number if self._generation else 0)
            finally:
                self._changing.release()
        return changed

    def is_current(self) -> bool:
        """Whether a search would find everything that is in the database."""
        generation = self._generation
        return generation is not None and self.trouble is None and not self._ledger.pending(generation, 1)[1]

    def change(self, work: Callable[[Index], None]) -> None:
        """Do something slow to the live index, then apply what has come up meanwhile."""
        with self._changing:
            if self._index is not None:
                work(self._index)
        self.apply(wait=True)

    def rebuild(self, on_rebuilt: OnRebuilt | None) -> None:
        """Build a new generation from the database and make it live; the old one serves until then."""
        if not self._rebuilding.acquire(blocking=False):
            return
        try:
            layout = self._layout
            generation = self._ledger.begin(layout.target, layout.schema_version, layout.model, layout.dimension)
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            index = layout.create(self._folder_of(generation.number))
            try:
                total, done = self._ledger.entry_count(layout.target), 0
                for entries in layout.all_entries(_ROWS_PER_REBUILD_COMMIT):
                    index.apply(entries, [])
                    done += len(entries)
                    if on_rebuilt is not None:
                        on_rebuilt(done, max(total, done))
                old_index, old_generation = self._swap(index, generation)
            except BaseException:
                index.close()
                self._drop(generation.number)
                raise
            self._retire(old_index, old_generation)
        finally:
            self._rebuilding.release()
        self.apply(wait=True)

    def differences(self) -> int:
        """Compare every entry with the database, in which nobody writes meanwhile; returns how many differ."""
        with self._changing:
            if self._index is not None:
                try:
                    self._apply()
                    return self._compare(self._index)
                except StorageDamaged as error:
                    self._distrust(error.message, self._generation.number if self._generation else 0)
            return self._ledger.entry_count(self._layout.target)

    def close(self) -> None:
        """Let go of the folder once the searches under way have ended."""
        with self._changing:
            with self._readers:
                index, self._index = self._index, None
                self._readers.wait_for(lambda: not any(self._reader_count.values()), timeout=5)
            if index is not None:
                index.close()

    def _open_generation(self, generation: Generation) -> None:
        try:
            self._index = self._layout.open(self._folder_of(generation.number))
            self._generation = generation
            if len(self._ledger.pending(generation, _KEYS_BEFORE_READY)[1]) < _KEYS_BEFORE_READY:
                self._apply()
        except StorageDamaged as error:
            self._distrust(error.message, generation.number)
        except StorageFull:
            # What is pending stays so; searches find what was applied before.
            return

    def _apply(self) -> int:
        changed = 0
        while self._index is not None and self._generation is not None:
            seq, keys = self._ledger.pending(self._generation, _KEYS_PER_COMMIT)
            if not keys:
                break
            self._generation = self._apply_keys(self._index, self._generation, seq, keys)
            changed += len(keys)
        if self._index is not None and self._generation is not None and not self._checked:
            self._generation = self._check(self._index, self._generation)
        return changed

    def _apply_keys(self, index: Index, generation: Generation, seq: int, keys: Sequence[int]) -> Generation:
        entries = self._layout.entries(keys)
        held = {self._layout.key_of(entry) for entry in entries}
        index.apply(entries, [key for key in keys if key not in held])
        sync_folder(self._folder_of(generation.number))
        generation = generation._replace(applied_seq=seq)
        self._ledger.record_applied(generation)
        return generation

    def _check(self, index: Index, generation: Generation) -> Generation:
        """Compare the count and a few entries with the database: an index can open well and be empty.

        What is written meanwhile is applied first; with writes that never pause the check is left for later.
        """
        for _ in range(_CHECK_ATTEMPTS):
            expected = self._ledger.expectation(generation, _SAMPLE)
            if not expected.is_behind:
                found = index.count()
                if found != expected.row_count:
                    raise StorageDamaged(f"The {self._layout.name} holds {found} of {expected.row_count} chunks")
                if index.fingerprints(list(expected.fingerprints)) != expected.fingerprints:
                    raise StorageDamaged(f"The {self._layout.name} differs from the database")
                self._checked = True
                break
            generation = self._catch_up(index, generation)
        return generation

    def _compare(self, index: Index) -> int:
        wrong, held = 0, 0
        for entries in self._layout.all_entries(_KEYS_PER_COMMIT):
            keys = [self._layout.key_of(entry) for entry in entries]
            expected = self._ledger.fingerprints(self._layout.target, keys)
            found = index.fingerprints(keys)
            held += len(found)
            wrong += sum(found.get(key) != value for key, value in expected.items())
            wrong += self._layout.altered(index, entries)
        return wrong + abs(index.count() - held)

    def _catch_up(self, index: Index, generation: Generation) -> Generation:
        while True:
            seq, keys = self._ledger.pending(generation, _KEYS_PER_COMMIT)
            if not keys:
                return generation
            generation = self._apply_keys(index, generation, seq, keys)

    def _swap(self, index: Index, generation: Generation) -> tuple[Index | None, Generation | None]:
        """Make an index the live one; returns the one before it."""
        sync_folder(self._folder)
        with self._changing:
            generation = self._check(index, self._catch_up(index, generation))
            self._ledger.go_live(generation)
            with self._readers:
                old_index, old_generation = self._index, self._generation
                self._index, self._generation = index, generation
                self.trouble = None
        return old_index, old_generation

    def _retire(self, old_index: Index | None, old_generation: Generation | None) -> None:
        """Let go of what was live before, once nobody reads it; the new index stands whatever becomes of that."""
        if old_generation is not None:
            with self._readers:
                self._readers.wait_for(lambda: not self._reader_count.get(old_generation.number), timeout=30)
            if old_index is not None:
                with suppress(AssistError):
                    old_index.close()
        self._sweep()

    def _distrust(self, reason: str, number: int) -> None:
        with self._readers:
            if self._generation is not None and self._generation.number != number:
                return
            self._index, self._checked = None, False
            self.trouble = _first_words(reason)

    def _sweep(self) -> None:
        """Remove the folders of generations that are not live: left by a swap, a crash or another version."""
        live = self._ledger.live(self._layout.target)
        keep = live.number if live else 0
        for number in self._ledger.known_numbers(self._layout.target):
            if number != keep:
                self._drop(number)
        for folder in self._folder.glob(f"{self._layout.target}-*"):
            if folder != self._folder_of(keep):
                shutil.rmtree(folder, ignore_errors=True)

    def _drop(self, number: int) -> None:
        shutil.rmtree(self._folder_of(number), ignore_errors=True)
        if not self._folder_of(number).exists():
            self._ledger.forget(self._layout.target, number)

    def _folder_of(self, number: int) -> Path:
        return self._folder / f"{self._layout.target}-{number}"


def _first_words(reason: str) -> str:
    """The reason without the way out, which is taken already, and without the whole story of a library."""
    line = reason.removesuffix("; `jupyter devassist doctor` rebuilds it.").split("\n")[0].rstrip(".")
    return line if len(line) <= _REASON_CHARS else f"{line[:_REASON_CHARS]} …"
