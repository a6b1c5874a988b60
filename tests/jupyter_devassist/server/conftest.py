"""A real Jupyter server with the real door, and behind it a house that says what it is told to say."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from traitlets.config import Config

from jupyter_devassist.assist import Status
from jupyter_devassist.chat.model import Answer, Delta, Done, Searching
from jupyter_devassist.clock import Clock
from jupyter_devassist.events import Events
from jupyter_devassist.jobs.model import Job, Progress
from jupyter_devassist.knowledge.model import DocumentPage, Location, Preview, SearchResult
from jupyter_devassist.paths import StoragePaths
from jupyter_devassist.server.handler import Door
from jupyter_devassist.values import Span

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
JOB = Job(
    id="a" * 32,
    kind="scan",
    title="Index notes",
    state="queued",
    progress=Progress(
        done=0, total=None, unit="files", stage="Waiting", rate_per_second=None, remaining_seconds=None, detail=None
    ),
    error_code=None,
    message=None,
    created_at=EPOCH,
    finished_at=None,
)


def answer(text: str) -> Answer:
    return Answer(
        id="b" * 32,
        question="?",
        text=text,
        citations=(),
        passages=(),
        supported=True,
        confidence=1.0,
        model="extractive",
        state="complete",
        timings_ms={},
        created_at=EPOCH,
    )


class ScriptedHouse:
    """Answers every call of the door at once, or fails as told; remembers what it was asked."""

    def __init__(self, home: Path) -> None:
        self.knowledge = self.chat = self.jobs = self
        self.paths = StoragePaths(home)
        self.events = Events()
        self.clock = Clock()
        self.is_client = False
        self.calls: list[tuple[str, tuple[object, ...]]] = []
        self.refusal: Exception | None = None
        self.fail_after: int | None = None
        self.pieces = ["One ", "two."]
        self.pause = 0.0
        self.closed = asyncio.Event()

    def __getattr__(self, name: str):
        if name.startswith("_"):
            raise AttributeError(name)

        async def call(*arguments: object, **named: object) -> object:
            return self.record(name, (*arguments, *named.values()))

        return call

    def record(self, name: str, arguments: tuple[object, ...]) -> object:
        self.calls.append((name, arguments))
        if self.refusal is not None:
            raise self.refusal
        jobs = ("add", "remove_source", "restore_document", "reindex", "cancel", "resume")
        replies = {
            **dict.fromkeys(jobs, JOB),
            "documents": DocumentPage(items=(), total=0),
            "preview": Preview(file_count=1, size_bytes=2, skipped=(), skipped_count=0),
            "search": SearchResult(query="q", passages=(), legs=("lexical",), timings_ms={}),
            "locate": Location(
                state="missing", path=self.paths.home, span=Span(start_line=1, end_line=1), message=None
            ),
            "answer": answer("kept"),
            "list": (JOB,),
            "collections": (),
            "sources": (),
        }
        return replies.get(name)

    def models(self) -> tuple[str, ...]:
        return ("extractive",)

    async def status(self, actor: object) -> Status:
        self.record("status", (actor,))
        return Status(
            version="1",
            state="ready",
            message=None,
            home=self.paths.home,
            library=None,
            models=(),
            jobs_running=0,
            offline=True,
            plugin_failures=(),
        )

    async def ask(self, actor: object, question: object) -> AsyncIterator[object]:
        self.record("ask", (actor, question))
        try:
            yield Searching(answer_id="c" * 32)
            for position, piece in enumerate(self.pieces):
                if position == self.fail_after:
                    raise RuntimeError("the canary of a document")
                await asyncio.sleep(self.pause)
                yield Delta(text=piece)
            yield Done(answer=answer("".join(self.pieces)), notice=None)
        finally:
            self.closed.set()


@pytest.fixture
def jp_server_config(tmp_path: Path) -> Config:
    return Config(
        {
            "ServerApp": {"jpserver_extensions": {"jupyter_devassist": True}},
            "DevAssistApp": {"home": str(tmp_path / "home")},
        }
    )


@pytest.fixture
def extension(jp_serverapp):
    return jp_serverapp.extension_manager.extension_points["jupyter_devassist"].app


@pytest.fixture
def door(jp_serverapp) -> Door:
    """The live door, found where requests find it."""
    return next(rule.target_kwargs["door"] for rule in our_rules(jp_serverapp.web_app))


@pytest.fixture
def house(door: Door, tmp_path: Path) -> ScriptedHouse:
    house = ScriptedHouse(tmp_path / "home")
    object.__setattr__(door, "assist", house)
    return house


@pytest.fixture
def api_url(jp_serverapp, http_server, jp_http_port, jp_base_url) -> str:
    return f"http://127.0.0.1:{jp_http_port}{jp_base_url}devassist/api/"


@pytest.fixture
def client(api_url, jp_auth_header, jp_asyncio_loop):
    """An HTTP client that is signed in; requests are relative to the API."""
    client = httpx.AsyncClient(base_url=api_url, headers=jp_auth_header, trust_env=False, timeout=10)
    yield client
    jp_asyncio_loop.run_until_complete(client.aclose())


@pytest.fixture
def stranger(api_url, jp_asyncio_loop):
    """An HTTP client that brings no credentials."""
    client = httpx.AsyncClient(base_url=api_url, trust_env=False, timeout=10)
    yield client
    jp_asyncio_loop.run_until_complete(client.aclose())


def our_rules(web_app):
    """Rules of the live route table that lead to us."""
    from jupyter_devassist.server.handler import OperationHandler

    for group in web_app.default_router.rules:
        for rule in getattr(group.target, "rules", []):
            if isinstance(rule.target, type) and issubclass(rule.target, OperationHandler):
                yield rule
