"""Which files of a source belong to the library."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from .containment import inside
from .ignoring import FolderRules, is_environment, reason_to_leave, rules_of
from .model import DocumentKind, Skip
from .reading import Reader, kind_of

NO_TEXT = "its name is not valid text; rename it"


class Found(NamedTuple):
    """A file that belongs, with the stamp that tells whether it changed.

    Whether it can be read shows when it is: one that is too large, a pipe or a broken link is found too,
    so that the library can say why it is not searchable.
    """

    path: Path
    kind: DocumentKind
    size_bytes: int
    modified_ns: int


class Unlisted(Skip):
    """A folder that could not be looked into: nothing is known of the files in it."""


class _Folder(NamedTuple):
    path: str
    rules: tuple[FolderRules, ...]


def scan(source: Path, readers: Sequence[Reader]) -> Iterator[Found | Skip]:
    """All files of a folder, or a single file, each as found or as skipped with the reason.

    Nothing is opened but ignore files. A folder that is left alone is told once; hidden ones are not told.
    """
    if not source.is_dir():
        judged = belongs(source, source, readers)
        if judged is not None:
            yield judged
        return
    root = source.resolve()
    waiting = [_Folder(str(source), ())]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(folder.path) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            yield Unlisted(path=Path(folder.path), reason=f"cannot be listed: {_reason(error)}")
            continue
        names = {entry.name for entry in found}
        if folder.path != str(source) and is_environment(names):
            yield Skip(path=Path(folder.path), reason="a Python virtual environment")
            continue
        own_rules = rules_of(folder.path, names)
        rules = (*folder.rules, own_rules) if own_rules else folder.rules
        below: list[_Folder] = []
        for entry in found:
            if not _is_text(entry.name):
                yield Skip(path=Path(entry.path), reason=NO_TEXT)
                continue
            is_folder = _is_folder(entry)
            reason = reason_to_leave(entry.path, entry.name, is_folder=is_folder, rules=rules, siblings=names)
            if reason == "hidden":
                continue
            if reason is not None:
                yield Skip(path=Path(entry.path), reason=reason)
            elif is_folder:
                below.append(_Folder(entry.path, rules))
            else:
                yield _judged(Path(entry.path), root, readers, entry)
        waiting.extend(reversed(below))


def belongs(path: Path, source: Path, readers: Sequence[Reader]) -> Found | Skip | None:
    """What a scan of the source would say about one file; nothing when it would not mention it."""
    if path == source:
        rules: tuple[FolderRules, ...] = ()
    elif not path.is_relative_to(source) or ".." in path.parts:
        return None
    else:
        led = _rules_on_the_way(path, source)
        if led is None:
            return None
        rules = led
        siblings = _names(path.parent)
        reason = reason_to_leave(str(path), path.name, is_folder=False, rules=rules, siblings=siblings)
        if reason is not None:
            return None if reason == "hidden" else Skip(path=path, reason=reason)
    if not os.path.lexists(path) or (path.is_dir() and not path.is_symlink()):
        return None
    if not _is_text(str(path)):
        return Skip(path=path, reason=NO_TEXT)
    root = source.resolve() if path != source else path.parent.resolve()
    return _judged(path, root, readers, None)


def is_entered(folder: Path, source: Path) -> bool:
    """Whether a scan of the source looks into a folder."""
    return _rules_on_the_way(folder / "file", source) is not None


def _rules_on_the_way(path: Path, source: Path) -> tuple[FolderRules, ...] | None:
    """The ignore files from the source down to a file, or nothing when a folder between is left alone."""
    rules: tuple[FolderRules, ...] = ()
    folder = source
    for name in (*path.relative_to(source).parts[:-1], None):
        names = _names(folder)
        if folder != source and is_environment(names):
            return None
        if own := rules_of(str(folder), names):
            rules = (*rules, own)
        if name is None:
            break
        folder = folder / name
        if folder.is_symlink():
            return None
        if reason_to_leave(str(folder), name, is_folder=True, rules=rules, siblings=names) is not None:
            return None
    return rules


def _judged(path: Path, root: Path, readers: Sequence[Reader], entry: os.DirEntry[str] | None) -> Found | Skip:
    kind = kind_of(path, readers)
    is_link = entry.is_symlink() if entry else path.is_symlink()
    if kind is None:
        reason = "a link to a folder; links are not followed" if is_link and path.is_dir() else _no_reader(path)
        return Skip(path=path, reason=reason)
    try:
        follows = not is_link or (inside(root, path) and path.exists())
        status = entry.stat(follow_symlinks=follows) if entry else path.stat(follow_symlinks=follows)
    except OSError as error:
        return Skip(path=path, reason=f"cannot be looked at: {_reason(error)}")
    if status.st_size == 0 and stat.S_ISREG(status.st_mode) and kind in ("code", "text"):
        return Skip(path=path, reason="empty")
    return Found(path, kind, status.st_size, status.st_mtime_ns)


def _is_text(name: str) -> bool:
    """Names are bytes to Linux; the library keeps and shows text."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Links to folders are not followed, so they count as files."""
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _names(folder: Path) -> frozenset[str]:
    try:
        return frozenset(entry.name for entry in os.scandir(folder))
    except OSError:
        return frozenset()


def _no_reader(path: Path) -> str:
    return f"no reader for {path.suffix.lower()} files" if path.suffix else "no reader for files without a suffix"


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
