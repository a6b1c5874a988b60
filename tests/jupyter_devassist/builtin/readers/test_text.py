from __future__ import annotations

import pytest

from jupyter_devassist.errors import Unreadable
from jupyter_devassist.knowledge.reading import ReadingLimits


def test_paragraphs_keep_their_lines(read):
    reading = read("notes.txt", "One\r\ntwo\r\n\r\n\r\nthree\u2028still three\n")

    assert [(block.text, block.span.start_line, block.span.end_line) for block in reading.blocks] == [
        ("One\ntwo", 1, 2),
        ("three\u2028still three", 5, 5),
    ]


def test_files_known_by_their_name_are_read(read):
    assert read("README", "Hello").blocks[0].text == "Hello"


def test_binary_data_under_a_text_name_is_refused(read):
    with pytest.raises(Unreadable, match=r"photo\.txt holds binary data under the name of a text file"):
        read("photo.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)))


def test_long_texts_are_cut_at_a_line_with_a_notice(read):
    reading = read("long.txt", "word word\n" * 100, ReadingLimits(characters=55))

    assert reading.notices == ("Only the first 50 of 1000 characters were read.",)
    assert reading.blocks[-1].span.end_line == 5
