from __future__ import annotations

import asyncio
import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jupyter_devassist.clock import Clock
from jupyter_devassist.server.tickets import LIFETIME, RENEWED_AFTER, Tickets


class HandClock(Clock):
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.time = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def running() -> set[str]:
    return {"k1", "k2"}


@pytest.fixture
def tickets(tmp_path, clock, running) -> Tickets:
    return Tickets(
        folder=tmp_path / "runtime" / "devassist",
        address=lambda: {"url": "http://127.0.0.1:8888/", "root": "/root", "certificate": None},
        is_running=running.__contains__,
        clock=clock,
    )


def header(path) -> str:
    return "DevAssist " + json.loads(path.read_text())["ticket"]


def test_a_ticket_lies_where_only_its_user_can_read_it(tickets):
    path = tickets.mint_for_kernel("k1", "ada")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [file.name for file in path.parent.iterdir()] == ["kernel-k1.json"]


def test_a_ticket_stands_for_the_one_who_started_the_kernel(tickets):
    grant = tickets.grant(header(tickets.mint_for_kernel("k1", "ada")))
    assert (grant.actor, grant.kernel_id, grant.speaks_for_others) == ("ada", "k1", False)


def test_the_server_keeps_no_ticket_it_could_lose(tickets):
    secret = header(tickets.mint_for_kernel("k1", "ada")).split()[1]
    assert secret not in repr(vars(tickets))


def test_an_invented_ticket_opens_nothing(tickets):
    tickets.mint_for_kernel("k1", "ada")
    assert tickets.grant("DevAssist ") is None
    assert tickets.grant("DevAssist é") is None
    assert tickets.grant("DevAssist k1") is None


def test_a_ticket_ends_with_its_kernel(tickets, running):
    path = tickets.mint_for_kernel("k1", "ada")
    ticket = header(path)
    running.remove("k1")
    assert tickets.grant(ticket) is None
    assert not path.exists()


def test_a_restarted_kernel_gets_another_ticket(tickets):
    first = header(tickets.mint_for_kernel("k1", "ada"))
    second = header(tickets.mint_for_kernel("k1", "ada"))
    assert tickets.grant(first) is None
    assert tickets.grant(second) is not None


def test_a_ticket_expires(tickets, clock):
    ticket = header(tickets.mint_for_kernel("k1", "ada"))
    clock.time += LIFETIME + timedelta(seconds=1)
    assert tickets.grant(ticket) is None


def test_a_kernel_that_lives_long_gets_new_tickets_in_time(tickets, clock, running):
    path = tickets.mint_for_kernel("k1", "ada")
    tickets.mint_for_kernel("k2", "ada")
    first = header(path)
    running.remove("k2")
    clock.time += RENEWED_AFTER + timedelta(seconds=1)
    tickets.renew()
    assert tickets.grant(first) is None
    assert tickets.grant(header(path)).actor == "ada"
    assert [file.name for file in path.parent.iterdir()] == ["kernel-k1.json"]


def test_closing_takes_every_ticket_back(tickets):
    path = tickets.mint_for_kernel("k1", "ada")
    owner = tickets.mint_owner("ada")
    ticket = header(path)
    assert tickets.grant(f"DevAssist {owner}").speaks_for_others
    tickets.close()
    assert tickets.grant(ticket) is None
    assert tickets.grant(f"DevAssist {owner}") is None
    assert list(path.parent.iterdir()) == []


async def test_withdrawing_a_ticket_ends_its_stream(stranger, house, extension, monkeypatch):
    monkeypatch.setattr(extension.tickets, "_is_running", lambda kernel_id: True)
    authorization = header(extension.tickets.mint_for_kernel("k1", "local"))
    house.pause = 60
    async with stranger.stream("POST", "ask", json={"text": "?"}, headers={"Authorization": authorization}) as response:
        await anext(response.aiter_lines())
        extension.tickets.revoke_kernel("k1")
        await asyncio.wait_for(house.closed.wait(), 2)
    assert (await stranger.get("status", headers={"Authorization": authorization})).status_code == 403


async def test_a_ticket_needs_no_xsrf_token_and_sets_no_cookie(stranger, house, extension, monkeypatch):
    monkeypatch.setattr(extension.tickets, "_is_running", lambda kernel_id: True)
    authorization = header(extension.tickets.mint_for_kernel("k1", "local"))
    response = await stranger.post("search", json={"query": "q"}, headers={"Authorization": authorization})
    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers


async def test_only_the_owners_ticket_may_speak_for_another_root(
    stranger, house, extension, jp_root_dir, tmp_path, monkeypatch
):
    monkeypatch.setattr(extension.tickets, "_is_running", lambda kernel_id: True)
    kernel = header(extension.tickets.mint_for_kernel("k1", "local"))
    owner = "DevAssist " + extension.tickets.mint_owner("local")
    other = {"X-DevAssist-Root": str(tmp_path / "elsewhere"), "X-DevAssist-Actor": "eve"}
    for authorization in (kernel, owner):
        response = await stranger.post("reindex", headers={"Authorization": authorization, **other})
        assert response.status_code == 200
    actors = [arguments[0] for _, arguments in house.calls]
    assert [(actor.name, actor.root) for actor in actors] == [
        ("local", jp_root_dir.resolve()),
        ("eve", tmp_path.resolve() / "elsewhere"),
    ]


async def test_a_kernel_of_the_server_finds_its_ticket_and_loses_it_at_the_end(
    jp_serverapp, extension, client, house, jp_root_dir
):
    extension._kernels.start()
    kernels = jp_serverapp.kernel_manager
    kernel_id = await kernels.start_kernel()
    folder = extension.tickets._folder
    path = folder / f"kernel-{kernel_id}.json"
    await jp_serverapp.event_logger.gather_listeners()
    content = json.loads(path.read_text())
    assert content["root"] == str(jp_root_dir.resolve())
    assert folder.parent == Path(kernels.get_kernel(kernel_id).connection_file).parent
    response = await client.get("status", headers={"Authorization": f"DevAssist {content['ticket']}"})
    assert response.status_code == 200
    await kernels.shutdown_kernel(kernel_id, now=True)
    await jp_serverapp.event_logger.gather_listeners()
    assert not path.exists()
