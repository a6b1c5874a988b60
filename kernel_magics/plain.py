"""Text as a terminal may show it."""

from __future__ import annotations

_CONTROLS = {*range(0x20), *range(0x7F, 0xA0)} - {ord("\n"), ord("\t")}
_TURNS = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}
_OBEYED = dict.fromkeys(_CONTROLS | _TURNS)


def plain(text: str) -> str:
    """The text without what a terminal would obey: control characters, and marks that turn the direction of writing."""
    return text.translate(_OBEYED)
