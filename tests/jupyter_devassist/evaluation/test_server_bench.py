from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_devassist.clock import Clock
from jupyter_devassist.errors import AssistError
from jupyter_devassist.evaluation import jupyter_process
from jupyter_devassist.evaluation.ask_bench import ask_all
from jupyter_devassist.evaluation.jupyter_process import jupyter_server
from jupyter_devassist.evaluation.made_library import make_library, make_texts
from jupyter_devassist.evaluation.server_bench import ServerCost, added, import_cost
from jupyter_devassist.inference.onnx_embedder import OnnxEmbedder


def test_importing_the_extension_brings_no_heavy_library() -> None:
    assert import_cost().heavy == []


def test_what_is_added_is_compared_pair_by_pair() -> None:
    def cost(seconds: float) -> ServerCost:
        return ServerCost(ready_seconds=seconds, cpu_seconds=0.0, memory_mb=0.0)

    pairs = [(cost(1.0), cost(1.5)), (cost(9.0), cost(9.1)), (cost(2.0), cost(2.2))]
    more, before = added(pairs, lambda one: one.ready_seconds)
    assert more == pytest.approx(0.2)
    assert before == 2.0


def test_questions_are_put_to_a_real_server_until_the_first_citation(tmp_path: Path) -> None:
    embedder = OnnxEmbedder.bundled()
    texts = [f"The {name} of the table is kept in the {name} column. " * 6 for name in ("total", "mean", "index")]
    root = tmp_path / "root"
    root.mkdir()
    made = list(make_texts(texts, embedder.embed_passages(texts), 30, seed=1))
    make_library(tmp_path / "home", root, made, embedder.info, Clock())
    with jupyter_server(tmp_path, tmp_path / "home", root, Clock(), with_extension=True) as server:
        found = ask_all(server, ["Where is the mean of the table kept?"] * 18, Clock())
    assert found.first_event.count == found.search.count == 3
    assert found.uncited + (found.first_cited.count if found.first_cited else 0) == 3


def test_a_server_that_does_not_start_is_told_with_its_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jupyter_process, "START_SECONDS", 30.0)
    with (
        pytest.raises(AssistError, match=r"jupyter server did not start: .*nowhere"),
        jupyter_server(tmp_path, tmp_path / "home", tmp_path / "nowhere", Clock(), with_extension=False),
    ):
        raise AssertionError("it has started")
