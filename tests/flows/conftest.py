"""The product as a person has it: the command line and a server, each a process of its own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
TOKEN = "the-servers-own-token"
SECONDS = 60.0

Cli = Callable[..., subprocess.CompletedProcess[str]]
Launch = Callable[..., AbstractContextManager["Running"]]


class Running:
    """A Jupyter server over ``root``, with the data folder ``home``."""

    def __init__(self, root: Path, home: Path, base: Path) -> None:
        self.root = root
        self.home = home
        self.log = base / "log"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        environment = os.environ | {
            "PYTHONPATH": str(CHECKOUT),
            "JUPYTER_RUNTIME_DIR": str(base / "runtime"),
            "JUPYTER_CONFIG_DIR": str(base / "config"),
            "JUPYTER_DATA_DIR": str(base / "data"),
            "JUPYTER_DEVASSIST_HOME": str(home),
            "IPYTHONDIR": str(base / "ipython"),
        }
        options = [
            "--allow-root", "--no-browser", f"--port={port}", "--port-retries=0", f"--IdentityProvider.token={TOKEN}",
            f"--ServerApp.root_dir={root}", "--ServerApp.jpserver_extensions=jupyter_devassist=True",
        ]  # fmt: skip
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "jupyter_server", *options],
                cwd=root,
                env=environment,
                stdout=output,
                stderr=output,
            )
        self.api = httpx.Client(
            base_url=f"http://127.0.0.1:{port}/devassist/api/",
            headers={"Authorization": f"token {TOKEN}"},
            trust_env=False,
            timeout=60,
        )

    def state(self) -> str:
        try:
            return str(self.api.get("status").json()["state"])
        except httpx.TransportError:
            return "unreachable"

    def get(self, path: str) -> Any:
        return self.api.get(path).raise_for_status().json()

    def post(self, path: str, /, **body: object) -> Any:
        return self.api.post(path, json=body).raise_for_status().json()

    def refused(self, path: str, /, **body: object) -> tuple[int, str]:
        """The status and the sentence of a refusal."""
        reply = self.api.post(path, json=body)
        return reply.status_code, reply.json()["message"]

    def index(self, path: str = "") -> Any:
        """Index a path and wait for all that follows from it; the job of the scan."""
        job = self.post("sources", path=path)
        return wait_for(lambda: self.ended(job["id"]))

    def ended(self, job_id: str) -> Any:
        jobs = self.get("jobs")
        at_work = any(job["state"] in ("queued", "running") for job in jobs)
        return None if at_work else next(job for job in jobs if job["id"] == job_id)

    def ask(self, text: str) -> Any:
        """The last event of the answer."""
        reply = self.api.post("ask", json={"text": text}).raise_for_status()
        return [json.loads(line[6:]) for line in reply.text.splitlines() if line.startswith("data: ")][-1]

    def found(self, query: str) -> list[str]:
        return [passage["path"] for passage in self.post("search", query=query, k=3)["passages"]]

    def finds(self, query: str, name: str) -> bool:
        """Whether a search brings a file by now; it may be refused while indexes are rebuilt."""
        reply = self.api.post("search", json={"query": query, "k": 3})
        return reply.is_success and name in [passage["path"] for passage in reply.json()["passages"]]

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        self.api.close()


def wait_for(what: Callable[[], Any], seconds: float = SECONDS) -> Any:
    """What another process will have done soon: there is nothing to wait on but to ask again."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := what():
            return found
        time.sleep(0.05)
    raise AssertionError("it did not come in time")


@pytest.fixture
def launch(tmp_path: Path, course: Path, home: Path) -> Launch:
    """Start a server over the course; it is killed at the end of the block."""
    count = 0

    @contextmanager
    def launched(*, state: str = "ready") -> Iterator[Running]:
        nonlocal count
        count += 1
        base = tmp_path / f"server{count}"
        base.mkdir()
        server = Running(course, home, base)
        try:
            wait_for(lambda: server.state() == state)
            yield server
        finally:
            server.stop()

    return launched


@pytest.fixture
def cli(tmp_path: Path, course: Path, home: Path) -> Cli:
    """Run ``jupyter devassist`` in the folder above the course."""

    def ran(*arguments: str | Path, data: Path = home) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", "from jupyter_devassist.cli import main; main()", *map(str, arguments)]
        environment = os.environ | {"PYTHONPATH": str(CHECKOUT), "JUPYTER_DEVASSIST_HOME": str(data)}
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    return ran


@pytest.fixture
def soon() -> Callable[..., Any]:
    return wait_for
