"""The plan of the house, read off the syntax trees of its sources."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGES = ("jupyter_devassist", "kernel_magics")

CLOCKS = {
    "time.time", "time.time_ns", "time.monotonic", "time.monotonic_ns", "time.perf_counter", "time.perf_counter_ns",
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today",
    "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today",
}  # fmt: skip
IDENTITIES = {"uuid.uuid1", "uuid.uuid4", "secrets.token_hex", "secrets.token_bytes", "os.urandom"}
ENVIRONMENT = {"os.environ", "os.getenv", "os.putenv"}

MAY_TELL_THE_TIME = (
    "jupyter_devassist/clock.py",
    "jupyter_devassist/evaluation/",  # measures real time, and nothing else
    "kernel_magics/client.py",  # the kernel side stands alone
    "kernel_magics/screen.py",
)
MAY_READ_THE_ENVIRONMENT = {
    "jupyter_devassist/config.py",
    "kernel_magics/connect.py",
    "jupyter_devassist/evaluation/jupyter_process.py",  # hands it on to the server it starts
    "jupyter_devassist/inference/__init__.py",  # writes one variable: onnxruntime reports to its maker without it
    "jupyter_devassist/knowledge/vector_index.py",  # writes one variable: LanceDB takes its log level from there only
}


def test_only_the_clock_tells_the_time_and_makes_identities(checkout: Path):
    found = [use for use in uses(checkout, CLOCKS | IDENTITIES) if not use[0].startswith(MAY_TELL_THE_TIME)]
    assert found == []


def test_only_the_options_read_the_environment(checkout: Path):
    found = [use for use in uses(checkout, ENVIRONMENT) if use[0] not in MAY_READ_THE_ENVIRONMENT]
    assert found == []


def test_every_module_says_what_it_is_for(checkout: Path):
    silent = [
        path for path, tree in trees(checkout) if tree.body and not ast.get_docstring(tree) and "/versions/" not in path
    ]
    assert silent == []


def trees(checkout: Path) -> Iterator[tuple[str, ast.Module]]:
    for package in PACKAGES:
        for path in sorted((checkout / package).rglob("*.py")):
            yield path.relative_to(checkout).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def uses(checkout: Path, names: set[str]) -> Iterator[tuple[str, int, str]]:
    """Every place that names one of these, also where it was imported by its last part or under another name."""
    for path, tree in trees(checkout):
        called = {
            alias.asname or alias.name: f"{node.module}.{alias.name}"
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module
            for alias in node.names
        }
        called |= {
            alias.asname: alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.Import)
            for alias in node.names
            if alias.asname
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute | ast.Name):
                head, _, rest = ast.unparse(node).partition(".")
                name = ".".join(part for part in (called.get(head, head), rest) if part)
                if name in names:
                    yield path, node.lineno, name
