"""PDF by PDFium, page by page. PDFium can abort its process, so this runs in the child."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ...errors import TooLarge, Unreadable
from ...knowledge.model import Block, DocumentKind, Reading
from ...knowledge.reading import ReadingLimits
from ...values import Span
from .pdf_text import page_lines, paragraphs_of, repeated_lines

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

_OUTLINE_ENTRIES = 5_000
_OUTLINE_DEPTH = 6
_ENCRYPTED = "password"


class _Entry(NamedTuple):
    level: int
    title: str
    page: int


class PdfReader:
    kind: DocumentKind = "pdf"
    isolated = True

    def takes(self, path: Path, content: bytes) -> bool:
        return path.suffix.lower() == ".pdf"

    def read(self, path: Path, content: bytes, limits: ReadingLimits) -> Reading:
        document = _open(path, content)
        count = len(document)
        if count > limits.pages:
            raise TooLarge(f"{path} has {count} pages, more than the {limits.pages} that are read; split it.")
        texts, notices = _texts(document, limits)
        pages = [page_lines(text) for text in texts]
        repeated = repeated_lines(pages)
        headings = _Headings(_outline(document))
        blocks: list[Block] = []
        for number, lines in enumerate(pages, 1):
            kept = [line for line in lines if line not in repeated]
            headings.turn_to(number)
            for at, paragraph in enumerate(paragraphs_of(kept), 1):
                heading = headings.above(paragraph)
                span = Span(start_line=at, end_line=at, page=number)
                blocks.append(Block(text=paragraph, kind="prose", span=span, heading=heading))
        if not blocks and not notices:
            pages_words = "only page" if count == 1 else f"{count} pages"
            raise Unreadable(f"{path} has no text on its {pages_words}: it may be a scan; run text recognition first.")
        if not blocks:
            raise Unreadable(f"{path} cannot be read: none of its {count} pages could be opened.")
        return Reading(kind="pdf", blocks=tuple(blocks), title=_title(document), notices=tuple(notices))


def _open(path: Path, content: bytes) -> PdfDocument:
    from pypdfium2 import PdfDocument, PdfiumError

    if not content.strip():
        raise Unreadable(f"{path} is empty; save it anew.")
    try:
        document = PdfDocument(content)
        if len(document) == 0:
            raise Unreadable(f"{path} has no pages; save it anew.")
    except PdfiumError as error:
        if _ENCRYPTED in str(error).lower():
            raise Unreadable(f"{path} is protected by a password; save a copy without one.") from None
        raise Unreadable(f"{path} is damaged or not a PDF; save it anew.") from None
    return document


def _texts(document: PdfDocument, limits: ReadingLimits) -> tuple[list[str], list[str]]:
    """The text of each page, empty where a page cannot be read, with notices."""
    texts: list[str] = []
    notices: list[str] = []
    characters = 0
    for index in range(len(document)):
        text = ""
        try:
            page = document[index]
            text_page = page.get_textpage()
            count = text_page.count_chars()
            if characters + count > limits.characters:
                notices.append(f"Only the first {index} of {len(document)} pages were read: the text is too long.")
                break
            text = text_page.get_text_range() if count > 0 else ""
            text_page.close()
            page.close()
        except MemoryError:
            raise
        except Exception as error:  # one page that PDFium refuses must not lose the others
            notices.append(f"Page {index + 1} could not be read: {error}.")
        characters += len(text)
        texts.append(text)
    return texts, notices


def _title(document: PdfDocument) -> str | None:
    return " ".join(str(document.get_metadata_value("Title")).split())[:200] or None


def _outline(document: PdfDocument) -> list[_Entry]:
    """The bookmarks in order of their pages; none where they are broken."""
    entries: list[_Entry] = []
    try:
        for bookmark in islice(document.get_toc(max_depth=_OUTLINE_DEPTH), _OUTLINE_ENTRIES):
            target = bookmark.get_dest()
            page = target.get_index() if target else None
            title = " ".join(bookmark.get_title().split())
            if page is not None and title:
                entries.append(_Entry(bookmark.level, title, page + 1))
    except Exception:  # headings only help to find; the text stands without them
        return []
    return sorted(entries, key=lambda entry: entry.page)


class _Headings:
    """Follows the bookmarks through the pages: a section begins where its title stands, else on the next page."""

    def __init__(self, entries: list[_Entry]) -> None:
        self._by_page: dict[int, list[_Entry]] = {}
        for entry in entries:
            self._by_page.setdefault(entry.page, []).append(entry)
        self._open: list[_Entry] = []
        self._waiting: list[_Entry] = []

    def turn_to(self, page: int) -> None:
        for entry in self._waiting:
            self._enter(entry)
        self._waiting = self._by_page.get(page, [])

    def above(self, paragraph: str) -> tuple[str, ...]:
        """The headings above a paragraph, which may itself be the title of a section."""
        letters = _letters(paragraph)
        for at, entry in enumerate(self._waiting):
            title = _letters(entry.title)
            if title and letters.endswith(title) and len(letters) <= len(title) + 8:
                for passed in self._waiting[: at + 1]:
                    self._enter(passed)
                self._waiting = self._waiting[at + 1 :]
                break
        return tuple(entry.title for entry in self._open)

    def _enter(self, entry: _Entry) -> None:
        self._open = [above for above in self._open if above.level < entry.level] + [entry]


def _letters(text: str) -> str:
    return "".join(character for character in text.lower() if character.isalnum())
