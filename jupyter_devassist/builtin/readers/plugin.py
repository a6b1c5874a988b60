"""Registers our readers through the public hook."""

from __future__ import annotations

from collections.abc import Callable

from ...hookspecs import hookimpl
from ...knowledge.reading import Reader
from . import all_readers


@hookimpl
def devassist_register_readers(register: Callable[[Reader], None]) -> None:
    """Register in reverse, because the last one registered is asked first."""
    for reader in reversed(all_readers()):
        register(reader)
