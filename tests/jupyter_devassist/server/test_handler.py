from __future__ import annotations

import asyncio
import json
import logging
from contextlib import suppress
from datetime import UTC, datetime

import httpx
import pytest

from jupyter_devassist import errors
from jupyter_devassist.knowledge.model import Filters, Source
from jupyter_devassist.server import handler as handler_module

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


async def events_of(response) -> list[dict]:
    text = (await response.aread()).decode()
    return [json.loads(line.removeprefix("data: ")) for line in text.splitlines() if line.startswith("data: ")]


async def test_a_reply_is_json_with_paths_relative_to_the_root(client, house, jp_root_dir, monkeypatch):
    async def sources(actor):
        paths = [actor.root / "notes" / "wörk.md", actor.root.parent / "secret" / "outside.md"]
        return [Source(id="s", path=path, added_at=EPOCH, document_count=0) for path in paths]

    house.sources = sources
    response = await client.get("sources")
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("application/json")
    assert [item["path"] for item in response.json()] == ["notes/wörk.md", "outside.md"]


async def test_the_actor_is_the_same_person_in_every_browser(client, house, jp_root_dir):
    await client.get("sources")
    client.cookies.clear()
    await client.get("sources")
    (_, (first,)), (_, (second,)) = house.calls
    assert first == second
    assert first.root == jp_root_dir.resolve()


async def test_a_body_is_decoded_into_what_the_house_takes(client, house, jp_root_dir):
    (jp_root_dir / "notes").mkdir()
    await client.post("sources", json={"path": "notes"})
    await client.post("search", json={"query": "q", "filters": {"kinds": ["pdf"]}})
    (_, (_, path)), (_, (_, query, k, filters)) = house.calls
    assert path == jp_root_dir.resolve() / "notes"
    assert (query, k, filters) == ("q", 10, Filters(kinds=("pdf",)))


async def test_query_parameters_are_typed_and_unknown_ones_left_alone(client, house):
    assert (await client.get("documents?state=failed&limit=5&1732156=")).status_code == 200
    (_, (_, state, kind, collection, contains, offset, limit)) = house.calls[0]
    assert (state, kind, collection, contains, offset, limit) == ("failed", None, None, "", 0, 5)
    for query in ("documents?limit=many", "documents?offset=9223372036854775808", "answers?offset=1e30"):
        assert (await client.get(query)).status_code == 400


@pytest.mark.parametrize(
    "body, names",
    [
        ({"query": "q", "surprise": 1}, "surprise"),
        ({"query": "q", "filters": {"kinds": ["exe"]}}, "kinds"),
        ({"query": "q", "filters": {"path": ["x"]}}, "path"),
        ({"query": "q", "k": 0}, "k"),
        ({"query": 3}, "query"),
        ({"k": 3}, "query"),
    ],
)
async def test_an_invalid_body_is_refused_with_the_name_of_the_field(client, house, body, names):
    response = await client.post("search", json=body)
    assert response.status_code == 400
    assert response.json()["code"] == "invalid_input"
    assert names in response.json()["message"]
    assert house.calls == []


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b'{"query": "\xff"}', b"[" * 100_000, b"null", b"3", b""])
async def test_a_body_that_is_no_request_is_refused(client, house, body):
    response = await client.post("search", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 400
    assert response.json()["code"] == "invalid_input"


async def test_an_operation_without_a_body_takes_none(client, house):
    assert (await client.post("reindex")).status_code == 200
    assert (await client.post("reindex", json={})).status_code == 200
    assert (await client.post("reindex", json={"all": True})).status_code == 400


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", "application/xml"]
)
async def test_other_content_types_are_refused_unread(client, house, kind):
    response = await client.post("search", content=b'{"query": "q"}', headers={"Content-Type": kind})
    assert (response.status_code, response.json()["code"]) == (415, "unsupported_media_type")


async def test_a_large_body_is_refused_with_the_limit(client, house):
    response = await client.post("sources", json={"path": "x" * 100_000})
    assert (response.status_code, response.json()["code"]) == (413, "too_large")
    assert "65,536" in response.json()["message"]


async def test_a_large_body_of_unknown_length_is_refused(client, house):
    async def long():
        for _ in range(400):
            yield b"x" * 1000

    response = await client.post("sources", content=long(), headers={"Content-Type": "application/json"})
    assert response.status_code == 413
    assert house.calls == []


async def test_a_huge_body_is_cut_off(client, house):
    async def endless():
        while True:
            yield b"x" * 1_000_000

    with suppress(httpx.TransportError):  # whether the reason still arrives is up to the network
        response = await client.post("sources", content=endless(), headers={"Content-Type": "application/json"})
        assert response.status_code == 413
    response = await client.request("POST", "sources", content=b"{}", headers={"Content-Type": "application/json"})
    assert response.status_code == 400
    assert house.calls == []


@pytest.mark.parametrize(
    "refusal, status",
    [
        (errors.NotFound("There is no such document."), 404),
        (errors.Conflict("There is a collection of that name."), 409),
        (errors.StorageFull("The disk is full."), 507),
        (errors.ReaderTimeout("big.pdf took too long."), 422),
    ],
)
async def test_a_refusal_becomes_a_problem_with_its_status(client, house, refusal, status):
    house.refusal = refusal
    response = await client.post("reindex")
    assert response.status_code == status
    assert response.json() == {"code": refusal.code, "message": refusal.message}


