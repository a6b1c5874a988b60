from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

RUNNER = Path(__file__).with_name("loopback.py")
NO_NAMESPACE = 114

# onnxruntime 1.29 and later report to their maker from a thread of their own, seconds after they were imported.
EMBED_AND_STAY = """
import threading
from jupyter_devassist.inference.onnx_embedder import OnnxEmbedder
OnnxEmbedder.bundled().embed_query("a question")
threading.Event().wait(6)
"""


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A user's cache folder after one embedding."""
    home = tmp_path_factory.mktemp("home")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ORT_", "XDG_"))}
    outcome = subprocess.run(
        [sys.executable, RUNNER, sys.executable, "-c", EMBED_AND_STAY],
        env={**environment, "HOME": str(home)},
        capture_output=True,
        text=True,
    )
    if outcome.returncode == NO_NAMESPACE:
        pytest.skip(outcome.stderr.strip())
    assert outcome.returncode == 0, outcome.stderr
    return home / ".cache"


def test_the_embedder_reports_to_nobody_and_leaves_no_identifier(cache: Path):
    assert list(cache.rglob("*")) == []
