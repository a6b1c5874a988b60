from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import jupyter_devassist
from jupyter_devassist.config import Settings


def test_the_readme_lists_every_option(checkout: Path):
    readme = (checkout / "README.md").read_text(encoding="utf-8")
    missing = [name for name in Settings.class_own_traits(config=True) if f"`{name}`" not in readme]
    assert missing == []


def test_every_option_has_a_help_that_is_a_sentence():
    for name, option in Settings.class_own_traits(config=True).items():
        assert option.help.strip().endswith("."), name


def test_the_changes_speak_of_this_version(checkout: Path):
    assert f"## {jupyter_devassist.__version__}" in (checkout / "CHANGELOG.md").read_text(encoding="utf-8")


def test_both_halves_have_the_same_version(checkout: Path):
    package = json.loads((checkout / "package.json").read_text(encoding="utf-8"))
    assert package["version"] == jupyter_devassist.__version__


def test_the_package_carries_what_it_reads():
    package = files("jupyter_devassist")
    for path in (
        "py.typed",
        "openapi.json",
        "inference/minilm/model.onnx",
        "inference/minilm/tokenizer.json",
        "inference/minilm/config.json",
        "inference/minilm/LICENSE",
        "storage/migrations/env.py",
        "server/enable.json",
    ):
        assert package.joinpath(path).is_file(), path