@pytest.mark.parametrize("refusal, status, seconds", [(errors.StillStarting, 503, "1"), (errors.Busy, 429, "2")])
async def test_a_caller_who_may_try_again_is_told_when(client, house, refusal, status, seconds):
    house.refusal = refusal("Try again in a moment.")
    for response in (await client.get("sources"), await client.post("ask", json={"text": "why?"})):
        assert (response.status_code, response.headers["Retry-After"]) == (status, seconds)


async def test_a_refusal_before_the_body_is_read_says_that_the_line_is_closed(client, stranger, house):
    for _ in range(3):
        response = await stranger.post("search", json={"query": "q"})
        assert (response.status_code, response.headers["Connection"]) == (403, "close")
    house.refusal = errors.NotFound("There is no such document.")
    assert "Connection" not in (await client.post("reindex")).headers


async def test_an_unexpected_error_shows_a_reference_and_nothing_else(client, house, caplog):
    house.refusal = RuntimeError("/root/secret/path SELECT * FROM documents")
    response = await client.get("sources")
    assert response.status_code == 500
    problem = response.json()
    assert problem["code"] == "internal"
    assert "secret" not in response.text
    assert "SELECT" not in response.text
    reference = problem["message"].split()[-1].rstrip(".")
    assert any(reference in record.getMessage() for record in caplog.records)


async def test_an_answer_streams_as_events(client, house):
    async with client.stream("POST", "ask", json={"text": "why?"}) as response:
        assert response.status_code == 200
        assert response.headers["Content-Type"] == "text/event-stream"
        assert response.headers["Cache-Control"] == "no-cache, no-transform"
        assert response.headers["X-Accel-Buffering"] == "no"
        events = await events_of(response)
    assert [event["type"] for event in events] == ["searching", "delta", "delta", "done"]
    assert events[-1]["answer"]["text"] == "One two."


async def test_the_first_event_does_not_wait_for_the_second(client, house):
    house.pause = 60
    async with client.stream("POST", "ask", json={"text": "why?"}) as response:
        line = await asyncio.wait_for(anext(response.aiter_lines()), 2)
    assert json.loads(line.removeprefix("data: "))["type"] == "searching"


async def test_silence_is_filled_with_keep_alives(client, house, monkeypatch):
    monkeypatch.setattr(handler_module, "KEEP_ALIVE_SECONDS", 0.02)
    house.pause = 0.2
    async with client.stream("POST", "ask", json={"text": "why?"}) as response:
        text = (await response.aread()).decode()
    assert text.count(": keep-alive\n\n") >= 2
    assert '"type":"done"' in text


async def test_a_failure_before_the_first_event_has_its_status(client, house):
    house.refusal = errors.ModelUnavailable("There is no such model.")
    response = await client.post("ask", json={"text": "why?"})
    assert (response.status_code, response.json()["code"]) == (503, "model_unavailable")


async def test_a_failure_after_the_first_event_is_the_last_event(client, house):
    house.fail_after = 1
    async with client.stream("POST", "ask", json={"text": "why?"}) as response:
        events = await events_of(response)
    assert [event["type"] for event in events] == ["searching", "delta", "failed"]
    assert events[-1]["code"] == "internal"
    assert "canary" not in json.dumps(events)


async def test_a_reader_that_goes_away_stops_the_answer(client, house):
    house.pause = 60
    async with client.stream("POST", "ask", json={"text": "why?"}) as response:
        await anext(response.aiter_lines())
    await asyncio.wait_for(house.closed.wait(), 1)


async def test_a_reader_that_stops_reading_is_dropped(
    house, jp_http_port, http_server, jp_base_url, jp_auth_header, monkeypatch
):
    monkeypatch.setattr(handler_module, "STALLED_SECONDS", 0.3)
    house.pieces = ["x" * 1_000_000] * 200
    _reader, writer = await asyncio.open_connection("127.0.0.1", jp_http_port, limit=1024)
    body = b'{"text":"why?"}'
    writer.write(
        f"POST {jp_base_url}devassist/api/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Authorization: {jp_auth_header['Authorization']}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        + body
    )
    await writer.drain()
    await asyncio.wait_for(house.closed.wait(), 5)
    writer.close()


async def test_a_write_with_a_cookie_needs_the_xsrf_token(stranger, client, house):
    stranger.cookies = (await client.get("sources")).cookies
    stranger.cookies = client.cookies
    assert (await stranger.get("sources", headers={"Referer": str(stranger.base_url)})).status_code == 200
    assert (await stranger.post("reindex")).status_code == 403


async def test_nothing_private_reaches_the_log(client, house, caplog, jp_auth_header):
    caplog.set_level(logging.DEBUG)
    token = jp_auth_header["Authorization"].split()[1]
    await client.post("search", json={"query": "canary-in-query"})
    await client.post("search", json={"query": "canary-in-query", "canary-field": 1})
    await client.get("answers?contains=canary-in-history&limit=none")
    house.refusal = RuntimeError("boom")
    await client.post("ask", json={"text": "canary-in-question"})
    logged = "\n".join(record.getMessage() for record in caplog.records if "httpx" not in record.name)
    assert "canary" not in logged
    assert token not in logged
