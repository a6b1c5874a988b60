"""What a person takes out of the library is in none of its files any more."""

from __future__ import annotations

import asyncio
from pathlib import Path

from jupyter_devassist.assist import Assist
from jupyter_devassist.knowledge.model import Document, Filters
from jupyter_devassist.values import Actor

CANARY = "quetzalcoatlus"


async def add(assist: Assist, actor: Actor, path: Path) -> None:
    await assist.knowledge.add(actor, path)
    await assist.knowledge.settled()


async def the_document(assist: Assist, actor: Actor, name: str) -> Document:
    page = await assist.knowledge.documents(
        actor, state=None, kind=None, collection=None, contains=name, offset=0, limit=10
    )
    return page.items[0]


def holding_the_canary(home: Path) -> list[Path]:
    word = CANARY.encode()
    forms = (word, word.title(), word.upper(), CANARY.encode("utf-16-le"))
    files = [path for path in home.rglob("*") if path.is_file()]
    return [path for path in files if any(form in path.read_bytes() for form in forms)]


def test_a_removed_document_is_erased_at_the_latest_by_the_next_start(open_assist, actor, course, home) -> None:
    async def main() -> None:
        (course / "secret.md").write_text(f"# Secret\n\nThe {CANARY} is not for everybody to see.\n")
        async with open_assist() as assist:
            await add(assist, actor, course)
            assert holding_the_canary(home)
            await assist.knowledge.remove_document(actor, (await the_document(assist, actor, "secret.md")).id)
        async with open_assist() as assist:
            await assist.knowledge.settled()
            assert holding_the_canary(home) == []
            found = await assist.knowledge.search(actor, "outlier", 3, Filters())
            assert found.passages[0].path.name == "glossary.md"
        assert holding_the_canary(home) == []

    asyncio.run(main())


def test_a_removed_folder_is_erased_once_its_removal_is_final(open_assist, actor, course, home) -> None:
    async def main() -> None:
        (course / "secret.md").write_text(f"# Secret\n\nThe {CANARY} is not for everybody to see.\n")
        async with open_assist(undo_seconds=0) as assist:
            await add(assist, actor, course)
            erased = asyncio.Event()
            assist.events.subscribe(
                lambda event: (
                    erased.set()
                    if (getattr(event, "kind", None), getattr(event, "state", None)) == ("erase", "done")
                    else None
                )
            )
            (source,) = await assist.knowledge.sources(actor)
            await assist.knowledge.remove_source(actor, source.id)
            await erased.wait()
            assert holding_the_canary(home) == []

    asyncio.run(main())


def test_a_document_that_is_restored_in_time_costs_no_embedding_and_no_rebuild(
    open_assist, actor, course, home
) -> None:
    async def main() -> None:
        async with open_assist() as assist:
            await add(assist, actor, course)
            document = await the_document(assist, actor, "glossary.md")
            generations = sorted(path.name for path in (home / "indexes").iterdir())
            await assist.knowledge.remove_document(actor, document.id)
            await assist.knowledge.restore_document(actor, document.id)
            await assist.knowledge.settled()
            found = await assist.knowledge.search(actor, "outlier", 3, Filters())
            assert found.passages[0].path.name == "glossary.md"
            assert [job.kind for job in await assist.jobs.list()].count("embed") == 1
            assert "erase" not in {job.kind for job in await assist.jobs.list()}
            assert sorted(path.name for path in (home / "indexes").iterdir()) == generations

    asyncio.run(main())
