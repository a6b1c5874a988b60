"""What the house tells the outside, and the bell it tells it with.

Events carry ids, states and counts, never a user's text: a Jupyter event reaches every subscriber of its server.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from .values import Value

log = logging.getLogger(__name__)


class DocumentChanged(Value, tag_field="type", tag="document_changed"):
    document_id: str
    state: str
    """A document state, or ``removed``."""


class JobChanged(Value, tag_field="type", tag="job_changed"):
    job_id: str
    kind: str
    state: str
    done: int
    total: int | None


class LibraryChanged(Value, tag_field="type", tag="library_changed"):
    """Sources or collections have changed, or many documents at once."""


Event = DocumentChanged | JobChanged | LibraryChanged
Listener = Callable[[Event], None]


class Events:
    """In-process publish and subscribe. Listeners are called in turn and must not block."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call the listener for every event from now on; returns the function that ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def publish(self, event: Event) -> None:
        for listener in list(self._listeners):
            try:
                listener(event)
            except Exception:
                log.exception("A listener failed on %s", type(event).__name__)
