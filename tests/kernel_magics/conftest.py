"""A real IPython shell, and a small server that says what it is told to say."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

ANSWER_ID = "a" * 32
SPAN = {"start_line": 1, "end_line": 2, "cell_id": "abc-1", "cell_index": 3, "page": None}
CITATION = {
    "marker": 1,
    "document_id": "d",
    "chunk_id": "c",
    "path": "course/03 joins.ipynb",
    "document_kind": "notebook",
    "heading": ["Joins"],
    "span": SPAN,
    "quote": "join aligns on the <index>",
    "score": 0.9,
}
PASSAGE = {
    "chunk": {
        "id": "c",
        "document_id": "d",
        "ordinal": 0,
        "kind": "prose",
        "language": None,
        "heading": ["Rolling means"],
        "lead": "",
        "text": "The rolling mean smooths a series.",
        "span": {"start_line": 5, "end_line": 7},
        "token_count": 8,
    },
    "path": "notes/time.md",
    "document_kind": "markdown",
    "score": 0.5,
    "lexical_rank": 1,
    "vector_rank": None,
    "also_in": [],
}
TEXT = "Use `join`: **it** aligns on the index [1].\n\n```python\nleft.join(right)  # <b>\n```\n"
ANSWER = {
    "id": ANSWER_ID,
    "question": "?",
    "text": TEXT,
    "citations": [CITATION],
    "passages": [PASSAGE],
    "supported": True,
    "confidence": 0.9,
    "model": "extractive",
    "state": "complete",
    "timings_ms": {"total": 12.0},
    "created_at": "2026-01-01T00:00:00Z",
}
EVENTS = [
    {"type": "searching", "answer_id": ANSWER_ID},
    {"type": "found", "passages": [PASSAGE]},
    {"type": "cited", "citation": CITATION},
    {"type": "delta", "text": TEXT[:44]},
    {"type": "delta", "text": TEXT[44:]},
    {"type": "done", "answer": ANSWER},
]

HOSTILE = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202egpj.\u2066\r\b<img src=x onerror=alert(1)>"


class ScriptedApi(ThreadingHTTPServer):
    """Answers every route from ``replies``; keeps what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Routes)
        self.requests: list[tuple[str, str, object, str | None]] = []
        self.events: list[dict] = EVENTS
        self.on_event = lambda position: None
        self.replies: dict[str, list[tuple[int, object]]] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/base/"


class Routes(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"null")
        path = self.path.removeprefix("/base/devassist/api/")
        self.server.requests.append((self.command, path, body, self.headers["Authorization"]))
        status, reply = self.reply_to(path)
        self.send_response(status)
        self.end_headers()
        if path != "ask" or status != 200:
            self.wfile.write(json.dumps(reply).encode())
            return
        for position, event in enumerate(self.server.events):
            self.wfile.write(b": keep-alive\n\ndata: " + json.dumps(event).encode() + b"\n\n")
            self.server.on_event(position)

    do_GET = do_POST

    def reply_to(self, path: str) -> tuple[int, object]:
        replies = self.server.replies.get(path, [(200, None)])
        return replies.pop(0) if len(replies) > 1 else replies[0]

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def api():
    server = ScriptedApi()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def hostile(api):
    """Documents whose names and texts are made to be obeyed by a terminal or a page."""
    citation = {**CITATION, "path": f"{HOSTILE}\n.ipynb", "quote": HOSTILE, "span": {**SPAN, "cell_id": HOSTILE}}
    passage = {**PASSAGE, "path": f"{HOSTILE}.md", "chunk": {**PASSAGE["chunk"], "text": HOSTILE}}
    answer = {**ANSWER, "text": HOSTILE, "citations": [citation], "passages": [passage]}
    api.events = [{"type": "delta", "text": HOSTILE}, {"type": "done", "answer": answer}]
    api.replies["search"] = [
        (200, {"query": HOSTILE, "passages": [passage], "legs": ["lexical"], "timings_ms": {}}),
    ]
    api.replies["status"] = [(200, {"library": None, "message": HOSTILE, "state": "failed"})]
    api.replies["sources"] = [(422, {"code": "unreadable", "message": HOSTILE})]
    return api


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A shell with the magics loaded, in an empty folder, that knows of no server."""
    for name in ("JUPYTER_DEVASSIST_URL", "JUPYTER_DEVASSIST_TICKET", "JPY_SESSION_NAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("JUPYTER_DEVASSIST_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.chdir(tmp_path)
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    shell.extension_manager.load_extension("kernel_magics")
    yield shell
    InteractiveShell.clear_instance()


@pytest.fixture
def connected(shell, api, monkeypatch):
    """The shell, with the scripted server named in its environment."""
    monkeypatch.setenv("JUPYTER_DEVASSIST_URL", api.url)
    monkeypatch.setenv("JUPYTER_DEVASSIST_TICKET", "secret-ticket")
    return shell


@pytest.fixture
def in_kernel(connected):
    """The same, as in a kernel, where outputs are redrawn."""
    connected.kernel = object()
    return connected
