"""Names in the configuration to models: which door a name leads to, and why one is closed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import AssistError, ModelUnavailable
from .model_folder import CONFIG, MODEL, is_model_folder

if TYPE_CHECKING:
    from .base import Embedder, LanguageModel

BUNDLED_NAMES = ("", "minilm")


def open_embedder(name_or_path: str, models_folder: Path, threads: int = 0) -> Embedder:
    """Open the bundled model, a model folder (by path, or by its name in ``models_folder``), or one run by torch.

    ``threads`` 0 means as many as suit the machine; models run by torch choose for themselves.
    """
    from .onnx_embedder import OnnxEmbedder

    if name_or_path in BUNDLED_NAMES:
        return OnnxEmbedder.bundled(threads or None)
    folder = Path(name_or_path).expanduser()
    for candidate in (models_folder / name_or_path, folder):
        if is_model_folder(candidate):
            return OnnxEmbedder.load(candidate, threads or None)
    if folder.is_dir() and not (folder / CONFIG).is_file():
        raise ModelUnavailable(
            f"{folder} holds neither {CONFIG} with {MODEL} nor a sentence-transformers model; "
            "make a model folder with `jupyter devassist models export`."
        )
    from .sentence_transformer import SentenceTransformerEmbedder

    return SentenceTransformerEmbedder.load(name_or_path)


class LanguageModels:
    """Language models by name. Each is opened when first asked for, and its refusal is remembered in words."""

    def __init__(self, factories: Mapping[str, Callable[[], LanguageModel]]) -> None:
        self._factories = dict(factories)
        self._opened: dict[str, LanguageModel] = {}
        self._refusals: dict[str, str] = {}

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._factories)

    def open(self, name: str) -> LanguageModel:
        """Open a model, or say which there are; a model that failed to open may be tried again."""
        if name in self._opened:
            return self._opened[name]
        if name not in self._factories:
            known = ", ".join(self._factories) or "none"
            raise ModelUnavailable(f"There is no language model named {name!r}; known: {known}.")
        try:
            model = self._factories[name]()
        except AssistError as refusal:
            self._refusals[name] = refusal.message
            raise
        except Exception as error:  # a factory may come from a plugin
            self._refusals[name] = f"The language model {name!r} cannot be opened: {error}"
            raise ModelUnavailable(self._refusals[name]) from error
        self._refusals.pop(name, None)
        self._opened[name] = model
        return model

    def why_missing(self, name: str) -> str | None:
        """Why the last attempt to open the model failed; None when it has not."""
        return self._refusals.get(name)
