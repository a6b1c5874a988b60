"""The library as a person uses it: added, searched, saved into, renamed, removed, restored."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from jupyter_devassist.assist import Assist
from jupyter_devassist.errors import InvalidInput, NotFound, PathNotAllowed, TooLarge
from jupyter_devassist.events import JobChanged
from jupyter_devassist.jobs.model import Job
from jupyter_devassist.knowledge.model import Citation, Document, Filters
from jupyter_devassist.values import Actor, ChunkId, DocumentId, JobId, Span

OpenAssist = Callable[..., AbstractAsyncContextManager[Assist]]
Story = Callable[[Assist], Awaitable[None]]


async def add(assist: Assist, actor: Actor, path: Path) -> None:
    job = await assist.knowledge.add(actor, path)
    await assist.knowledge.settled()
    assert (await assist.jobs.get(job.id)).state == "done"


async def first(assist: Assist, actor: Actor, query: str, **limits: tuple[str, ...]) -> str | None:
    """The name of the file that a search puts first."""
    result = await assist.knowledge.search(actor, query, 5, Filters(**limits))  # type: ignore[arg-type]
    return result.passages[0].path.name if result.passages else None


async def documents(assist: Assist, actor: Actor) -> dict[str, Document]:
    page = await assist.knowledge.documents(
        actor, state=None, kind=None, collection=None, contains="", offset=0, limit=100
    )
    return {document.path.name: document for document in page.items}


def told(open_assist: OpenAssist, story: Story, **options: object) -> None:
    async def main() -> None:
        async with open_assist(**options) as assist:
            await story(assist)

    asyncio.run(main())


def test_a_folder_that_was_added_is_found_by_words_and_by_meaning(
    open_assist: OpenAssist, actor: Actor, course: Path
) -> None:
    async def story(assist: Assist) -> None:
        await add(assist, actor, course)
        result = await assist.knowledge.search(actor, "rows of two frames aligned on the index", 3, Filters())
        assert result.legs == ("lexical", "vector")
        assert result.passages[0].chunk.span.cell_id == "join-index"
        assert await first(assist, actor, "extreme numbers compared with the rest") == "glossary.md"
        assert await first(assist, actor, "drop_blank_rows") == "cleaning.py"
        assert {document.state for document in (await documents(assist, actor)).values()} == {"indexed"}

    told(open_assist, story)


def test_a_scan_of_unchanged_files_reads_nothing_again(open_assist: OpenAssist, actor: Actor, course: Path) -> None:
    async def story(assist: Assist) -> None:
        await add(assist, actor, course)
        before = await documents(assist, actor)
        job = await assist.knowledge.add(actor, course)
        assert (await assist.jobs.wait(job.id)).message == "0 of 3 files were new or changed."
        assert await documents(assist, actor) == before

    told(open_assist, story)


def test_a_saved_cell_is_found_and_the_other_cells_keep_their_chunks(
    open_assist: OpenAssist, actor: Actor, course: Path
) -> None:
    async def story(assist: Assist) -> None:
        await add(assist, actor, course)
        kept = await assist.knowledge.search(actor, "merge how left", 1, Filters())
        path = course / "joining.ipynb"
        path.write_text(path.read_text().replace("aligns the rows of two frames", "zips the okapi frames together"))
        await assist.knowledge.changed({path})
        await assist.knowledge.settled()
        found = await assist.knowledge.search(actor, "okapi", 1, Filters())
        assert found.passages[0].chunk.span.cell_id == "join-index"
        again = await assist.knowledge.search(actor, "merge how left", 1, Filters())
        assert again.passages[0].chunk == kept.passages[0].chunk

    told(open_assist, story)


def test_a_change_made_by_another_program_is_seen(open_assist: OpenAssist, actor: Actor, course: Path) -> None:
    async def story(assist: Assist) -> None:
        await add(assist, actor, course)
        heard = asyncio.Event()
        assist.events.subscribe(lambda event: heard.set())
        (course / "new.md").write_text("# Quokka\n\nA quokka is a small wallaby that a data frame never held.\n")
        while await first(assist, actor, "quokka wallaby") != "new.md":
            await asyncio.wait_for(heard.wait(), 30)
            heard.clear()
            await assist.knowledge.settled()

    told(open_assist, story, watch=True)


def test_a_renamed_file_keeps_its_identity(open_assist: OpenAssist, actor: Actor, course: Path) -> None:
    async def story(assist: Assist) -> None:
        await add(assist, actor, course)
        before = (await documents(assist, actor))["glossary.md"]
        (course / "glossary.md").rename(course / "words.md")
        await assist.knowledge.changed({course / "glossary.md", course / "words.md"})
        await assist.knowledge.settled()
        after = await documents(assist, actor)
        assert "glossary.md" not in after
        assert after["words.md"].id == before.id
        assert await first(assist, actor, "tidy data observation") == "words.md"

    told(open_assist, story)


def test_a_deleted_file_is_found_no_more(open_assist: OpenAssist, actor: Actor, course: Path) -> None:
    async def story(assist: Assist) -> None:
        await add(assist, actor, course)
        (course / "glossary.md").unlink()
        await assist.knowledge.changed({course / "glossary.md"})
        await assist.knowledge.settled()
        assert "glossary.md" not in await documents(assist, actor)
        assert await first(assist, actor, "tidy data observation variable") != "glossary.md"

    told(open_assist, story)


def test_a_removed_document_stays_out_of_scans_until_it_is_restored(
    open_assist: OpenAssist, actor: Actor, course: Path
) -> None:
    async def story(assist: Assist) -> None:
        await add(assist, actor, course)
        glossary = (await documents(assist, actor))["glossary.md"]
        await assist.knowledge.remove_document(actor, glossary.id)
        await assist.jobs.wait((await assist.knowledge.reindex(actor, None)).id)
        assert "glossary.md" not in await documents(assist, actor)
        await assist.knowledge.restore_document(actor, glossary.id)
        await assist.knowledge.settled()
        assert await first(assist, actor, "tidy data") == "glossary.md"

    told(open_assist, story)


def test_a_bad_file_is_listed_with_its_reason_and_the_next_one_is_read(
    open_assist: OpenAssist, actor: Actor, course: Path
) -> None:
    (course / "broken.ipynb").write_text('{"cells": [')
    (course / "music.md").write_bytes(b"\x00\x01\x02\x03" * 500)

    async def story(assist: Assist) -> None:
        await add(assist, actor, course)
        known = await documents(assist, actor)
        assert known["broken.ipynb"].state == "failed"
        assert "broken.ipynb" in (known["broken.ipynb"].reason or "")
        assert known["music.md"].state == "failed"
        assert known["glossary.md"].state == "indexed"

    told(open_assist, story)


def test_a_search_can_be_limited_to_a_collection_a_path_a_kind_or_a_language(
    open_assist: OpenAssist, actor: Actor, course: Path
) -> None:
    async def story(assist: Assist) -> None:
        await add(assist, actor, course)
        made = await assist.knowledge.create_collection(actor, "Notes", ["*.md"], [])
        assert made.document_count == 1
        assert await first(assist, actor, "join frames", collections=("Notes",)) == "glossary.md"
        assert await first(assist, actor, "tidy data", paths=("*.ipynb",)) == "joining.ipynb"
        assert await first(assist, actor, "tidy data", kinds=("code",)) == "cleaning.py"
        assert await first(assist, actor, "tidy data", languages=("python",)) in ("cleaning.py", "joining.ipynb")
        with pytest.raises(NotFound, match="within these limits"):
            await first(assist, actor, "tidy data", paths=("homework/",))
        with pytest.raises(NotFound, match="Homework"):
            await first(assist, actor, "anything", collections=("Homework",))

    told(open_assist, story)


def test_nothing_outside_the_askers_root_is_found_or_added(
    open_assist: OpenAssist, actor: Actor, course: Path, tmp_path: Path
) -> None:
    (tmp_path / "secret.md").write_text("# Secret\n\nThe okapi sleeps at noon.\n")

    async def story(assist: Assist) -> None:
        await add(assist, Actor(name="root", root=tmp_path), tmp_path / "secret.md")
        await add(assist, actor, course)
        found = await assist.knowledge.search(actor, "okapi sleeps at noon", 10, Filters())
        assert "secret.md" not in {passage.path.name for passage in found.passages}
        assert "secret.md" not in await documents(assist, actor)
        with pytest.raises(PathNotAllowed):
            await assist.knowledge.add(actor, tmp_path / "secret.md")

    told(open_assist, story)


def citation_of(path: Path, document_id: str, quote: str) -> Citation:
    return Citation(
        marker=1,
        document_id=DocumentId(document_id),
        chunk_id=ChunkId("c"),
        path=path,
        document_kind="markdown",
        heading=(),
        span=Span(start_line=3, end_line=3),
        quote=quote,
        score=1.0,
    )


def test_what_is_outside_the_askers_root_can_be_neither_restored_nor_removed_nor_told_from_nothing(
    open_assist: OpenAssist, actor: Actor, course: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.md").write_text("# Secret\n\nThe okapi sleeps at noon.\n")

    async def story(assist: Assist) -> None:
        owner = Actor(name="root", root=outside)
        await add(assist, owner, outside)
        secret = (await documents(assist, owner))["secret.md"]
        source = (await assist.knowledge.sources(owner))[0]
        for unknown in (secret.id, DocumentId("nobody's")):
            location = await assist.knowledge.locate(actor, citation_of(course / "gone.md", unknown, "okapi sleeps"))
            assert (location.state, location.path) == ("missing", course / "gone.md")
        with pytest.raises(NotFound):
            await assist.knowledge.remove_source(actor, source.id)
        await assist.knowledge.remove_document(owner, secret.id)
        with pytest.raises(NotFound):
            await assist.knowledge.restore_document(actor, secret.id)
        await add(assist, actor, course)
        assert "secret.md" not in await documents(assist, owner)

    told(open_assist, story, watch=False)


def test_a_folder_that_became_a_link_leads_no_citation_outside(
    open_assist: OpenAssist, actor: Actor, course: Path, tmp_path: Path
) -> None:
    secret = "The okapi sleeps at noon."
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "notes.md").write_text(f"# Secret\n\n{secret}\n")
    (course / "part").mkdir()
    (course / "part" / "notes.md").write_text("# Notes\n\nNothing of interest.\n")

    async def story(assist: Assist) -> None:
        await add(assist, actor, course)
        document = (await documents(assist, actor))["notes.md"]
        (course / "part").rename(tmp_path / "kept")
        (course / "part").symlink_to(tmp_path / "outside")
        location = await assist.knowledge.locate(actor, citation_of(document.path, document.id, secret))
        assert location.state == "stale"
        assert location.message is not None
        assert str(tmp_path) not in location.message

    told(open_assist, story, watch=False)


@pytest.mark.parametrize(
    "query", ['df["col"]', "the of and", "🦘", 'C++ std::vector<int>"', "a:b AND (", "x" * 40_000, "\u0000\ud800"]
)
def test_any_string_is_a_query(open_assist: OpenAssist, actor: Actor, course: Path, query: str) -> None:
    async def story(assist: Assist) -> None:
        await add(assist, actor, course)
        result = await assist.knowledge.search(actor, query, 5, Filters())
        assert len(result.passages) <= 5

    told(open_assist, story)


def test_a_notebook_with_half_a_character_is_read(open_assist: OpenAssist, actor: Actor, course: Path) -> None:
    path = course / "joining.ipynb"
    path.write_text(path.read_text().replace("aligns the rows", "aligns \\ud83d the okapi rows"))

    async def story(assist: Assist) -> None:
        await add(assist, actor, course)
        assert await first(assist, actor, "okapi rows") == "joining.ipynb"

    told(open_assist, story)


def test_an_empty_and_a_giant_query_are_refused_in_words(open_assist: OpenAssist, actor: Actor) -> None:
    async def story(assist: Assist) -> None:
        with pytest.raises(InvalidInput, match="empty"):
            await assist.knowledge.search(actor, " \n ", 5, Filters())
        with pytest.raises(TooLarge, match="51,200 characters"):
            await assist.knowledge.search(actor, "q" * 51_200, 5, Filters())

    told(open_assist, story)


def test_a_removed_folder_leaves_and_its_files_stay(open_assist: OpenAssist, actor: Actor, course: Path) -> None:
    async def story(assist: Assist) -> None:
        await add(assist, actor, course)
        source = (await assist.knowledge.sources(actor))[0]
        await assist.jobs.wait((await assist.knowledge.remove_source(actor, source.id)).id)
        assert await documents(assist, actor) == {}
        assert await first(assist, actor, "tidy data") is None
        assert (course / "glossary.md").exists()

    told(open_assist, story)


def test_the_preview_counts_what_adding_would_bring(open_assist: OpenAssist, actor: Actor, course: Path) -> None:
    (course / "photo.png").write_bytes(b"\x89PNG")

    async def story(assist: Assist) -> None:
        preview = await assist.knowledge.preview(actor, course)
        assert (preview.file_count, preview.skipped_count) == (3, 1)
        assert preview.skipped[0].path.name == "photo.png"
        assert await documents(assist, actor) == {}

    told(open_assist, story)


def test_a_deleted_index_folder_heals_from_the_database(
    open_assist: OpenAssist, actor: Actor, course: Path, home: Path
) -> None:
    async def fill(assist: Assist) -> None:
        await add(assist, actor, course)

    async def ask_again(assist: Assist) -> None:
        await assist.knowledge.settled()
        assert (await assist.knowledge.status(actor)).degraded is None
        assert await first(assist, actor, "tidy data observation") == "glossary.md"

    told(open_assist, fill)
    shutil.rmtree(home / "indexes")
    told(open_assist, ask_again)


def test_outputs_are_searched_only_when_asked_for(open_assist: OpenAssist, actor: Actor, course: Path) -> None:
    path = course / "joining.ipynb"
    notebook = json.loads(path.read_text())
    output = {"output_type": "stream", "name": "stdout", "text": ["the numbat counted 417 ants\n"]}
    next(cell for cell in notebook["cells"] if cell["id"] == "join-code")["outputs"] = [output]
    path.write_text(json.dumps(notebook))

    async def found(assist: Assist) -> bool:
        await add(assist, actor, course)
        result = await assist.knowledge.search(actor, "numbat counted ants", 5, Filters())
        return any(passage.chunk.kind == "output" for passage in result.passages)

    async def without(assist: Assist) -> None:
        assert not await found(assist)

    async def with_outputs(assist: Assist) -> None:
        await assist.jobs.wait((await assist.knowledge.reindex(actor, None)).id)
        assert await found(assist)

    told(open_assist, without)
    told(open_assist, with_outputs, include_outputs=True)


def test_a_folder_whose_disk_is_away_keeps_its_documents(open_assist: OpenAssist, actor: Actor, course: Path) -> None:
    async def story(assist: Assist) -> None:
        await add(assist, actor, course)
        before = await documents(assist, actor)
        shutil.move(course, course.parent / "unplugged")
        job = await assist.jobs.wait((await assist.knowledge.reindex(actor, None)).id)
        assert job.state == "failed"
        assert "course is not there" in (job.message or "")
        await assist.knowledge.changed({course / "glossary.md"})
        await assist.knowledge.settled()
        assert await documents(assist, actor) == before

    told(open_assist, story)


def test_a_folder_that_cannot_be_listed_keeps_its_documents(
    open_assist: OpenAssist, actor: Actor, course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    week = course / "week-1"
    week.mkdir()
    (week / "plan.md").write_text("# Plan\n\nThe okapi comes first.\n")
    real = os.scandir

    def refusing(path: str) -> object:  # no permission can be taken from root, who may run the tests
        if Path(path) == week:
            raise PermissionError(13, "Permission denied")
        return real(path)

    async def story(assist: Assist) -> None:
        await add(assist, actor, course)
        monkeypatch.setattr(os, "scandir", refusing)
        job = await assist.jobs.wait((await assist.knowledge.add(actor, course)).id)
        assert job.message == "0 of 3 files were new or changed, 1 were left out."
        assert await first(assist, actor, "okapi") == "plan.md"

    told(open_assist, story)


def test_a_folder_inside_one_that_leaves_it_alone_is_kept_up_to_date(
    open_assist: OpenAssist, actor: Actor, course: Path
) -> None:
    drafts = course / ".drafts"
    drafts.mkdir()
    (drafts / "idea.md").write_text("# Idea\n\nAn okapi in a frame.\n")

    async def story(assist: Assist) -> None:
        await add(assist, actor, course)
        await add(assist, actor, drafts)
        (drafts / "idea.md").write_text("# Idea\n\nA quokka in a frame.\n")
        await assist.knowledge.changed({drafts / "idea.md"})
        await assist.knowledge.settled()
        assert await first(assist, actor, "quokka") == "idea.md"

    told(open_assist, story)


def test_a_file_that_was_emptied_is_found_no_more(open_assist: OpenAssist, actor: Actor, course: Path) -> None:
    async def story(assist: Assist) -> None:
        await add(assist, actor, course)
        (course / "cleaning.py").write_text("")
        await assist.knowledge.changed({course / "cleaning.py"})
        await assist.knowledge.settled()
        assert await first(assist, actor, "drop_blank_rows", kinds=("code",)) is None

    told(open_assist, story)


def test_a_new_folder_that_is_left_alone_starts_no_scan(open_assist: OpenAssist, actor: Actor, course: Path) -> None:
    async def story(assist: Assist) -> None:
        await add(assist, actor, course)
        before = len(await assist.jobs.list())
        for name in (".git", "node_modules"):
            (course / name / "objects").mkdir(parents=True)
            await assist.knowledge.changed({course / name, course / name / "objects"})
        await assist.knowledge.settled()
        assert len(await assist.jobs.list()) == before

    told(open_assist, story)


def test_a_scan_that_was_waiting_when_its_folder_was_removed_brings_nothing_back(
    open_assist: OpenAssist, actor: Actor, course: Path
) -> None:
    async def story(assist: Assist) -> None:
        await add(assist, actor, course)
        source = (await assist.knowledge.sources(actor))[0]
        await assist.knowledge.remove_source(actor, source.id)
        scan = await assist.knowledge.reindex(actor, None)
        assert (await assist.jobs.wait(scan.id)).message == "It is no longer part of the library."
        assert await documents(assist, actor) == {}

    told(open_assist, story)


def test_embedding_that_was_cancelled_goes_on_when_it_is_resumed(
    open_assist: OpenAssist, actor: Actor, course: Path
) -> None:
    for number in range(40):
        parts = "".join(f"# Part {part}\n\nOkapi {number} {part}.\n\n" for part in range(20))
        (course / f"note-{number}.md").write_text(parts)

    async def story(assist: Assist) -> None:
        cancelling: dict[JobId, asyncio.Task[Job]] = {}

        def cancel(event: object) -> None:
            if isinstance(event, JobChanged) and (event.kind, event.state) == ("embed", "running"):
                job_id = JobId(event.job_id)
                cancelling[job_id] = cancelling.get(job_id) or asyncio.create_task(assist.jobs.cancel(job_id))

        end = assist.events.subscribe(cancel)
        await add(assist, actor, course)
        end()
        status = await assist.knowledge.status(actor)
        assert status.embedded_count < status.chunk_count
        await assist.jobs.resume(list(cancelling)[-1])
        await assist.knowledge.settled()
        status = await assist.knowledge.status(actor)
        assert status.embedded_count == status.chunk_count

    told(open_assist, story)


def test_damage_that_a_search_comes_upon_is_mended_without_a_save(
    open_assist: OpenAssist, actor: Actor, course: Path, home: Path
) -> None:
    async def story(assist: Assist) -> None:
        await add(assist, actor, course)
        for data in (home / "indexes").glob("vector-*/*/data/*"):
            data.write_bytes(b"")
        await assist.knowledge.search(actor, "rows of two frames", 3, Filters())
        await assist.knowledge.settled()
        result = await assist.knowledge.search(actor, "rows of two frames", 3, Filters())
        assert result.legs == ("lexical", "vector")
        assert (await assist.knowledge.status(actor)).degraded is None

    told(open_assist, story)


def test_the_status_says_that_changes_are_not_noticed(
    open_assist: OpenAssist, actor: Actor, course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*paths: Path, **options: object) -> None:
        raise OSError("OS file watch limit reached")

    async def story(assist: Assist) -> None:
        monkeypatch.setattr("watchfiles.watch", full)
        await add(assist, actor, course)
        assert "OS file watch limit reached" in str((await assist.knowledge.status(actor)).degraded)

    told(open_assist, story, watch=True)
