"""JupyterLab as a person starts it, over folders of its own."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx

COURSE = Path(__file__).resolve().parents[2] / "binder" / "course"
TOKEN = "a-token-for-tests"
PATIENCE_SECONDS = 90
T = TypeVar("T")


class Lab:
    """A server with its data below ``base`` and its files in ``root``."""

    def __init__(self, base: Path) -> None:
        self.base = base.resolve()
        self.root = self.base / "root"
        self.home = self.base / "home"
        self.root.mkdir(parents=True)
        self._environment = self._prepare_environment()
        self._process: subprocess.Popen[bytes] | None = None
        self.log = self.base / "log"
        self.url = ""
        self.api = httpx.Client(headers={"Authorization": f"token {TOKEN}"}, trust_env=False, timeout=30)

    def copy_course(self) -> None:
        """Put the sample course into the folder ``course``."""
        shutil.copytree(
            COURSE, self.root / "course", ignore=shutil.ignore_patterns(".ipynb_checkpoints", "__pycache__")
        )

    def index(self, folder: str) -> None:
        """Index a folder with the command line, before the server is there."""
        command = [
            Path(sys.executable).with_name("jupyter"),
            "devassist",
            "index",
            self.root / folder,
            "--home",
            self.home,
        ]
        outcome = subprocess.run(command, env=self._environment, capture_output=True, text=True)
        assert outcome.returncode == 0, outcome.stderr

    def start(self) -> None:
        port = _free_port()
        self.url = f"http://127.0.0.1:{port}/"
        self.api.base_url = httpx.URL(self.url)
        options = [
            "--no-browser", "--allow-root", f"--port={port}", "--port-retries=0",
            f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={self.root}",
        ]  # fmt: skip
        with self.log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "jupyterlab", *options],
                cwd=self.root,
                env=self._environment,
                stdout=output,
                stderr=output,
            )
        self.wait_for(self._is_ready)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(30)

    def close(self) -> None:
        self.api.close()
        self.stop()

    def wait_for(self, what: Callable[[], T]) -> T:
        """Ask the server again and again until it says what is waited for."""
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            found = what()
            if found:
                return found
            assert self._process is None or self._process.poll() is None, self.log.read_text()
            time.sleep(0.05)
        raise AssertionError(f"waited {PATIENCE_SECONDS} s in vain; the server said:\n{self.log.read_text()[-4000:]}")

    def get(self, path: str, **query: str) -> Any:
        return self.api.get(f"devassist/api/{path}", params=query).raise_for_status().json()

    def post(self, path: str, body: object = None) -> Any:
        return self.api.post(f"devassist/api/{path}", json=body).raise_for_status().json()

    def documents(self, contains: str) -> dict[str, dict[str, Any]]:
        """The documents whose path contains a text, by path."""
        return {item["path"]: item for item in self.get("documents", contains=contains)["items"]}

    @contextmanager
    def folder(self, name: str) -> Iterator[Path]:
        """A folder below the root that is kept up to date, and forgotten afterwards."""
        folder = self.root / name
        folder.mkdir()
        self.post("sources", {"path": name})
        source = self.wait_for(lambda: next((one for one in self.get("sources") if one["path"] == name), None))
        try:
            yield folder
        finally:
            self.api.delete(f"devassist/api/sources/{source['id']}").raise_for_status()
            shutil.rmtree(folder)

    def write(self, file: Path, text: str, *, ask: str) -> None:
        """Write a file into a folder that is kept up to date, and wait until words and meaning lead to it."""
        file.write_text(text, encoding="utf-8")
        path = file.relative_to(self.root).as_posix()
        self.wait_for(lambda: self.is_found(ask, path))

    def is_found(self, query: str, path: str, text: str = "") -> bool:
        """Whether a passage with this text in it is found by its words, and the file by its meaning."""
        passages = self.post("search", {"query": query, "k": 20})["passages"]
        found = [passage for passage in passages if passage["path"] == path]
        return any(passage["vector_rank"] for passage in found) and any(
            passage["lexical_rank"] and text in passage["chunk"]["text"] for passage in found
        )

    def _is_ready(self) -> bool:
        try:
            reply = self.api.get("devassist/api/status")
        except httpx.TransportError:
            return False
        return reply.status_code == 200 and reply.json().get("state") == "ready"

    def _prepare_environment(self) -> dict[str, str]:
        folders = {
            "JUPYTER_CONFIG_DIR": "config",
            "JUPYTER_DATA_DIR": "data",
            "JUPYTER_RUNTIME_DIR": "runtime",
            "JUPYTERLAB_SETTINGS_DIR": "settings",
            "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
            "JUPYTER_DEVASSIST_HOME": "home",
            "IPYTHONDIR": "ipython",
        }
        # JupyterLab itself asks for news and for newer versions, unless it is told not to.
        silent = self.base / "settings" / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings"
        silent.parent.mkdir(parents=True)
        silent.write_text(json.dumps({"fetchNews": "false", "checkForUpdates": False}), encoding="utf-8")
        return {**os.environ, **{name: str(self.base / folder) for name, folder in folders.items()}}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
