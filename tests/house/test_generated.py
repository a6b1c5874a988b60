"""What is generated is what is committed."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from jupyter_devassist.server import openapi, typed_dicts
from jupyter_devassist.server.routes import OPERATIONS


def test_the_api_description_is_current(checkout: Path):
    """Run ``python -m jupyter_devassist.server.openapi > jupyter_devassist/openapi.json``."""
    assert (checkout / "jupyter_devassist" / "openapi.json").read_text(encoding="utf-8") == openapi.text()


def test_the_kernels_types_are_current(checkout: Path):
    """Run ``python -m jupyter_devassist.server.typed_dicts > kernel_magics/wire.py``."""
    assert (checkout / "kernel_magics" / "wire.py").read_text(encoding="utf-8") == typed_dicts.text()


def test_the_front_ends_types_are_current(checkout: Path, tmp_path: Path):
    """Run ``npm run schema``."""
    script = json.loads((checkout / "package.json").read_text(encoding="utf-8"))["scripts"]["schema"]
    tool = checkout / "node_modules" / ".bin" / "openapi-typescript"
    if not tool.exists() or shutil.which("node") is None:
        pytest.skip("the front end's packages are not installed")
    generated = tmp_path / "schema.ts"
    command = script.replace("openapi-typescript", str(tool), 1).replace(
        "labextension/src/api/schema.ts", str(generated)
    )
    subprocess.run(command.split(), cwd=checkout, check=True, capture_output=True)
    committed = checkout / "labextension" / "src" / "api" / "schema.ts"
    assert committed.read_text(encoding="utf-8") == generated.read_text(encoding="utf-8")


def test_every_operation_says_what_it_does_and_what_it_asks_for():
    for operation in OPERATIONS:
        assert operation.summary.endswith("."), operation.name
        assert operation.resource.startswith("devassist."), operation.name
    assert len({operation.name for operation in OPERATIONS}) == len(OPERATIONS)


def test_replies_say_every_field_so_that_readers_need_no_defaults():
    schemas = openapi.document()["components"]["schemas"]
    lenient = {"Filters", "Question", "Span"}  # taken from requests too
    for name, schema in schemas.items():
        if "properties" in schema and name not in lenient and not name.endswith(("Body", "Change")):
            assert set(schema["required"]) == set(schema["properties"]), name
