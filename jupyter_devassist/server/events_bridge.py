"""Our events on Jupyter's event bus, under schemas made from the same structs."""

from __future__ import annotations

import asyncio
import typing
from collections.abc import Callable

import msgspec
from jupyter_events import EventLogger

from ..events import Event, Events


def schema_id(kind: type) -> str:
    return f"https://jupyter-devassist/{msgspec.inspect.type_info(kind).tag}/v1"  # type: ignore[attr-defined]


def bridge(events: Events, logger: EventLogger) -> Callable[[], None]:
    """Tell Jupyter's subscribers of every event from now on; returns the function that ends it."""
    for kind in typing.get_args(Event):
        if schema_id(kind) not in logger.schemas:
            logger.register_event_schema(_schema(kind))
    loop = asyncio.get_running_loop()

    def tell(event: Event) -> None:
        if not loop.is_closed():  # events may come from a pool's thread
            loop.call_soon_threadsafe(emit, event)

    def emit(event: Event) -> None:
        logger.emit(schema_id=schema_id(type(event)), data=msgspec.to_builtins(event))

    return events.subscribe(tell)


def _schema(kind: type) -> dict[str, object]:
    (_,), components = msgspec.json.schema_components([kind])
    described = components[kind.__name__]
    return {
        "$id": schema_id(kind),
        "version": "1",
        "title": described["title"],
        "description": described.get("description", described["title"]),
        "personal-data": False,
        "type": "object",
        "properties": described["properties"],
        "required": described["required"],
    }
