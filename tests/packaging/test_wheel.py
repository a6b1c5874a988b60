"""The wheel as somebody else gets it: what it carries, and that it works in an empty environment without a network."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from email.parser import Parser
from pathlib import Path
from zipfile import ZipFile

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
WHEELHOUSE = CHECKOUT / "build" / "wheelhouse"
LOOPBACK = CHECKOUT / "tests" / "offline" / "loopback.py"
NO_NAMESPACE = 114
EXTENSION = "share/jupyter/labextensions/jupyter-devassist/"

MOST_JAVASCRIPT_BYTES = 1_500_000
MOST_BYTES = 40_000_000

NOTES = """# Grouping

In a groupby, transform returns one value for each original row, so the result has the same length.

# Baking

Sourdough bread needs a warm place and a long rise before it goes into the oven.
"""

Run = Callable[..., str]

pytestmark = [pytest.mark.wheel, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def wheel() -> Path:
    built = sorted((CHECKOUT / "dist").glob("*.whl"))
    if not built:
        pytest.skip("make wheel has not been run")
    return built[-1]


@pytest.fixture(scope="module")
def contents(wheel: Path) -> dict[str, int]:
    """Sizes by name; what is installed beside the package stands under the name it gets there."""
    with ZipFile(wheel) as archive:
        return {
            info.filename.partition(".data/data/")[2] or info.filename: info.file_size for info in archive.infolist()
        }


def test_it_carries_both_packages_and_what_they_read(contents: dict[str, int]):
    wanted = {
        "jupyter_devassist/py.typed",
        "jupyter_devassist/openapi.json",
        "jupyter_devassist/inference/minilm/model.onnx",
        "jupyter_devassist/inference/minilm/tokenizer.json",
        "jupyter_devassist/inference/minilm/LICENSE",
        "jupyter_devassist/storage/migrations/env.py",
        "kernel_magics/__init__.py",
        "etc/jupyter/jupyter_server_config.d/jupyter_devassist.json",
        EXTENSION + "package.json",
        EXTENSION + "install.json",
    }
    assert wanted <= contents.keys()
    assert any(name.startswith("jupyter_devassist/storage/migrations/versions/") for name in contents)


def test_it_carries_nothing_twice_and_nothing_of_the_workshop(contents: dict[str, int]):
    strange = [name for name in contents if name.startswith(("tests/", "binder/", "jupyter_devassist/labextension/"))]
    assert strange == []
    assert not any(name.endswith((".pyc", ".map")) for name in contents)


def test_it_is_no_larger_than_it_may_be(wheel: Path, contents: dict[str, int]):
    scripts = sum(size for name, size in contents.items() if name.startswith(EXTENSION) and name.endswith(".js"))
    assert 0 < scripts <= MOST_JAVASCRIPT_BYTES
    assert wheel.stat().st_size <= MOST_BYTES


def test_it_asks_for_torch_only_as_an_extra(wheel: Path):
    with ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = Parser().parsestr(archive.read(name).decode())
    needed = [requirement for requirement in metadata.get_all("Requires-Dist", []) if "extra ==" not in requirement]
    assert needed
    assert not any(requirement.startswith(("torch", "sentence-transformers")) for requirement in needed)


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """An empty environment with the wheel and its locked dependencies, used where there is no network."""
    if not WHEELHOUSE.is_dir():
        pytest.skip("make wheelhouse has not been run")
    folder = tmp_path_factory.mktemp("installed")
    environment = folder / "environment"
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PIP_", "PYTHON", "JUPYTER", "VIRTUAL"))
    }
    clean |= {
        "PATH": f"{environment / 'bin'}{os.pathsep}{clean['PATH']}",
        "HOME": str(folder),
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(WHEELHOUSE),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
    alone = [sys.executable, str(LOOPBACK)]
    if subprocess.run([*alone, "true"], capture_output=True).returncode == NO_NAMESPACE:
        pytest.skip("this system gives no network namespace")

    def run(*command: str | Path) -> str:
        outcome = subprocess.run([*alone, *command], env=clean, cwd=folder, capture_output=True, text=True)
        assert outcome.returncode == 0, f"{command}\n{outcome.stdout}\n{outcome.stderr}"
        return re.sub(r"\x1b\[\d*m", "", outcome.stdout or outcome.stderr)

    run(sys.executable, "-m", "venv", environment)
    run("pip", "install", "--quiet", "--no-compile", "--require-hashes", "-r", CHECKOUT / "requirements.lock")
    run("pip", "install", "--quiet", "--no-deps", wheel)
    run("pip", "check")
    return run


def test_it_answers_a_question_with_a_citation(installed: Run, tmp_path: Path):
    (tmp_path / "notes.md").write_text(NOTES, encoding="utf-8")
    home = tmp_path / "home"
    installed("jupyter", "devassist", "index", tmp_path / "notes.md", "--home", home)
    answer = json.loads(
        installed("jupyter", "devassist", "ask", "What does groupby transform return?", "--home", home, "--json")
    )
    assert answer["supported"] is True
    assert answer["citations"][0]["path"].endswith("notes.md")
    assert "same length" in answer["citations"][0]["quote"]


def test_both_halves_are_switched_on(installed: Run):
    assert re.search(r"jupyter_devassist \S+ OK", installed("jupyter", "server", "extension", "list"))
    assert re.search(r"jupyter-devassist v\S+ enabled", installed("jupyter", "labextension", "list"))
