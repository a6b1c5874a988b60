"""Taking files in while the library goes on: what was read too early must not undo what came after."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_devassist.clock import Clock
from jupyter_devassist.inference.onnx_embedder import OnnxEmbedder
from jupyter_devassist.knowledge.ingest import Gone, Intake, Moved, Read, keep, stamp_of
from jupyter_devassist.knowledge.isolation import ReaderProcess
from jupyter_devassist.knowledge.library import Library, open_library
from jupyter_devassist.knowledge.model import FileStamp
from jupyter_devassist.knowledge.reading import ReadingLimits
from jupyter_devassist.paths import StoragePaths
from jupyter_devassist.plugins import Plugins


class Desk:
    """A course, its library, and files in between."""

    def __init__(self, library: Library, intake: Intake, course: Path) -> None:
        self.store = library.store
        self.intake = intake
        self.course = course

    def known(self, name: str) -> FileStamp | None:
        document = self.store.document_at(self.course / name)
        return stamp_of(document) if document else None

    def take(self, name: str) -> Gone | Moved | Read:
        taken = self.intake.take(self.course / name, self.course, self.known(name), force=False)
        assert isinstance(taken, (Gone, Moved, Read))
        return taken

    def put(self, name: str, text: str) -> None:
        known = self.known(name)
        (self.course / name).write_text(text)
        assert keep(self.store, self.take(name), known)

    def text(self, name: str) -> str:
        document = self.store.document_at(self.course / name)
        return "" if document is None else "\n".join(chunk.text for chunk in self.store.chunks_of(document.id))


@pytest.fixture
def desk(home: Path, course: Path) -> Iterator[Desk]:
    library, isolation = open_library(StoragePaths(home), Clock()), ReaderProcess()
    intake = Intake(
        store=library.store,
        readers=Plugins(installed=False).readers(),
        isolation=isolation,
        limits=ReadingLimits(),
        embedder=OnnxEmbedder.bundled(1),
        clock=Clock(),
    )
    library.store.add_source(course)
    yield Desk(library, intake, course)
    library.close()
    isolation.close()


def test_what_was_read_before_a_save_does_not_replace_the_save(desk: Desk) -> None:
    desk.put("diary.md", "Monday: the numbat slept.")
    known = desk.known("diary.md")
    (desk.course / "diary.md").write_text("Tuesday: the numbat ate.")
    slow = desk.take("diary.md")
    desk.put("diary.md", "Wednesday: the numbat ran.")
    assert not keep(desk.store, slow, known)
    assert desk.text("diary.md") == "Wednesday: the numbat ran."


def test_two_who_find_the_same_new_file_make_one_document(desk: Desk) -> None:
    (desk.course / "diary.md").write_text("Monday: the numbat slept.")
    first, second = desk.take("diary.md"), desk.take("diary.md")
    assert keep(desk.store, first, None)
    known = desk.known("diary.md")
    assert not keep(desk.store, second, None)
    assert desk.known("diary.md") == known


def test_a_file_taken_out_while_it_is_read_stays_out(desk: Desk) -> None:
    desk.put("diary.md", "Monday: the numbat slept.")
    known = desk.known("diary.md")
    assert known is not None
    (desk.course / "diary.md").write_text("Tuesday: the numbat ate.")
    slow = desk.take("diary.md")
    desk.store.exclude_document(known.document_id)
    assert not keep(desk.store, slow, known)
    assert not keep(desk.store, slow, None)
    assert desk.known("diary.md") is None


def test_a_file_read_while_its_folder_is_removed_does_not_come_in(desk: Desk) -> None:
    (desk.course / "diary.md").write_text("Monday: the numbat slept.")
    slow = desk.take("diary.md")
    desk.store.remove_source(desk.store.sources()[0].id)
    assert not keep(desk.store, slow, None)
    assert desk.known("diary.md") is None


def test_one_renamed_file_is_not_claimed_by_two_copies(desk: Desk) -> None:
    desk.put("diary.md", "Monday: the numbat slept.")
    (desk.course / "diary.md").rename(desk.course / "one.md")
    (desk.course / "two.md").write_bytes((desk.course / "one.md").read_bytes())
    one, two = desk.take("one.md"), desk.take("two.md")
    assert keep(desk.store, one, None)
    assert not keep(desk.store, two, None)
    assert keep(desk.store, desk.take("two.md"), None)
    assert desk.text("one.md") == desk.text("two.md") == "Monday: the numbat slept."


def test_a_file_renamed_to_another_kind_is_read_anew(desk: Desk) -> None:
    desk.put("diary.txt", "# Monday\n\nThe numbat slept.\n")
    (desk.course / "diary.txt").rename(desk.course / "diary.md")
    assert keep(desk.store, desk.take("diary.md"), None)
    document = desk.store.document_at(desk.course / "diary.md")
    assert document is not None
    assert document.kind == "markdown"
    assert desk.store.chunks_of(document.id)[0].heading == ("Monday",)


def test_a_file_below_a_folder_that_became_a_file_is_gone(desk: Desk) -> None:
    (desk.course / "week.md").mkdir()
    desk.put("week.md/diary.md", "Monday: the numbat slept.")
    known = desk.known("week.md/diary.md")
    (desk.course / "week.md" / "diary.md").unlink()
    (desk.course / "week.md").rmdir()
    (desk.course / "week.md").write_text("One page for the whole week.")
    gone = desk.take("week.md/diary.md")
    assert isinstance(gone, Gone)
    assert keep(desk.store, gone, known)
    assert desk.known("week.md/diary.md") is None
