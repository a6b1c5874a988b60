"""Finds the server that answers: the one the environment names, the one of this kernel, or the library's owner."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from IPython.core.interactiveshell import InteractiveShell
from jupyter_core.paths import jupyter_data_dir, jupyter_runtime_dir

from .problems import Problem

URL_VARIABLE = "JUPYTER_DEVASSIST_URL"
TICKET_VARIABLE = "JUPYTER_DEVASSIST_TICKET"
HOME_VARIABLE = "JUPYTER_DEVASSIST_HOME"


@dataclass(frozen=True)
class Server:
    """Where the API is, and the ticket that opens it and nothing else of the server."""

    url: str
    ticket: str = field(repr=False)
    root: Path | None
    """The server's root, to which paths of its replies are relative, where that is known."""
    certificate: str | None = None


def find_server(shell: InteractiveShell) -> Server:
    """The server to ask; looked up for every call, because a restart brings another ticket."""
    url, ticket = os.environ.get(URL_VARIABLE), os.environ.get(TICKET_VARIABLE)
    if url and ticket:
        return Server(url if url.endswith("/") else url + "/", ticket, None)
    for place in (_kernel_file(shell), _home() / "owner.json"):
        server = _read(place) if place is not None else None
        if server is not None:
            return server
    raise Problem(
        "No assistant was found. Start JupyterLab with jupyter-devassist installed and open this notebook there, "
        f"or set {URL_VARIABLE} and {TICKET_VARIABLE}."
    )


def notebook_folder() -> Path:
    """The notebook's folder, even after a change of the working folder; else the working folder."""
    session = Path(os.environ.get("JPY_SESSION_NAME", ""))
    return session.parent if session.is_absolute() and session.parent.is_dir() else Path.cwd()


def _kernel_file(shell: InteractiveShell) -> Path | None:
    """Beside the kernel's connection file; its server has written it when the kernel was started."""
    app = getattr(getattr(shell, "kernel", None), "parent", None)
    connection = getattr(app, "abs_connection_file", None) or getattr(app, "connection_file", None)
    if not connection:
        return None
    path = Path(connection)
    folder = path.parent if path.is_absolute() else Path(jupyter_runtime_dir())
    return folder / "devassist" / path.name


def _home() -> Path:
    given = os.environ.get(HOME_VARIABLE)
    return Path(given).expanduser() if given else Path(jupyter_data_dir()) / "devassist"


def _read(path: Path) -> Server | None:
    try:
        content = json.loads(path.read_bytes())
        root = content.get("root")
        return Server(content["url"], content["ticket"], Path(root) if root else None, content.get("certificate"))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
