"""Asking as a person meets it: evidence first, quotes that stand in the files, refusals, a history of one's own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import nbformat
import pytest

from jupyter_devassist.assist import Assist
from jupyter_devassist.chat.model import Answer, AnswerEvent, Cited, Delta, Done, Found, Question, Searching
from jupyter_devassist.chat.service import ASKED_AT_ONCE
from jupyter_devassist.errors import Busy, InvalidInput, ModelUnavailable, NotFound, TooLarge
from jupyter_devassist.knowledge.model import Citation, Filters
from jupyter_devassist.values import Actor, AnswerId

OpenAssist = Callable[..., AbstractAsyncContextManager[Assist]]


@pytest.fixture
def told(open_assist: OpenAssist, actor: Actor, course: Path) -> Callable[[Callable[[Assist], Awaitable[None]]], None]:
    """Tell a story in a house that knows the course."""

    def tell(story: Callable[[Assist], Awaitable[None]]) -> None:
        async def main() -> None:
            async with open_assist() as assist:
                await assist.knowledge.add(actor, course)
                await assist.knowledge.settled()
                await story(assist)

        asyncio.run(main())

    return tell


Told = Callable[[Callable[[Assist], Awaitable[None]]], None]


async def ask(assist: Assist, actor: Actor, text: str, filters: Filters = Filters()) -> list[AnswerEvent]:  # noqa: B008
    return [event async for event in assist.chat.ask(actor, Question(text=text, filters=filters))]


async def answer(assist: Assist, actor: Actor, text: str) -> Answer:
    last = (await ask(assist, actor, text))[-1]
    assert isinstance(last, Done)
    return last.answer


def cited_lines(citation: Citation) -> list[str]:
    """The lines of the cell or file that the citation points at, read from the disk."""
    text = citation.path.read_text()
    if citation.span.cell_id is not None:
        text = next(cell.source for cell in nbformat.reads(text, 4).cells if cell.id == citation.span.cell_id)
    return text.split("\n")[citation.span.start_line - 1 : citation.span.end_line]


def test_evidence_comes_before_the_words_that_lean_on_it(told: Told, actor: Actor) -> None:
    async def story(assist: Assist) -> None:
        events = await ask(assist, actor, "How do I join two frames on their index?")
        kinds = [type(event) for event in events]
        assert kinds[:2] == [Searching, Found]
        assert kinds[-1] is Done
        assert kinds.index(Cited) < kinds.index(Delta)
        text = "".join(event.text for event in events if isinstance(event, Delta))
        done = events[-1]
        assert isinstance(done, Done)
        assert text == done.answer.text
        assert tuple(event.citation for event in events if isinstance(event, Cited)) == done.answer.citations
        assert all(f"[{citation.marker}]" in text for citation in done.answer.citations)

    told(story)


def test_every_quote_stands_in_its_cell_or_lines(told: Told, actor: Actor, course: Path) -> None:
    async def story(assist: Assist) -> None:
        for question in ("How do I join two frames on their index?", "What is tidy data?", "What is an outlier?"):
            given = await answer(assist, actor, question)
            assert given.supported
            for citation in given.citations:
                assert citation.quote in "\n".join(cited_lines(citation))
                assert (await assist.knowledge.locate(actor, citation)).state == "current"
        assert given.citations[0].path.name == "glossary.md"

    told(story)


def test_a_question_the_notes_do_not_cover_is_refused_with_the_nearest_passages(told: Told, actor: Actor) -> None:
    async def story(assist: Assist) -> None:
        given = await answer(assist, actor, "Who won the football world cup in 1998?")
        assert not given.supported
        assert given.passages
        assert "do not cover" in given.text

    told(story)


def test_an_answer_is_kept_for_the_one_who_asked(told: Told, actor: Actor, course: Path) -> None:
    async def story(assist: Assist) -> None:
        given = await answer(assist, actor, "What is tidy data?")
        other = Actor(name="grace", root=course)
        assert await assist.chat.answer(actor, given.id) == given
        with pytest.raises(NotFound):
            await assist.chat.answer(other, given.id)
        with pytest.raises(NotFound):
            await assist.chat.delete(other, given.id)
        page = await assist.chat.answers(actor, contains="TIDY", offset=0, limit=10)
        assert [item.question for item in page.items] == ["What is tidy data?"]
        assert (await assist.chat.answers(other, contains="", offset=0, limit=10)).total == 0
        await assist.chat.delete(actor, given.id)
        with pytest.raises(NotFound):
            await assist.chat.answer(actor, given.id)

    told(story)


def test_a_stopped_answer_is_kept_as_stopped(told: Told, actor: Actor) -> None:
    async def story(assist: Assist) -> None:
        events = assist.chat.ask(actor, Question(text="What is tidy data?"))
        async for event in events:
            if isinstance(event, Cited):
                break
        await events.aclose()  # type: ignore[attr-defined]
        page = await assist.chat.answers(actor, contains="", offset=0, limit=10)
        stopped = await assist.chat.answer(actor, page.items[0].id)
        assert stopped.state == "stopped"
        assert stopped.passages

    told(story)


def test_a_citation_says_when_its_source_has_moved_changed_or_gone(told: Told, actor: Actor, course: Path) -> None:
    async def story(assist: Assist) -> None:
        citation = (await answer(assist, actor, "What is tidy data?")).citations[0]
        notes = course / "glossary.md"
        text = notes.read_text()
        notes.write_text("A new first line.\n\n" + text)
        moved = await assist.knowledge.locate(actor, citation)
        assert (moved.state, moved.span.start_line) == ("moved", citation.span.start_line + 2)
        notes.write_text(text.replace("one observation", "one record"))
        stale = await assist.knowledge.locate(actor, citation)
        assert stale.state == "stale"
        assert "glossary.md" in (stale.message or "")
        notes.unlink()
        assert (await assist.knowledge.locate(actor, citation)).state == "missing"

    told(story)


def test_a_question_that_cannot_be_used_is_refused_before_anything_is_sent(told: Told, actor: Actor) -> None:
    async def story(assist: Assist) -> None:
        with pytest.raises(InvalidInput, match="empty"):
            assist.chat.ask(actor, Question(text=" \n"))
        with pytest.raises(TooLarge, match="at most 50,000"):
            assist.chat.ask(actor, Question(text="why " * 20_000))
        with pytest.raises(ModelUnavailable, match="gpt-oss"):
            assist.chat.ask(actor, Question(text="Why?", model="gpt-oss"))
        with pytest.raises(NotFound):
            await assist.chat.answer(actor, AnswerId("nobody"))

    told(story)


def test_one_person_cannot_take_everybodys_turn(told: Told, actor: Actor) -> None:
    question = Question(text="How do I join two frames on their index?")

    async def story(assist: Assist) -> None:
        begun = [assist.chat.ask(actor, question) for _ in range(ASKED_AT_ONCE)]
        assert {type(await anext(events)) for events in begun} == {Searching}
        with pytest.raises(Busy, match="of your questions"):
            await anext(assist.chat.ask(actor, question))
        other = Actor(name="somebody else", root=actor.root)
        assert isinstance((await ask(assist, other, question.text))[-1], Done)
        await begun[0].aclose()  # type: ignore[attr-defined]
        assert isinstance((await ask(assist, actor, question.text))[-1], Done)
        for events in begun[1:]:
            assert isinstance([event async for event in events][-1], Done)

    told(story)


def test_an_empty_library_says_what_to_do(open_assist: OpenAssist, actor: Actor) -> None:
    async def main() -> None:
        async with open_assist() as assist:
            given = await answer(assist, actor, "What is tidy data?")
            assert not given.supported
            assert given.passages == ()
            assert "Add a folder or a file" in given.text

    asyncio.run(main())


def test_half_a_character_in_a_question_is_asked_and_kept(told: Told, actor: Actor) -> None:
    async def story(assist: Assist) -> None:
        given = await answer(assist, actor, "What is tidy data \ud83d?")
        assert given.supported
        assert (await assist.chat.answer(actor, given.id)).question == "What is tidy data ??"

    told(story)
