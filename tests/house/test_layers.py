from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

BREACHES = {
    "jupyter_devassist/values.py": ("from .chat import model", "values -> jupyter_devassist.chat.model"),
    "jupyter_devassist/knowledge/model.py": ("import tornado", "knowledge.model -> tornado"),
    "jupyter_devassist/server/status.py": ("from ..chat import store", "server.status -> jupyter_devassist.chat.store"),
    "jupyter_devassist/plugins.py": ("import kernel_magics", "plugins -> kernel_magics"),
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"], cwd=folder, capture_output=True, text=True
    )


def test_imports_only_go_down(checkout: Path):
    outcome = lint(checkout)
    assert outcome.returncode == 0, outcome.stdout


@pytest.mark.parametrize("path", BREACHES)
def test_a_breach_of_the_plan_is_reported(checkout: Path, tmp_path: Path, path: str):
    breach, report = BREACHES[path]
    for package in ("jupyter_devassist", "kernel_magics"):
        shutil.copytree(
            checkout / package, tmp_path / package, ignore=lambda _, names: {n for n in names if not _source(n)}
        )
    shutil.copy(checkout / "pyproject.toml", tmp_path)
    with (tmp_path / path).open("a", encoding="utf-8") as source:
        source.write(f"\n{breach}\n")
    outcome = lint(tmp_path)
    assert outcome.returncode == 1
    assert report in outcome.stdout


def test_every_module_below_the_door_is_kept_from_jupyter(checkout: Path):
    contracts = tomllib.loads((checkout / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers, door = contracts[0]["layers"], contracts[1]["source_modules"]
    below = {name.strip() for layer in layers[2:] for name in layer.split("|")}
    assert {module.removeprefix("jupyter_devassist.") for module in door} == below


def _source(name: str) -> bool:
    return "." not in name or name.endswith(".py")
