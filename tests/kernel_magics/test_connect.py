from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from kernel_magics.connect import find_server, notebook_folder
from kernel_magics.problems import Problem


def write(path: Path, url: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"url": url, "ticket": "t", "root": "/root", "certificate": None}))


@pytest.fixture
def kernel(shell, tmp_path):
    """The shell as that of a kernel with a connection file."""
    connection = tmp_path / "runtime" / "kernel-1234.json"
    shell.kernel = SimpleNamespace(parent=SimpleNamespace(abs_connection_file=str(connection)))
    return shell


@pytest.fixture
def owner_file(tmp_path) -> Path:
    return tmp_path / "home" / "owner.json"


@pytest.fixture
def ticket_file(tmp_path) -> Path:
    return tmp_path / "runtime" / "devassist" / "kernel-1234.json"


def test_the_environment_comes_first(kernel, ticket_file, monkeypatch):
    write(ticket_file, "http://kernel/")
    monkeypatch.setenv("JUPYTER_DEVASSIST_URL", "http://env")
    assert find_server(kernel).url == "http://kernel/"
    monkeypatch.setenv("JUPYTER_DEVASSIST_TICKET", "t")
    assert find_server(kernel).url == "http://env/"


def test_the_kernels_own_server_comes_before_the_owner_of_the_library(kernel, ticket_file, owner_file):
    write(owner_file, "http://owner/")
    assert find_server(kernel).url == "http://owner/"
    write(ticket_file, "http://kernel/")
    assert find_server(kernel).url == "http://kernel/"


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff", b'{"url": 1}'])
def test_a_broken_file_is_passed_over(kernel, ticket_file, owner_file, content):
    write(owner_file, "http://owner/")
    write(ticket_file, "")
    ticket_file.write_bytes(content)
    assert find_server(kernel).url == "http://owner/"


def test_jupyters_own_token_is_never_used(shell, monkeypatch):
    monkeypatch.setenv("JUPYTER_TOKEN", "secret")
    with pytest.raises(Problem, match="No assistant was found"):
        find_server(shell)


def test_a_ticket_is_not_shown(kernel, ticket_file):
    write(ticket_file, "http://kernel/")
    assert "ticket" not in repr(find_server(kernel))


def test_the_notebooks_folder_outlives_a_change_of_the_working_folder(tmp_path, monkeypatch):
    (tmp_path / "course").mkdir()
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "course" / "a.ipynb"))
    monkeypatch.chdir("/")
    assert notebook_folder() == tmp_path / "course"
    monkeypatch.setenv("JPY_SESSION_NAME", "course/a.ipynb")
    assert notebook_folder() == Path("/")


def test_a_server_that_is_gone_is_one_line(shell, monkeypatch, capsys):
    monkeypatch.setenv("JUPYTER_DEVASSIST_URL", "http://127.0.0.1:1/")
    monkeypatch.setenv("JUPYTER_DEVASSIST_TICKET", "t")
    result = shell.run_cell("%ask why?")
    assert not result.success
    assert "does not answer" in capsys.readouterr().out
