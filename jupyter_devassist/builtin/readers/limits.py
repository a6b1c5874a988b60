"""Cuts what is too long, and says so."""

from __future__ import annotations

from ...knowledge.reading import ReadingLimits


def within_characters(text: str, limits: ReadingLimits) -> tuple[str, tuple[str, ...]]:
    """The text up to the limit, ending at a line, and a notice when something was left out."""
    if len(text) <= limits.characters:
        return text, ()
    kept = text[: limits.characters]
    kept = kept[: kept.rfind("\n") + 1] or kept
    return kept, (f"Only the first {len(kept)} of {len(text)} characters were read.",)
