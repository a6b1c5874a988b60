"""Documents made on the spot, and a reader of them."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from jupyter_devassist.builtin.readers import all_readers
from jupyter_devassist.knowledge.isolation import ReaderProcess
from jupyter_devassist.knowledge.model import Reading
from jupyter_devassist.knowledge.reading import ReadingLimits, read_file

Read = Callable[..., Reading]
PdfOf = Callable[..., bytes]


@pytest.fixture(scope="session")
def process() -> Iterator[ReaderProcess]:
    process = ReaderProcess()
    yield process
    process.close()


@pytest.fixture
def read(tmp_path: Path, process: ReaderProcess) -> Read:
    """Write a file and read it as the library does."""

    def read(name: str, content: str | bytes, limits: ReadingLimits | None = None) -> Reading:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_file(path, tmp_path, all_readers(), limits or ReadingLimits(), process)[0]

    return read


@pytest.fixture
def pdf_of() -> PdfOf:
    """A PDF with these lines on its pages."""
    return _pdf_of


def _pdf_of(
    pages: Sequence[Sequence[str]],
    *,
    bookmarks: Sequence[tuple[str, int]] = (),
    looping_outline: bool = False,
    trailer: bytes = b"",
    streams: Sequence[tuple[bytes, bytes]] | None = None,
) -> bytes:
    """``streams`` replaces the pages' contents by (filter dictionary entries, bytes)."""
    objects: dict[int, bytes] = {}
    contents = streams or [(b"/Filter /FlateDecode", zlib.compress(_shown(lines))) for lines in pages]
    first_page, first_mark = 10, 10 + 2 * len(contents)
    kids = b" ".join(b"%d 0 R" % (first_page + 2 * at) for at in range(len(contents)))
    objects[1] = b"<< /Type /Catalog /Pages 2 0 R /Outlines 4 0 R >>"
    objects[2] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(contents))
    objects[3] = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    objects[4] = b"<< /Type /Outlines /First %d 0 R /Last %d 0 R >>" % (
        first_mark,
        first_mark + max(len(bookmarks) - 1, 0),
    )
    objects[5] = b"<< /Title (A printed page) >>"
    for at, (filters, stream) in enumerate(contents):
        objects[first_page + 2 * at] = (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % (first_page + 2 * at + 1)
        )
        objects[first_page + 2 * at + 1] = (
            b"<< /Length %d %s >>\nstream\n" % (len(stream), filters) + stream + b"\nendstream"
        )
    for at, (title, page) in enumerate(bookmarks):
        following = first_mark + at if looping_outline else first_mark + at + 1
        link = b"/Next %d 0 R" % following if looping_outline or at + 1 < len(bookmarks) else b""
        objects[first_mark + at] = b"<< /Title (%s) /Parent 4 0 R /Dest [%d 0 R /Fit] %s >>" % (
            title.encode(),
            first_page + 2 * (page - 1),
            link,
        )
    return _file(objects, trailer)


def _shown(lines: Sequence[str]) -> bytes:
    escaped = (line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)").encode("latin-1") for line in lines)
    return b"BT /F1 10 Tf 14 TL 50 760 Td " + b" ".join(b"(%s) Tj T*" % line for line in escaped) + b" ET"


def _file(objects: dict[int, bytes], trailer: bytes) -> bytes:
    content = b"%PDF-1.7\n"
    places = {}
    for number, body in sorted(objects.items()):
        places[number] = len(content)
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    size = max(objects) + 1
    table = b"".join(
        b"%010d 00000 n \n" % places[number] if number in places else b"0000000000 65535 f \n" for number in range(size)
    )
    start = len(content)
    return content + b"xref\n0 %d\n%strailer\n<< /Size %d /Root 1 0 R /Info 5 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (
        size, table, size, trailer, start,
    )  # fmt: skip
