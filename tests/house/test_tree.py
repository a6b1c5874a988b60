from __future__ import annotations

import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

TOP_LEVEL = {
    "jupyter_devassist", "labextension", "kernel_magics", "tests", "binder",
    "pyproject.toml", "package.json", "README.md", "Makefile", "LICENSE", "CHANGELOG.md",
}  # fmt: skip
LOCKS = {"package-lock.json", "requirements.lock", "requirements-course.lock", "requirements-dev.lock"}
BINARY = {".docx", ".onnx", ".pdf", ".png"}


def test_the_top_level_holds_the_house_and_nothing_else(checkout: Path, tracked: list[Path]):
    entries = {path.relative_to(checkout).parts[0] for path in tracked}
    visible = {entry for entry in entries if not entry.startswith(".")}
    assert visible == TOP_LEVEL | LOCKS


def test_no_file_knows_the_machine_it_was_written_on(checkout: Path, tracked: list[Path]):
    secrets = machine(checkout)
    assert secrets
    pattern = re.compile("|".join(rf"{re.escape(secret)}(?![\w-])" for secret in secrets))
    found = [
        f"{path.relative_to(checkout)}: {match.group()}"
        for path in tracked
        if path.suffix not in BINARY
        if (match := pattern.search(path.read_text(encoding="utf-8", errors="replace")))
    ]
    assert found == []


@pytest.mark.parametrize("name", sorted(LOCKS - {"package-lock.json"}))
def test_a_lock_installs_anywhere_and_nothing_but_what_it_names(checkout: Path, name: str):
    lines = (checkout / name).read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith((" ", "#"))]
    assert pins
    assert all(re.fullmatch(r"[a-z0-9._-]+(\[[a-z,]+\])?==\S+( ; .+)? \\", pin) for pin in pins)
    assert not any("://" in line for line in lines)
    assert all("--hash=sha256:" in lines[lines.index(pin) + 1] for pin in pins)
    assert not any(pin.startswith(("torch==", "nvidia-")) for pin in pins)


def test_the_node_lock_names_no_host(checkout: Path):
    assert '"resolved": "http' not in (checkout / "package-lock.json").read_text(encoding="utf-8")


def test_no_file_but_the_model_is_large(checkout: Path, tracked: list[Path]):
    large = {path.relative_to(checkout).as_posix() for path in tracked if path.stat().st_size > 1_000_000}
    assert large <= {"jupyter_devassist/inference/minilm/model.onnx", "package-lock.json"}


def machine(checkout: Path) -> set[str]:
    """What would give this machine away: its folders, its name, and where its packages come from."""
    configured = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], check=True, capture_output=True, text=True
    ).stdout
    indexes = set(re.findall(r"(?:https?|file)://[^\s'/]+[^\s']*|(?<=find-links=')[^\s']+", configured))
    told = {str(checkout), str(Path.home()), socket.gethostname()} | indexes
    return {text for text in told if len(text) > 5 and text != "localhost"}
