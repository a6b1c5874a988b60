from __future__ import annotations

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import docx
import pytest

from jupyter_devassist.errors import ReaderTimeout, TooLarge, Unreadable
from jupyter_devassist.knowledge.reading import ReadingLimits


def saved(document: docx.document.Document) -> bytes:
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def with_body(body: str, head: str = "") -> bytes:
    """A document whose main part is replaced."""
    xml = (
        f'<?xml version="1.0"?>{head}<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f"<w:body>{body}</w:body></w:document>"
    )
    file = BytesIO()
    with ZipFile(BytesIO(saved(docx.Document()))) as old, ZipFile(file, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, xml if name == "word/document.xml" else old.read(name))
    return file.getvalue()


def test_headings_lists_and_tables_are_read_in_order(read):
    document = docx.Document()
    document.add_heading("Sampling", 1)
    document.add_paragraph("A sample stands for a population.")
    document.add_heading("Bias", 2)
    document.add_paragraph("Self-selection", style="List Bullet")
    table = document.add_table(2, 2)
    for cell, text in zip([*table.rows[0].cells, *table.rows[1].cells], ["kind", "size", "simple", "30"], strict=True):
        cell.text = text

    reading = read("notes.docx", saved(document))

    assert reading.title == "Sampling"
    assert [(block.text, block.heading, block.span.start_line, block.span.end_line) for block in reading.blocks] == [
        ("A sample stands for a population.", ("Sampling",), 2, 2),
        ("Self-selection", ("Sampling", "Bias"), 4, 4),
        ("kind | size\nsimple | 30", ("Sampling", "Bias"), 5, 6),
    ]


def test_an_external_entity_is_never_opened(read, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("the combination is 4711")
    entity = f'<!DOCTYPE x [<!ENTITY leak SYSTEM "{secret.as_uri()}">]>'
    content = with_body("<w:p><w:r><w:t>before &leak; after</w:t></w:r></w:p>", entity)

    try:
        told = "".join(block.text for block in read("leak.docx", content).blocks)
    except Unreadable as refusal:
        told = refusal.message

    assert "4711" not in told


def test_entities_that_multiply_are_refused(read):
    laughs = "".join(f'<!ENTITY a{at} "{f"&a{at - 1};" * 10}">' for at in range(1, 12))
    content = with_body("<w:p><w:r><w:t>&a11;</w:t></w:r></w:p>", f'<!DOCTYPE x [<!ENTITY a0 "ha">{laughs}]>')

    try:
        told = "".join(block.text for block in read("laughs.docx", content).blocks)
    except Unreadable as refusal:
        told = refusal.message

    assert len(told) < 1_000


def test_millions_of_paragraphs_are_stopped_in_time(read):
    content = with_body("<w:p><w:r><w:t>x</w:t></w:r></w:p>" * 1_000_000)

    with pytest.raises((ReaderTimeout, TooLarge), match=r"endless\.docx"):
        read("endless.docx", content, ReadingLimits(seconds=0.5))


def test_a_zip_bomb_is_refused_before_it_is_unpacked(read):
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * 20_000_000)

    with pytest.raises(TooLarge, match=r"unpacks to 20 MB, more than the 10 MB that are read"):
        read("bomb.docx", file.getvalue(), ReadingLimits(unpacked_bytes=10_000_000))


def test_long_documents_are_cut_with_a_notice(read):
    document = docx.Document()
    for number in range(200):
        document.add_paragraph(f"Paragraph number {number}.")

    reading = read("long.docx", saved(document), ReadingLimits(characters=1_000))

    assert len(reading.blocks) < 200
    assert "paragraphs were read: the text is too long" in reading.notices[0]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"plain words", "is damaged or not a DOCX file"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "is protected by a password or in the old .doc format"),
        (b"PK\x03\x04" + b"\0" * 60, "is damaged or not a DOCX file"),
        (with_body("<w:p>"), "its XML is broken"),
        (with_body("<w:p/>"), "has no text in it"),
    ],
)
def test_what_cannot_be_read_gives_its_reason(read, content, reason):
    with pytest.raises(Unreadable, match=reason):
        read("bad.docx", content)
