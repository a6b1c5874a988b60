"""Loads built-in and installed plugins, and records the ones that failed and why."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from importlib import import_module, metadata
from typing import TYPE_CHECKING

import pluggy

from . import hookspecs
from .values import Value

if TYPE_CHECKING:
    from .inference.base import LanguageModel
    from .knowledge.reading import Reader

log = logging.getLogger(__name__)
BUILTIN = ("jupyter_devassist.builtin.readers.plugin",)


class PluginFailure(Value):
    """A plugin that could not be loaded or used; the house works without it."""

    name: str
    reason: str


class Plugins:
    """The plugins of one house. Loading happens here and nowhere else, never at import."""

    def __init__(self, builtin: Sequence[str] = BUILTIN, *, installed: bool = True) -> None:
        self.failures: list[PluginFailure] = []
        self._host = pluggy.PluginManager(hookspecs.PROJECT)
        self._host.add_hookspecs(hookspecs)
        for name in builtin:
            self._load(name, lambda name=name: import_module(name))  # type: ignore[misc]
        if installed:
            for entry in metadata.entry_points(group=hookspecs.PROJECT):
                self._load(entry.name, entry.load)

    def _load(self, name: str, load: Callable[[], object]) -> None:
        try:
            self._host.register(load(), name)
        except Exception as reason:
            self._record(name, reason)

    def _record(self, name: str, reason: Exception) -> None:
        log.warning("Plugin %s is left out: %s", name, reason)
        self.failures.append(PluginFailure(name=name, reason=f"{type(reason).__name__}: {reason}"))

    def readers(self) -> list[Reader]:
        """Readers in the order in which they are asked: plugins before built-ins."""
        found: list[Reader] = []
        self._each("devassist_register_readers", register=found.append)
        return found[::-1]

    def language_models(self) -> dict[str, Callable[[], LanguageModel]]:
        found: dict[str, Callable[[], LanguageModel]] = {}
        self._each("devassist_register_models", register=found.__setitem__)
        return found

    def _each(self, hook: str, **arguments: object) -> None:
        """Call one plugin at a time, so that a failing one does not silence the rest."""
        for name, plugin in self._host.list_name_plugin():
            others = [other for other in self._host.get_plugins() if other is not plugin]
            try:
                self._host.subset_hook_caller(hook, others)(**arguments)
            except Exception as reason:
                self._record(name, reason)
