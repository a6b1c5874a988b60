"""What a retrieval set's texts are as files, so that the product's own readers cut them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from ..errors import AssistError
from ..inference.base import Embedder
from ..knowledge.chunking import split_into_chunks
from ..knowledge.model import Chunk, Skip
from ..knowledge.reading import Isolation, LoadedFile, Reader, ReadingLimits, read_file, read_loaded, reader_for
from ..knowledge.sources import scan
from ..values import DocumentId
from .beir import Row

_PLAIN_NAME = re.compile(r"[^\s:*?\"<>|]{1,200}\.[A-Za-z][A-Za-z0-9]{0,5}")
_CODE_LINE = re.compile(
    r"\s*(?:def |class |import |from \S+ import|return\b|else\b|elif |try\b|except\b|raise |@\w)"
    r"|\s*(?:func |fn |let |const |var |public |private |static |#include|package |SELECT )"
    r"|\s*(?:if|for|while|with) .*[:{]\s*$"
    r"|.*[;{}]\s*$"
    r"|\s*[\w.\[\]'\"]+(?:, *\w+)* *[-+*/|&]?= *\S"
    r"|\s*[\w.]+\(.*\)?\s*$"
    r"|\s*(?:#|//|\"\"\")"
)
_CODE_SHARE = 0.55
_CODE_BEGINS = re.compile(
    r"\s*(?:#!|@\w+|(?:async )?def \w+\s*\(|class \w+\s*[:({]|import [\w.]+(?: as \w+)?\s*$|from [\w.]+ import "
    r"|#include|package [\w.]+;?\s*$|(?:export |async )*function\b.*[({]|(?:public|private|protected|static) .*[({]"
    r"|(?:const|let|var) \w+ *=|func .*[({]|(?:pub )?fn \w+)",
    re.MULTILINE,
)
_LANGUAGES = (
    (re.compile(r"^\s*(?:def \w+\(|class \w+.*:\s*$|from \S+ import |import \w+\s*$)", re.MULTILINE), ".py"),
    (re.compile(r"^\s*(?:public|private|protected) |^import java", re.MULTILINE), ".java"),
    (re.compile(r"^\s*func \w*\(?|^package \w+\s*$", re.MULTILINE), ".go"),
    (re.compile(r"^\s*(?:pub )?fn \w+|^\s*let mut ", re.MULTILINE), ".rs"),
    (re.compile(r"^\s*#include|::\w+\(", re.MULTILINE), ".cpp"),
    (re.compile(r"\bfunction\b|=>|^\s*(?:const|let|var) ", re.MULTILINE), ".js"),
    (re.compile(r"^\s*(?:SELECT|INSERT|UPDATE|CREATE)\b", re.MULTILINE), ".sql"),
)
_OPAQUE = frozenset({".ipynb", ".pdf", ".docx", ".doc", ".html", ".htm"})
_LONGEST_STEM = 80


class TextFile(NamedTuple):
    """A text as a file: where it would stand, the name whose suffix chooses the reader, and its content."""

    path: PurePosixPath
    read_as: str
    content: bytes


class CutDocument(NamedTuple):
    id: str
    path: Path
    chunks: list[Chunk]


class Cutter:
    """Reads documents and cuts them exactly as the library does."""

    def __init__(
        self, readers: Sequence[Reader], isolation: Isolation, limits: ReadingLimits, embedder: Embedder
    ) -> None:
        self._readers = readers
        self._isolation = isolation
        self._limits = limits
        self._embedder = embedder

    def cut_corpus(self, rows: Iterable[Row], tell: Callable[[Skip], None]) -> Iterator[CutDocument]:
        """Cut the texts of a corpus; one that its reader refuses is read as plain text."""
        for row in rows:
            file = as_file(row)
            reading_path = Path("/corpus") / file.path.with_name(file.read_as)
            loaded = LoadedFile(
                reading_path, file.content, hashlib.sha256(file.content).hexdigest(), len(file.content), 0
            )
            if reader_for(reading_path, self._readers) is None:
                loaded = loaded._replace(path=reading_path.with_suffix(".txt"))
            try:
                reading = read_loaded(loaded, self._readers, self._limits, self._isolation)
            except AssistError as refusal:
                tell(Skip(path=Path(row.id), reason=refusal.message))
                continue
            chunks = split_into_chunks(
                DocumentId(row.id), reading, self._embedder.token_spans, self._embedder.info.max_tokens
            )
            yield CutDocument(row.id, Path("/corpus") / file.path, chunks)

    def cut_files(self, folder: Path, tell: Callable[[Skip], None]) -> Iterator[CutDocument]:
        """Cut the files of a folder that belong; their ids are their paths below it."""
        for found in scan(folder, self._readers):
            if isinstance(found, Skip):
                tell(found)
                continue
            try:
                reading, loaded = read_file(found.path, folder, self._readers, self._limits, self._isolation)
            except AssistError as refusal:
                tell(Skip(path=found.path, reason=refusal.message))
                continue
            identity = found.path.relative_to(folder).as_posix()
            chunks = split_into_chunks(
                DocumentId(identity), reading, self._embedder.token_spans, self._embedder.info.max_tokens
            )
            yield CutDocument(identity, loaded.path, chunks)


def as_file(row: Row) -> TextFile:
    """Give a text the name and the form it would have in somebody's folder.

    An id or title that is a file name is taken as one. Code becomes a source file; anything else becomes Markdown with
    its title as heading.
    """
    title = " ".join(row.title.split())
    named = next((name for name in (row.id, title) if _is_file_name(name)), None)
    suffix = _suffix(row.text, named)
    path = PurePosixPath(named) if named else PurePosixPath(_stem(title or row.id) + suffix)
    path = PurePosixPath(*(part for part in path.parts if part not in ("/", "..", ".")))
    text = row.text
    if suffix == ".md" and title and not _is_file_name(title):
        text = f"# {title}\n\n{text}"
    return TextFile(path, f"{path.stem}{suffix}", text.encode("utf-8", "replace"))


def looks_like_code(text: str) -> bool:
    """Whether it begins as a program does, or most lines are those of one."""
    lines = [line for line in text.splitlines()[:200] if line.strip()]
    if not lines or _CODE_BEGINS.match(text):
        return bool(lines)
    return sum(bool(_CODE_LINE.match(line)) for line in lines) >= _CODE_SHARE * len(lines)


def _is_file_name(name: str) -> bool:
    return bool(_PLAIN_NAME.fullmatch(name))


def _suffix(text: str, named: str | None) -> str:
    """The suffix of the form the text is in, which is not the name's where only the words of the file are left."""
    suffix = PurePosixPath(named).suffix.lower() if named else ""
    if suffix and suffix not in _OPAQUE:
        return suffix
    if suffix == ".ipynb" and text.lstrip().startswith("{"):
        return suffix
    if suffix or not looks_like_code(text):
        return ".md"
    return next((ending for rule, ending in _LANGUAGES if rule.search(text)), ".py")


def _stem(name: str) -> str:
    words = " ".join(re.sub(r"[^\w\-. ]+", " ", name).split())
    return words[:_LONGEST_STEM].strip(" .") or "text"
