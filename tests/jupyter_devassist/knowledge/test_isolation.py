from __future__ import annotations

import os
import signal
from io import BytesIO
from pathlib import Path

import docx
import psutil
import pytest

from jupyter_devassist.builtin.readers.docx import DocxReader
from jupyter_devassist.errors import ReaderTimeout, Unreadable
from jupyter_devassist.knowledge.isolation import ReaderProcess
from jupyter_devassist.knowledge.reading import ReadingLimits

LIMITS = ReadingLimits()
PATH = Path("/notes/file.docx")


@pytest.fixture
def content() -> bytes:
    document = docx.Document()
    document.add_paragraph("Some words.")
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def children() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if child.status() != psutil.STATUS_ZOMBIE]


def test_one_warm_child_reads_one_document_after_another_and_leaves_with_its_owner(content):
    before = len(children())
    process = ReaderProcess()

    readings = [process.read(DocxReader(), PATH, content, LIMITS) for _ in range(3)]

    assert {reading.blocks[0].text for reading in readings} == {"Some words."}
    assert len(children()) == before + 1
    process.close()
    assert len(children()) == before


def test_a_child_is_replaced_after_so_many_documents(content):
    process = ReaderProcess(documents_per_child=1)

    for _ in range(2):
        process.read(DocxReader(), PATH, content, LIMITS)
        assert not children()


def test_an_idle_child_is_let_go(content):
    process = ReaderProcess(idle_seconds=0.05)
    process.read(DocxReader(), PATH, content, LIMITS)

    psutil.wait_procs(children(), timeout=10)

    assert not children()
    assert process.read(DocxReader(), PATH, content, LIMITS).blocks
    process.close()


def test_a_child_that_was_killed_is_replaced(content):
    process = ReaderProcess()
    process.read(DocxReader(), PATH, content, LIMITS)
    [child] = children()
    os.kill(child.pid, signal.SIGKILL)
    psutil.wait_procs([child], timeout=10)

    assert process.read(DocxReader(), PATH, content, LIMITS).blocks
    process.close()


class NotThere:
    """Looks like a reader that the child can import, but is none."""

    kind = "docx"
    isolated = True


def test_a_reader_that_the_child_cannot_find_is_a_refusal(content):
    process = ReaderProcess()

    with pytest.raises(Unreadable, match=r"file\.docx cannot be read"):
        process.read(NotThere(), PATH, content, LIMITS)  # type: ignore[arg-type]

    process.close()


def test_the_wait_is_bounded(content):
    process = ReaderProcess()

    with pytest.raises(ReaderTimeout, match=r"file\.docx took longer than 0\.001 seconds"):
        process.read(DocxReader(), PATH, content, ReadingLimits(seconds=0.001))

    assert process.read(DocxReader(), PATH, content, LIMITS).blocks
    process.close()


def test_the_server_does_not_grow_when_a_document_needs_too_much(content):
    process = ReaderProcess()
    own = psutil.Process()
    before = own.memory_info().rss

    with pytest.raises(Unreadable):
        process.read(DocxReader(), PATH, content, ReadingLimits(memory_bytes=30_000_000))

    assert own.memory_info().rss - before < 50_000_000
    process.close()
