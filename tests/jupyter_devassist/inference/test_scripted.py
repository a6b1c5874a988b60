import asyncio
from contextlib import aclosing

import pytest

from jupyter_devassist.errors import ModelUnavailable
from jupyter_devassist.inference.base import Message, ModelEvent, Reasoning, TextPiece, Usage
from jupyter_devassist.inference.scripted import ScriptedLanguageModel, spoken

QUESTION = [Message(role="user", content="What is a join?")]


def ask(model: ScriptedLanguageModel, max_tokens: int = 100) -> list[ModelEvent]:
    async def collect() -> list[ModelEvent]:
        return [event async for event in model.generate(QUESTION, max_tokens)]

    return asyncio.run(collect())


def test_replies_come_in_the_order_in_which_they_were_queued() -> None:
    first: list[ModelEvent] = [Reasoning(text="hm"), *spoken("A join."), Usage(prompt_tokens=5, completion_tokens=2)]
    model = ScriptedLanguageModel([first])
    model.add(spoken("Again."))
    assert ask(model) == first
    assert ask(model) == [TextPiece(text="Again.")]
    assert model.requests == [tuple(QUESTION)] * 2


def test_the_pieces_of_a_spoken_text_make_the_text() -> None:
    text = "  Rows meet\n\nwhere keys are equal [1]. \n"
    pieces = spoken(text)
    assert "".join(piece.text for piece in pieces if isinstance(piece, TextPiece)) == text
    assert len(pieces) == 8


def test_text_stops_at_the_limit_of_tokens() -> None:
    model = ScriptedLanguageModel([[*spoken("one two three"), Usage(prompt_tokens=1, completion_tokens=2)]])
    assert ask(model, max_tokens=2) == [*spoken("one two"), Usage(prompt_tokens=1, completion_tokens=2)]


def test_an_error_is_raised_at_its_place() -> None:
    model = ScriptedLanguageModel([[TextPiece(text="half"), ModelUnavailable("The server went away.")]])
    seen: list[ModelEvent] = []

    async def collect() -> None:
        async for event in model.generate(QUESTION, 10):
            seen.append(event)

    with pytest.raises(ModelUnavailable, match="went away"):
        asyncio.run(collect())
    assert seen == [TextPiece(text="half")]


def test_closing_stops_the_reply() -> None:
    model = ScriptedLanguageModel([spoken("one two three"), spoken("next")])

    async def take_one() -> ModelEvent:
        async with aclosing(model.generate(QUESTION, 10)) as events:  # type: ignore[type-var]
            return await anext(events)

    assert asyncio.run(take_one()) == TextPiece(text="one")
    assert model.stopped == 1
    assert ask(model) == [TextPiece(text="next")]
    assert model.stopped == 1


def test_a_model_without_replies_says_so() -> None:
    with pytest.raises(ModelUnavailable, match="no reply left"):
        ask(ScriptedLanguageModel())
