"""DOCX by python-docx, which resolves no entities and opens no links. Large ones take minutes: it runs in the child."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile

from ...errors import TooLarge, Unreadable
from ...knowledge.model import Block, DocumentKind, Reading
from ...knowledge.reading import ReadingLimits, in_megabytes
from ...values import Span
from .sections import Sections

if TYPE_CHECKING:
    from docx.document import Document
    from docx.oxml.xmlchemy import BaseOxmlElement

_OLE_HEAD = b"\xd0\xcf\x11\xe0"
"""Begins a document of Word 97, and one with a password."""
_MOST_PARTS = 10_000
_HEADING = re.compile(r"heading (\d)$", re.IGNORECASE)
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class DocxReader:
    """The lines of its spans are the numbers of paragraphs; each row of a table counts as one."""

    kind: DocumentKind = "docx"
    isolated = True

    def takes(self, path: Path, content: bytes) -> bool:
        return path.suffix.lower() == ".docx" and not path.name.startswith("~$")

    def read(self, path: Path, content: bytes, limits: ReadingLimits) -> Reading:
        _check_size(path, content, limits)
        document = _open(path, content)
        body = _Body(document, limits)
        sections = body.read()
        blocks = sections.finish()
        if not blocks:
            raise Unreadable(f"{path} has no text in it; it may hold only pictures.")
        title = " ".join(str(document.core_properties.title or "").split())
        return Reading(kind="docx", blocks=blocks, title=title or sections.title, notices=body.notices)


def _check_size(path: Path, content: bytes, limits: ReadingLimits) -> None:
    """Refuse by the archive's own table what would be too large once it is unpacked."""
    if not content:
        raise Unreadable(f"{path} is empty; save it anew.")
    if content.startswith(_OLE_HEAD):
        raise Unreadable(f"{path} is protected by a password or in the old .doc format; save a copy as plain .docx.")
    try:
        with ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
    except (BadZipFile, ValueError, NotImplementedError, OSError):
        raise Unreadable(f"{path} is damaged or not a DOCX file; save it anew.") from None
    size = sum(part.file_size for part in parts)
    if len(parts) > _MOST_PARTS or size > limits.unpacked_bytes:
        allowed = in_megabytes(limits.unpacked_bytes)
        raise TooLarge(f"{path} unpacks to {in_megabytes(size)}, more than the {allowed} that are read; split it.")


def _open(path: Path, content: bytes) -> Document:
    import docx
    from docx.opc.exceptions import OpcError
    from lxml.etree import XMLSyntaxError

    try:
        return docx.Document(BytesIO(content))
    except XMLSyntaxError:
        raise Unreadable(f"{path} is damaged: its XML is broken or declares entities; save it anew.") from None
    except (BadZipFile, KeyError, ValueError, OpcError) as error:
        raise Unreadable(f"{path} is damaged or not a DOCX file ({error}); save it anew.") from None


class _Body:
    """One pass over the elements of a document; python-docx's own objects are too slow for long ones."""

    def __init__(self, document: Document, limits: ReadingLimits) -> None:
        self.notices: tuple[str, ...] = ()
        self._document = document
        self._most_characters = limits.characters
        self._levels = _heading_levels(document)
        self._sections = Sections()
        self._number = 0
        self._characters = 0

    def read(self) -> Sections:
        for element in self._document.element.body.iterchildren(f"{_WORD}p", f"{_WORD}tbl", f"{_WORD}sdt"):
            if self._characters > self._most_characters:
                self.notices = (f"Only the first {self._number} paragraphs were read: the text is too long.",)
                break
            if element.tag == f"{_WORD}tbl":
                self._add_table(element)
            elif element.tag == f"{_WORD}p":
                self._add_paragraph(element)
            else:
                for paragraph in element.iter(f"{_WORD}p"):
                    self._add_paragraph(paragraph)
        return self._sections

    def _add_paragraph(self, paragraph: BaseOxmlElement) -> None:
        self._number += 1
        text = _text(paragraph)
        if not text:
            return
        level = self._levels.get(_style(paragraph))
        if level is not None:
            self._sections.enter(level, " ".join(text.split()), self._place())
            return
        if paragraph.find(f"{_WORD}pPr/{_WORD}numPr") is not None:
            text = f"- {text}"
        self._add(text, self._place())

    def _add_table(self, table: BaseOxmlElement) -> None:
        first = self._number + 1
        rows = []
        for row in table.iterchildren(f"{_WORD}tr"):
            self._number += 1
            cells = (" ".join(_text(cell).split()) for cell in row.iterchildren(f"{_WORD}tc"))
            rows.append(" | ".join(cells))
        text = "\n".join(rows)
        if text.strip(" |\n"):
            self._add(text, Span(start_line=first, end_line=self._number))

    def _add(self, text: str, place: Span) -> None:
        self._characters += len(text)
        self._sections.add(Block(text=text, kind="prose", span=place, heading=self._sections.heading))

    def _place(self) -> Span:
        return Span(start_line=self._number, end_line=self._number)


def _heading_levels(document: Document) -> dict[str, int]:
    """Heading level by style id; Word keeps the built-in names in English in every language."""
    levels = {}
    for style in document.styles.element.iterchildren(f"{_WORD}style"):
        name = style.find(f"{_WORD}name")
        words = name.get(f"{_WORD}val", "") if name is not None else ""
        if match := _HEADING.match(words):
            levels[style.get(f"{_WORD}styleId", "")] = int(match.group(1))
        elif words.lower() == "title":
            levels[style.get(f"{_WORD}styleId", "")] = 0
    return levels


def _style(paragraph: BaseOxmlElement) -> str:
    style = paragraph.find(f"{_WORD}pPr/{_WORD}pStyle")
    return style.get(f"{_WORD}val", "") if style is not None else ""


def _text(element: BaseOxmlElement) -> str:
    """Its words on one line; what was deleted under review is not among them."""
    words = f"{_WORD}t"
    spaces = (f"{_WORD}p", f"{_WORD}tab", f"{_WORD}br", f"{_WORD}cr")
    return "".join(each.text or "" if each.tag == words else " " for each in element.iter(words, *spaces)).strip()
