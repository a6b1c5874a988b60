"""The plugin contract: each hook is handed a ``register`` to call once for each thing it brings."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from .inference.base import LanguageModel
    from .knowledge.reading import Reader

PROJECT = "jupyter_devassist"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def devassist_register_readers(register: Callable[[Reader], None]) -> None:
    """Register a reader for each kind of file that the plugin understands; the last one registered is asked first."""


@hookspec
def devassist_register_models(register: Callable[[str, Callable[[], LanguageModel]], None]) -> None:
    """Register language models by name, each with a function that opens it."""
