import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_devassist.errors import ModelUnavailable
from jupyter_devassist.inference.base import LanguageModel
from jupyter_devassist.inference.onnx_embedder import BUNDLED, OnnxEmbedder
from jupyter_devassist.inference.registry import LanguageModels, open_embedder
from jupyter_devassist.inference.scripted import ScriptedLanguageModel


def exported(folder: Path) -> Path:
    shutil.copytree(BUNDLED, folder)
    config = folder / "config.json"
    config.write_text(config.read_text().replace("all-minilm", "mine"))
    return folder


@pytest.mark.parametrize("name", ["", "minilm"])
def test_the_bundled_model_needs_no_folder(tmp_path: Path, name: str) -> None:
    embedder = open_embedder(name, tmp_path)
    assert isinstance(embedder, OnnxEmbedder)
    assert embedder.info.name.startswith("all-minilm-l6-v2-int8-")


def test_an_exported_model_opens_by_its_name_and_by_its_path(tmp_path: Path) -> None:
    folder = exported(tmp_path / "models" / "mine")
    assert open_embedder("mine", tmp_path / "models").info.name.startswith("mine")
    assert open_embedder(str(folder), tmp_path / "elsewhere", threads=1).info.name.startswith("mine")


def test_a_damaged_model_folder_says_which_file(tmp_path: Path) -> None:
    folder = exported(tmp_path / "mine")
    (folder / "model.onnx").unlink()
    with pytest.raises(ModelUnavailable, match=r"has no model\.onnx"):
        open_embedder("mine", tmp_path)


def test_a_folder_without_a_model_says_how_to_make_one(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelUnavailable, match="models export"):
        open_embedder(str(tmp_path / "empty"), tmp_path)


def test_an_unknown_name_names_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable) as refusal:
        open_embedder("nobody/has-such-a-model", tmp_path)
    assert "nobody/has-such-a-model" in refusal.value.message
    assert "jupyter-devassist[transformers]" in refusal.value.message or "hf download" in refusal.value.message


def test_a_language_model_opens_once_and_by_name() -> None:
    opened: list[LanguageModel] = []

    def factory() -> LanguageModel:
        opened.append(ScriptedLanguageModel())
        return opened[-1]

    models = LanguageModels({"scripted": factory})
    assert models.names == ("scripted",)
    assert models.open("scripted") is models.open("scripted")
    assert len(opened) == 1


def test_a_model_that_does_not_open_says_why_until_it_does() -> None:
    attempts: Iterator[Exception | LanguageModel] = iter(
        [ModelUnavailable("No server answers."), RuntimeError("boom"), ScriptedLanguageModel()]
    )

    def factory() -> LanguageModel:
        outcome = next(attempts)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    models = LanguageModels({"local": factory})
    assert models.why_missing("local") is None
    with pytest.raises(ModelUnavailable, match="No server answers"):
        models.open("local")
    assert models.why_missing("local") == "No server answers."
    with pytest.raises(ModelUnavailable, match="'local' cannot be opened: boom"):
        models.open("local")
    models.open("local")
    assert models.why_missing("local") is None


def test_an_unknown_language_model_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ModelUnavailable, match="known: a, b"):
        LanguageModels({"a": ScriptedLanguageModel, "b": ScriptedLanguageModel}).open("c")
