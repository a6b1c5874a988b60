"""A real Jupyter server in a process of its own, with the extension or without."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ..clock import Clock
from ..errors import AssistError

if TYPE_CHECKING:
    import httpx

START_SECONDS = 60.0
_STOP_SECONDS = 20.0
_LOOK_SECONDS = 0.005
_OTHERS = ("jupyterlab", "jupyter_lsp", "jupyter_server_terminals", "notebook_shim", "notebook")


class JupyterProcess(NamedTuple):
    url: str
    """Ends with a slash."""
    token: str
    pid: int
    ready_seconds: float
    """From its start to its first answer."""

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"token {self.token}"}


@contextmanager
def jupyter_server(
    folder: Path, home: Path, root: Path, clock: Clock, *, with_extension: bool
) -> Iterator[JupyterProcess]:
    """Run ``jupyter server`` that reads no configuration but ours, from its first answer to the end of the block."""
    import httpx

    port, token = _free_port(), secrets.token_hex(16)
    environment = _environment(folder, home, with_extension=with_extension)
    command = [sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root"]
    options = {
        "ServerApp.port": str(port),
        "ServerApp.port_retries": "0",
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.root_dir": str(root),
        "IdentityProvider.token": token,
    }
    command += [f"--{name}={value}" for name, value in options.items()]
    log = folder / "server.log"
    url = f"http://127.0.0.1:{port}/"
    with log.open("wb") as output, httpx.Client(headers={"Authorization": f"token {token}"}, trust_env=False) as client:
        began = clock.monotonic()
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
        try:
            while not _answers(client, f"{url}api/status"):
                if process.poll() is not None or clock.monotonic() - began > START_SECONDS:
                    last = log.read_text(encoding="utf-8", errors="replace").splitlines()[-3:]
                    raise AssistError(f"jupyter server did not start: {' '.join(last)}")
                time.sleep(_LOOK_SECONDS)  # the server is another process: there is nothing to wait on
            yield JupyterProcess(url, token, process.pid, clock.monotonic() - began)
        finally:
            _stop(process)


def _environment(folder: Path, home: Path, *, with_extension: bool) -> dict[str, str]:
    config = folder / "config"
    config.mkdir(parents=True, exist_ok=True)
    extensions = dict.fromkeys(_OTHERS, False) | {"jupyter_devassist": with_extension}
    (config / "jupyter_server_config.json").write_text(json.dumps({"ServerApp": {"jpserver_extensions": extensions}}))
    return os.environ | {
        "JUPYTER_CONFIG_DIR": str(config),
        "JUPYTER_CONFIG_PATH": str(config),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "IPYTHONDIR": str(folder / "ipython"),
        "JUPYTER_DEVASSIST_HOME": str(home),
    }


def _answers(client: httpx.Client, url: str) -> bool:
    import httpx

    try:
        return client.get(url).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
