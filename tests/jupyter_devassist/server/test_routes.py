"""The audit: every route of the live table, every verb, every kind of caller."""

from __future__ import annotations

import json
import random
import re

import pytest
from jupyter_server.auth import Authorizer
from traitlets.config import Config

from jupyter_devassist.server.handler import OperationHandler

VERBS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
CLOSED = {401, 403, 404, 405}
FOR_KERNELS = {"get_status", "search", "ask", "add_source", "reindex", "reindex_document", "list_jobs"}


class RecordingAuthorizer(Authorizer):
    """Allows everything and remembers what it was asked."""

    asked: list[tuple[str, str]] = []  # noqa: RUF012

    def is_authorized(self, handler, user, action, resource):
        self.asked.append((action, resource))
        return True


class ClosedAuthorizer(Authorizer):
    def is_authorized(self, handler, user, action, resource):
        return False


def live_routes(web_app) -> list[tuple[str, dict]]:
    """Path and operations of every route that leads to us, read from the running server."""
    rules = [rule for group in web_app.default_router.rules for rule in getattr(group.target, "rules", [])]
    ours = [rule for rule in rules if isinstance(rule.target, type) and issubclass(rule.target, OperationHandler)]
    return [(address(rule.matcher.regex.pattern), rule.target_kwargs["operations"]) for rule in ours]


def address(pattern: str) -> str:
    path = pattern.removesuffix("$").replace("\\", "")
    return re.sub(r"\([^)]*\)", "a1", path).partition("/devassist/api/")[2]


def live_operations(web_app) -> list[tuple[str, object]]:
    return [(path, operation) for path, by_verb in live_routes(web_app) for operation in by_verb.values()]


async def test_everything_under_our_prefix_goes_through_the_one_handler(jp_serverapp):
    rules = [rule for group in jp_serverapp.web_app.default_router.rules for rule in getattr(group.target, "rules", [])]
    under = [rule for rule in rules if "devassist/api" in str(getattr(rule.matcher, "regex", ""))]
    assert len(under) == len(live_routes(jp_serverapp.web_app)) >= 20


@pytest.mark.parametrize("header", [{}, {"Authorization": "DevAssist wrong"}, {"Authorization": "token wrong"}])
async def test_no_route_answers_a_stranger(stranger, house, jp_serverapp, header):
    for path, _ in live_routes(jp_serverapp.web_app):
        for verb in VERBS:
            response = await stranger.request(verb, path, json={}, headers=header)
            assert response.status_code in CLOSED, (verb, path)
    assert house.calls == []


async def test_a_kernels_ticket_opens_what_the_magics_call_and_reads_no_history_and_removes_nothing(
    stranger, house, extension, jp_serverapp, monkeypatch
):
    monkeypatch.setattr(extension.tickets, "_is_running", lambda kernel_id: True)
    path = extension.tickets.mint_for_kernel("k1", "local")
    ticket = json.loads(path.read_text())["ticket"]
    for path, operation in live_operations(jp_serverapp.web_app):
        response = await stranger.request(
            operation.method, path, json={}, headers={"Authorization": f"DevAssist {ticket}"}
        )
        assert (response.status_code == 403) == (operation.name not in FOR_KERNELS), operation.name


async def test_verbs_that_are_not_declared_are_refused(client, house, jp_serverapp):
    for path, operations in live_routes(jp_serverapp.web_app):
        for verb in set(VERBS) - set(operations):
            assert (await client.request(verb, path)).status_code == 405, (verb, path)
    assert house.calls == []


async def test_reading_never_changes_anything(jp_serverapp):
    for _, operation in live_operations(jp_serverapp.web_app):
        assert operation.action == "read" or operation.method != "GET", operation.name


class TestWithARecordingAuthorizer:
    @pytest.fixture
    def jp_server_config(self, jp_server_config):
        RecordingAuthorizer.asked = []
        return Config(
            jp_server_config, ServerApp={**jp_server_config.ServerApp, "authorizer_class": RecordingAuthorizer}
        )

    async def test_each_route_names_its_own_resource_and_action_in_any_order(self, client, house, jp_serverapp):
        operations = live_operations(jp_serverapp.web_app) * 3
        random.Random(7).shuffle(operations)  # noqa: S311
        for path, operation in operations:
            RecordingAuthorizer.asked.clear()
            await client.request(operation.method, path, json={})
            assert RecordingAuthorizer.asked == [(operation.action, operation.resource)], (operation.method, path)


class TestWithAnAuthorizerThatRefuses:
    @pytest.fixture
    def jp_server_config(self, jp_server_config):
        return Config(jp_server_config, ServerApp={**jp_server_config.ServerApp, "authorizer_class": ClosedAuthorizer})

    async def test_nothing_is_open_even_to_those_who_are_signed_in(self, client, house, jp_serverapp):
        for path, operation in live_operations(jp_serverapp.web_app):
            response = await client.request(operation.method, path, json={})
            assert (response.status_code, response.json()["code"]) == (403, "not_permitted"), path
        assert house.calls == []


class TestWithAnotherOriginAllowed:
    @pytest.fixture
    def jp_server_config(self, jp_server_config):
        return Config(jp_server_config, ServerApp={**jp_server_config.ServerApp, "allow_origin": "https://lab.example"})

    async def test_its_pages_may_ask_before_they_call_and_only_then_call(self, client, stranger, house):
        asking = {"Origin": "https://lab.example", "Access-Control-Request-Headers": "authorization"}
        response = await stranger.request("OPTIONS", "reindex", headers=asking, content=b'{"a": 1}')
        assert (response.status_code, response.content) == (200, b"")
        assert response.headers["Access-Control-Allow-Origin"] == "https://lab.example"
        assert (await stranger.post("reindex", headers=asking)).status_code == 403
        assert house.calls == []
        response = await client.post("reindex", headers=asking)
        assert response.headers["Access-Control-Allow-Origin"] == "https://lab.example"


@pytest.mark.parametrize("part", ["..", "a%2Fb", "%00", "a b", "x" * 65, "é", "'"])
async def test_what_is_not_an_id_is_not_found(client, house, part):
    response = await client.delete(f"documents/{part}")
    assert response.status_code in (400, 404, 405)
    assert house.calls == []
