"""A file becomes a document: opened safely, within limits, by the first reader that takes it."""

from __future__ import annotations

import codecs
import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from ..errors import AssistError, TooLarge, Unreadable, Unsupported
from ..values import Value
from .containment import open_inside
from .model import DocumentKind, Reading

_MEGABYTE = 1_000_000
_HEAD_BYTES = 8_192


class ReadingLimits(Value):
    """How much one document may cost. Sizes are in bytes."""

    notebook_bytes: int = 100 * _MEGABYTE
    text_bytes: int = 10 * _MEGABYTE
    code_bytes: int = 2 * _MEGABYTE
    pdf_bytes: int = 100 * _MEGABYTE
    docx_bytes: int = 50 * _MEGABYTE
    unpacked_bytes: int = 200 * _MEGABYTE
    """What a compressed document may grow to."""
    cells: int = 20_000
    pages: int = 3_000
    characters: int = 10_000_000
    """Extracted text; what goes beyond is left out with a notice."""
    seconds: float = 20.0
    """For one document in the child process, which is killed when they are over."""
    memory_bytes: int = 1_000 * _MEGABYTE
    """For the child process."""
    include_outputs: bool = False
    """Whether what notebook cells printed is read too."""

    def file_bytes(self, kind: DocumentKind) -> int:
        """The largest file of this kind that is opened at all."""
        by_kind: dict[DocumentKind, int] = {
            "notebook": self.notebook_bytes,
            "code": self.code_bytes,
            "pdf": self.pdf_bytes,
            "docx": self.docx_bytes,
        }
        return by_kind.get(kind, self.text_bytes)


class Reader(Protocol):
    """Turns one kind of file into blocks of text."""

    @property
    def kind(self) -> DocumentKind: ...

    @property
    def isolated(self) -> bool:
        """Whether it must run in a child process that can be killed.

        Such a reader is found again there by its module and class and is made without arguments.
        """
        ...

    def takes(self, path: Path, content: bytes) -> bool:
        """Decide by name, and by content where the name is not enough; ``content`` is empty when not yet known."""
        ...

    def read(self, path: Path, content: bytes, limits: ReadingLimits) -> Reading:
        """Raise an AssistError that names the file when it cannot be read."""
        ...


class Isolation(Protocol):
    """Runs a reader where it can do no harm."""

    def read(self, reader: Reader, path: Path, content: bytes, limits: ReadingLimits) -> Reading: ...


class LoadedFile(NamedTuple):
    """The bytes of a file and the stamp they had when they were read."""

    path: Path
    content: bytes
    content_hash: str
    size_bytes: int
    modified_ns: int


def reader_for(path: Path, readers: Sequence[Reader], content: bytes = b"") -> Reader | None:
    """The first reader that takes the file."""
    return next((reader for reader in readers if reader.takes(path, content)), None)


def kind_of(path: Path, readers: Sequence[Reader]) -> DocumentKind | None:
    """What kind of document a file is by its name alone, or nothing when no reader takes it."""
    reader = reader_for(path, readers)
    return reader.kind if reader else None


def load_file(path: Path, within: Path, readers: Sequence[Reader], limits: ReadingLimits) -> LoadedFile:
    """Read the bytes of a plain file below ``within`` that a reader takes and that is not too large."""
    kind = kind_of(path, readers)
    if kind is None:
        raise Unsupported(f"{path} is of a kind that no reader takes.")
    limit = limits.file_bytes(kind)
    descriptor = open_inside(within, path)
    with os.fdopen(descriptor, "rb") as file:
        stamp = os.fstat(descriptor)
        if stamp.st_size > limit:
            raise too_large(path, stamp.st_size, limit, kind)
        try:
            content = file.read(limit + 1)
        except OSError as error:
            raise Unreadable(f"{path} cannot be read: {(error.strerror or str(error)).lower()}.") from None
    if len(content) > limit:
        raise too_large(path, len(content), limit, kind)
    digest = hashlib.sha256(content).hexdigest()
    return LoadedFile(path, content, digest, len(content), stamp.st_mtime_ns)


def read_loaded(file: LoadedFile, readers: Sequence[Reader], limits: ReadingLimits, isolation: Isolation) -> Reading:
    """Turn the bytes of a file into blocks."""
    reader = reader_for(file.path, readers, file.content)
    if reader is None:
        raise Unsupported(f"{file.path} is of a kind that no reader takes.")
    try:
        if reader.isolated:
            return isolation.read(reader, file.path, file.content, limits)
        return reader.read(file.path, file.content, limits)
    except AssistError:
        raise
    except RecursionError:
        raise Unreadable(f"{file.path} cannot be read: it is nested too deeply.") from None
    except Exception as error:  # a reader may be anyone's, and one bad file must not stop the next
        raise Unreadable(f"{file.path} cannot be read: {type(error).__name__}: {error}.") from error


def read_file(
    path: Path, within: Path, readers: Sequence[Reader], limits: ReadingLimits, isolation: Isolation
) -> tuple[Reading, LoadedFile]:
    """Load a file and read it."""
    loaded = load_file(path, within, readers, limits)
    return read_loaded(loaded, readers, limits, isolation), loaded


def too_large(path: Path, size: int, limit: int, kind: DocumentKind) -> TooLarge:
    """The refusal of a file that passes its limit, with the way out."""
    way_out = "clear its outputs or split it" if kind == "notebook" else "split it or exclude it"
    return TooLarge(f"{path} has {in_megabytes(size)}, more than the {in_megabytes(limit)} that are read; {way_out}.")


def without_folder(sentence: str, path: Path) -> str:
    """A sentence about a file with its name instead of its whole path."""
    return sentence.replace(str(path), path.name)


def in_megabytes(size: int) -> str:
    """A size for a sentence."""
    return f"{size / _MEGABYTE:.1f} MB" if size < 10 * _MEGABYTE else f"{size // _MEGABYTE} MB"


def decode_text(path: Path, content: bytes) -> tuple[str, tuple[str, ...]]:
    """Text with ``\\n`` line ends, and notices; raise Unreadable when the bytes are no text."""
    text, notices = _decoded(path, content)
    return text.replace("\r\n", "\n").replace("\r", "\n"), notices


def is_binary(content: bytes) -> bool:
    """Whether the first bytes belong to no text file."""
    head = content[:_HEAD_BYTES]
    if _wide_encoding(head):
        return False
    if b"\0" in head:
        return True
    controls = sum(head.count(byte) for byte in range(32) if byte not in (7, 8, 9, 10, 12, 13, 27))
    return controls * 20 > len(head)


def _decoded(path: Path, content: bytes) -> tuple[str, tuple[str, ...]]:
    if content.startswith(codecs.BOM_UTF8):
        content = content[len(codecs.BOM_UTF8) :]
    elif encoding := _wide_encoding(content):
        try:
            return content.decode(encoding), ()
        except UnicodeDecodeError:
            raise _binary(path) from None
    if is_binary(content):
        raise _binary(path)
    try:
        return content.decode("utf-8"), ()
    except UnicodeDecodeError as error:
        notice = f"Not valid UTF-8 at byte {error.start + 1}; read as Western European text, so accents may be wrong."
    try:
        return content.decode("cp1252"), (notice,)
    except UnicodeDecodeError:
        return content.decode("latin-1"), (notice,)


def _binary(path: Path) -> Unreadable:
    return Unreadable(f"{path} holds binary data under the name of a text file; exclude it or rename it.")


def _wide_encoding(content: bytes) -> str | None:
    if content.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return None
