"""The few calls that the magics make, over HTTP, straight to the server: no proxy, no cookie, no redirect."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import time
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from typing import Any, cast
from urllib.parse import SplitResult, unquote, urlsplit

from .connect import Server
from .problems import Problem
from .wire import AnswerEvent, Job, SearchResult, Status

SILENCE_SECONDS = 35.0
"""A stream is never silent for longer than ten seconds."""
STARTING_SECONDS = 60.0


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: str, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


class Client:
    """Calls one server. Whatever goes wrong becomes a ``Problem`` of one line."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def status(self) -> Status:
        return cast(Status, self._call("GET", "status"))

    def search(self, query: str, k: int, filters: dict[str, object]) -> SearchResult:
        return cast(SearchResult, self._call("POST", "search", {"query": query, "k": k, "filters": filters}))

    def add(self, path: str) -> Job:
        return cast(Job, self._call("POST", "sources", {"path": path}))

    def job(self, job: Job) -> Job:
        """A job as it stands now."""
        jobs = cast(list[Job], self._call("GET", "jobs"))
        gone: Job = {**job, "state": "done"}  # so long over that it is listed no more
        return next((listed for listed in jobs if listed["id"] == job["id"]), gone)

    def ask(self, question: dict[str, object]) -> Generator[AnswerEvent, None, None]:
        """The events of the answer; closing the iterator hangs up, which stops the answer."""
        with self._open("POST", "ask", question) as response:
            for line in response:
                if line.startswith(b"data: "):
                    yield cast(AnswerEvent, json.loads(line[6:]))

    def _call(self, method: str, path: str, body: object = None) -> Any:
        with self._open(method, path, body) as response:
            return json.loads(response.read())

    @contextmanager
    def _open(self, method: str, path: str, body: object) -> Iterator[http.client.HTTPResponse]:
        """A good reply; a server that is still starting is asked again for a while."""
        until = time.monotonic() + STARTING_SECONDS
        while True:
            with closing(self._connection()) as connection:
                try:
                    response = self._send(connection, method, path, body)
                    if response.status < 300:
                        yield response
                        return
                    problem = _problem(response)
                except TimeoutError:
                    raise Problem("The assistant does not answer in time; try again in a moment.") from None
                except (OSError, http.client.HTTPException, ValueError):
                    raise Problem(
                        "The assistant's server does not answer. Is it still running? After a restart of the server, "
                        "restart the kernel too."
                    ) from None
            if problem.get("code") != "still_starting" or time.monotonic() > until:
                raise Problem(_sentence(response.status, problem))
            time.sleep(0.5)

    def _send(
        self, connection: http.client.HTTPConnection, method: str, path: str, body: object
    ) -> http.client.HTTPResponse:
        base = urlsplit(self._server.url).path
        headers = {"Authorization": f"DevAssist {self._server.ticket}", "Content-Type": "application/json"}
        content = None if body is None else json.dumps(body).encode()
        connection.request(method, f"{base}devassist/api/{path}", content, headers)
        return connection.getresponse()

    def _connection(self) -> http.client.HTTPConnection:
        url = urlsplit(self._server.url)
        if url.scheme == "http+unix":
            return _UnixConnection(unquote(url.netloc), SILENCE_SECONDS)
        if url.scheme == "https":
            return self._tls_connection(url)
        return http.client.HTTPConnection(url.hostname or "localhost", url.port, timeout=SILENCE_SECONDS)

    def _tls_connection(self, url: SplitResult) -> http.client.HTTPSConnection:
        context = ssl.create_default_context(cafile=self._server.certificate)
        # The server has named its own certificate; it was made for its public name, not for this machine's.
        context.check_hostname = self._server.certificate is None
        return http.client.HTTPSConnection(
            url.hostname or "localhost", url.port, timeout=SILENCE_SECONDS, context=context
        )


def _problem(response: http.client.HTTPResponse) -> dict[str, str]:
    try:
        content = json.loads(response.read(100_000))
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _sentence(status: int, problem: dict[str, str]) -> str:
    if status == 403:
        return "The assistant does not let this kernel in any more; restart the kernel to get a new ticket."
    if status == 404 and "code" not in problem:
        return "The server has no assistant; install and enable jupyter-devassist there."
    return problem.get("message") or f"The assistant refused with status {status}."
