from __future__ import annotations

import zlib

import pytest

from jupyter_devassist.errors import ReaderTimeout, TooLarge, Unreadable
from jupyter_devassist.knowledge.reading import ReadingLimits

PROSE = [
    "Gradient descent walks down the slope of the loss, one small step after ano-",
    "ther, until the slope is flat. The size of the step is the learning rate, and",
    "choosing it badly makes the walk endless.",
    "A second paragraph begins here and goes on for long enough to fill the line",
    "before it ends.",
]


def test_text_is_found_on_its_page_in_paragraphs_with_hyphens_joined(read, pdf_of):
    reading = read("notes.pdf", pdf_of([["Cover"], PROSE]))

    assert reading.kind == "pdf"
    assert reading.title == "A printed page"
    on_page_2 = [block for block in reading.blocks if block.span.page == 2]
    assert [(block.span.start_line, block.text[:26]) for block in on_page_2] == [
        (1, "Gradient descent walks dow"),
        (2, "A second paragraph begins "),
    ]
    assert "step after another, until" in on_page_2[0].text
    assert on_page_2[0].text.endswith("the walk endless.")


def test_bookmarks_become_headings_where_their_titles_stand(read, pdf_of):
    pages = [["Introduction", *PROSE[:3], "Methods", *PROSE[3:]], PROSE]

    reading = read("notes.pdf", pdf_of(pages, bookmarks=[("Introduction", 1), ("Methods", 1)]))

    headings = {block.text[:8]: block.heading for block in reading.blocks if block.span.page == 1}
    assert headings["Gradient"] == ("Introduction",)
    assert headings["A second"] == ("Methods",)
    assert all(block.heading == ("Methods",) for block in reading.blocks if block.span.page == 2)


def test_running_heads_and_page_numbers_are_left_out(read, pdf_of):
    pages = [["Lecture notes 2026", f"Topic number {word} is explained here at length.", f"Page {at}"]
             for at, word in enumerate(["one", "two", "three", "four", "five"], 1)]  # fmt: skip

    reading = read("notes.pdf", pdf_of(pages))

    assert [block.text.split()[2] for block in reading.blocks] == ["one", "two", "three", "four", "five"]


def test_a_scan_says_that_it_has_no_text(read, pdf_of):
    with pytest.raises(Unreadable, match=r"scan\.pdf has no text on its 2 pages: it may be a scan"):
        read("scan.pdf", pdf_of([[], []]))


def test_a_password_is_named_as_the_reason(read, pdf_of):
    lock = b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O (%s) /U (%s) >> /ID [(abc) (abc)]" % (
        b"o" * 32,
        b"u" * 32,
    )

    with pytest.raises(Unreadable, match=r"closed\.pdf is protected by a password; save a copy without one"):
        read("closed.pdf", pdf_of([["secret"]], trailer=lock))


@pytest.mark.parametrize("content", [b"%PDF-1.7\n", b"not a pdf at all", b"%PDF-1.7\n" + b"\xff" * 5000, b"\0" * 100])
def test_damaged_files_say_so(read, content):
    with pytest.raises(Unreadable, match=r"bad\.pdf is damaged or not a PDF; save it anew"):
        read("bad.pdf", content)


def test_an_empty_file_says_so(read):
    with pytest.raises(Unreadable, match="is empty"):
        read("empty.pdf", b"")


def test_too_many_pages_are_refused(read, pdf_of):
    with pytest.raises(TooLarge, match="has 3 pages, more than the 2 that are read"):
        read("long.pdf", pdf_of([["a"]] * 3), ReadingLimits(pages=2))


def test_an_outline_that_runs_in_circles_does_no_harm(read, pdf_of):
    reading = read("loop.pdf", pdf_of([PROSE], bookmarks=[("Again", 1)], looping_outline=True))

    assert reading.blocks


def test_a_bomb_stops_its_child_and_the_next_file_is_read(read, pdf_of):
    packer = zlib.compressobj(9)
    once = b"".join(packer.compress(b" " * 1_000_000) for _ in range(400)) + packer.flush()
    bomb = pdf_of([], streams=[(b"/Filter [/FlateDecode /FlateDecode]", zlib.compress(once, 9))])
    limits = ReadingLimits(memory_bytes=300_000_000, seconds=10)
    assert len(bomb) < 20_000

    with pytest.raises((Unreadable, TooLarge), match=r"bomb\.pdf"):
        read("bomb.pdf", bomb, limits)

    assert read("next.pdf", pdf_of([PROSE]), limits).blocks


def test_a_page_that_takes_too_long_is_stopped(read, pdf_of):
    endless = b"BT /F1 10 Tf " + b"(words and more words) Tj 1 0 Td " * 300_000 + b" ET"
    slow = pdf_of([], streams=[(b"/Filter /FlateDecode", zlib.compress(endless))])

    with pytest.raises(ReaderTimeout, match=r"slow\.pdf took longer than 0\.2 seconds"):
        read("slow.pdf", slow, ReadingLimits(seconds=0.2))
