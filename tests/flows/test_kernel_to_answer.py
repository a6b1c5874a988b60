"""From a cell of a real kernel, through a real server, to a cited answer and back."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx
import nbformat
import pytest
from jupyter_client import BlockingKernelClient
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

TOKEN = "the-servers-own-token"
CHECKOUT = Path(__file__).resolve().parents[2]
READY_SECONDS = 60


class Server(NamedTuple):
    api: httpx.Client
    root: Path
    runtime: Path
    environment: dict[str, str]
    process: subprocess.Popen
    log: Path


def wait_for(what, seconds: float = READY_SECONDS):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = what()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError("it did not come in time")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Server]:
    """A server as a person starts it, over a folder with one notebook."""
    base = tmp_path_factory.mktemp("server").resolve()
    course = base / "root" / "course"
    course.mkdir(parents=True)
    lesson = new_notebook(
        cells=[
            new_markdown_cell(
                "# Joining frames\n\n`DataFrame.join` aligns two frames on their index.", id="joins-text"
            ),
            new_code_cell("left.join(right, how='outer')", id="joins-code"),
        ]
    )
    nbformat.write(lesson, course / "lesson one.ipynb")
    with started(base, base / "home") as server:
        wait_for(lambda: is_ready(server.api))
        server.api.post("devassist/api/sources", json={"path": ""}).raise_for_status()
        wait_for(lambda: is_indexed(server.api))
        yield server


@contextmanager
def started(base: Path, home: Path) -> Iterator[Server]:
    root = base / "root"
    environment = {
        **os.environ,
        "PYTHONPATH": str(CHECKOUT),
        "JUPYTER_RUNTIME_DIR": str(base / "runtime"),
        "JUPYTER_CONFIG_DIR": str(base / "config"),
        "JUPYTER_DATA_DIR": str(base / "data"),
        "JUPYTER_DEVASSIST_HOME": str(home),
        "IPYTHONDIR": str(base / "ipython"),
    }
    port = free_port()
    options = [
        "--allow-root", "--no-browser", f"--port={port}", "--port-retries=0", f"--IdentityProvider.token={TOKEN}",
        f"--ServerApp.root_dir={root}", "--ServerApp.jpserver_extensions=jupyter_devassist=True", "--log-level=DEBUG",
    ]  # fmt: skip
    log = base / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyter_server", *options], cwd=root, env=environment, stdout=output, stderr=output
        )
    url = f"http://127.0.0.1:{port}/"
    with httpx.Client(base_url=url, headers={"Authorization": f"token {TOKEN}"}, trust_env=False, timeout=30) as api:
        try:
            yield Server(api, root, base / "runtime", environment, process, log)
        finally:
            process.kill()
            process.wait()


def is_ready(api: httpx.Client) -> bool:
    return state_of(api) == "ready"


def state_of(api: httpx.Client) -> str:
    try:
        return api.get("devassist/api/status").json()["state"]
    except httpx.TransportError:
        return "unreachable"


def is_indexed(api: httpx.Client) -> bool:
    page = api.get("devassist/api/documents").json()
    return page["total"] > 0 and all(item["state"] == "indexed" for item in page["items"])


def test_a_cell_of_a_notebook_in_jupyter_gets_a_cited_answer(server: Server):
    kernel_id, client = start_session(server, "course/mine.ipynb")
    try:
        execute(client, "%load_ext kernel_magics")
        outputs = execute(client, "ans = %ask what does join align on?\nprint(ans.supported)")
        html = [data["text/html"] for data in outputs if "text/html" in data][-1]
        assert 'href="lesson%20one.ipynb#cell-id=joins-text"' in html
        assert {"stdout": "True\n"} in outputs
        ticket = json.loads((server.runtime / "devassist" / f"kernel-{kernel_id}.json").read_text())["ticket"]
        assert ticket not in str(outputs)
        assert TOKEN not in str(outputs)
        assert execute(client, "import os; print(os.environ.get('JUPYTER_TOKEN'))") == [{"stdout": "None\n"}]
        assert ticket not in server.log.read_text()
    finally:
        client.stop_channels()
        server.api.delete(f"api/kernels/{kernel_id}").raise_for_status()
    wait_for(lambda: not (server.runtime / "devassist" / f"kernel-{kernel_id}.json").exists(), 5)


def test_a_restarted_kernel_can_ask_again(server: Server):
    kernel_id, client = start_session(server, "course/again.ipynb")
    client.stop_channels()
    ticket = server.runtime / "devassist" / f"kernel-{kernel_id}.json"
    before = ticket.read_text()
    server.api.post(f"api/kernels/{kernel_id}/restart").raise_for_status()
    wait_for(lambda: ticket.exists() and ticket.read_text() != before, 10)
    client = connect(server, kernel_id)
    try:
        execute(client, "%load_ext kernel_magics\n%ask what does join align on")
    finally:
        client.stop_channels()
        server.api.delete(f"api/kernels/{kernel_id}")


def test_a_notebook_run_without_jupyter_asks_the_owner_of_the_library(server: Server):
    notebook = new_notebook(
        cells=[
            new_code_cell("%load_ext jupyter_devassist"),
            new_code_cell("%%ask --k 3\nWhat does join\nalign on?"),
            new_code_cell("%devassist search outer join"),
            new_code_cell("%devassist status"),
            new_code_cell("%ask --k many why?"),
        ]
    )
    client = NotebookClient(
        notebook, allow_errors=True, timeout=60, resources={"metadata": {"path": str(server.root / "course")}}
    )
    client.execute(env=server.environment)
    asked, found, status, refused = (cell["outputs"] for cell in notebook["cells"][1:])
    assert len(asked) == 1
    assert "aligns two frames" in asked[0]["data"]["text/plain"]
    assert "lesson%20one.ipynb#cell-id=joins-text" in asked[0]["data"]["text/html"]
    assert "joins-code" in found[0]["data"]["text/html"]
    assert "1 document, 2 passages" in status[0]["text"]
    assert refused[0]["output_type"] == "error"
    assert len(refused[0]["traceback"]) == 1
    assert "--k takes a number" in refused[0]["traceback"][0]
    nbformat.validate(notebook)


def test_a_second_server_asks_the_first_and_takes_over_when_it_stops(server: Server, tmp_path: Path):
    """Comes last: the first server is stopped."""
    home = Path(server.environment["JUPYTER_DEVASSIST_HOME"])
    (tmp_path / "root").symlink_to(server.root)
    with started(tmp_path, home) as second:
        wait_for(lambda: state_of(second.api) == "client")
        with second.api.stream("POST", "devassist/api/ask", json={"text": "what does join align on?"}) as response:
            assert response.status_code == 200
            events = [json.loads(line[6:]) for line in response.iter_lines() if line.startswith("data: ")]
        assert events[-1]["answer"]["citations"][0]["path"] == "course/lesson one.ipynb"
        refused = second.api.post("devassist/api/search", json={"query": "x", "k": 99})
        assert (refused.status_code, refused.json()["code"]) == (400, "invalid_input")
        missing = second.api.get("devassist/api/answers/nowhere")
        assert (missing.status_code, missing.json()["code"]) == (404, "not_found")

        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(20) is not None
        assert list((server.runtime / "devassist").glob("kernel-*")) == []
        assert "Traceback" not in server.log.read_text()

        wait_for(lambda: state_of(second.api) == "ready", 20)
        found = wait_for(
            lambda: second.api.post("devassist/api/search", json={"query": "outer join"}).json()["passages"]
        )
        assert found[0]["path"] == "course/lesson one.ipynb"
        second.process.send_signal(signal.SIGTERM)
        assert second.process.wait(20) is not None
        assert not (home / "owner.json").exists()
        assert "Traceback" not in second.log.read_text()


def start_session(server: Server, path: str) -> tuple[str, BlockingKernelClient]:
    model = {"path": path, "name": Path(path).name, "type": "notebook", "kernel": {"name": "python3"}}
    reply = server.api.post("api/sessions", json=model).raise_for_status().json()
    kernel_id = reply["kernel"]["id"]
    return kernel_id, connect(server, kernel_id)


def connect(server: Server, kernel_id: str) -> BlockingKernelClient:
    client = BlockingKernelClient(connection_file=str(server.runtime / f"kernel-{kernel_id}.json"))
    client.load_connection_file()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    return client


def execute(client: BlockingKernelClient, code: str) -> list[dict]:
    """Outputs of a cell: display data as it was last drawn, and what was printed."""
    outputs: list[dict] = []

    def hook(message: dict) -> None:
        content = message["content"]
        if message["msg_type"] in ("display_data", "update_display_data", "execute_result"):
            outputs.append(content["data"])
        elif message["msg_type"] == "stream":
            outputs.append({content["name"]: content["text"]})
        elif message["msg_type"] == "error":
            raise AssertionError(content["traceback"])

    client.execute_interactive(code, output_hook=hook, timeout=60)
    return outputs
