from __future__ import annotations

import asyncio
import threading

from jupyter_devassist.events import DocumentChanged, Events, JobChanged, LibraryChanged
from jupyter_devassist.server.events_bridge import bridge, schema_id


async def heard(logger, kinds) -> tuple[list[dict], asyncio.Event]:
    received: list[dict] = []
    rang = asyncio.Event()

    async def listen(logger, schema_id, data):
        received.append({"schema_id": schema_id, **data})
        rang.set()

    for kind in kinds:
        logger.add_listener(schema_id=schema_id(kind), listener=listen)
    return received, rang


async def test_every_kind_of_event_reaches_jupyters_subscribers(jp_serverapp):
    events = Events()
    end = bridge(events, jp_serverapp.event_logger)
    received, rang = await heard(jp_serverapp.event_logger, (DocumentChanged, JobChanged, LibraryChanged))
    for event in (
        DocumentChanged(document_id="d", state="indexed"),
        JobChanged(job_id="j", kind="scan", state="running", done=1, total=None),
        LibraryChanged(),
    ):
        rang.clear()
        events.publish(event)
        await asyncio.wait_for(rang.wait(), 2)
    assert received == [
        {
            "schema_id": "https://jupyter-devassist/document_changed/v1",
            "type": "document_changed",
            "document_id": "d",
            "state": "indexed",
        },
        {
            "schema_id": "https://jupyter-devassist/job_changed/v1",
            "type": "job_changed",
            "job_id": "j",
            "kind": "scan",
            "state": "running",
            "done": 1,
            "total": None,
        },
        {"schema_id": "https://jupyter-devassist/library_changed/v1", "type": "library_changed"},
    ]
    end()
    events.publish(LibraryChanged())
    await asyncio.sleep(0)
    assert len(received) == 3


async def test_an_event_may_come_from_any_thread(jp_serverapp):
    events = Events()
    bridge(events, jp_serverapp.event_logger)
    received, rang = await heard(jp_serverapp.event_logger, (LibraryChanged,))
    thread = threading.Thread(target=events.publish, args=(LibraryChanged(),))
    thread.start()
    thread.join()
    await asyncio.wait_for(rang.wait(), 2)
    assert received[0]["type"] == "library_changed"


async def test_building_the_bridge_twice_is_no_error(jp_serverapp):
    bridge(Events(), jp_serverapp.event_logger)
    bridge(Events(), jp_serverapp.event_logger)
