"""Lines between blank lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def paragraphs(lines: Sequence[str], first_line: int = 1) -> Iterator[tuple[int, str]]:
    """Stretches without a blank line, each with the number of its first line."""
    kept: list[str] = []
    for number, line in enumerate([*lines, ""], first_line):
        if line.strip():
            kept.append(line.rstrip())
        elif kept:
            yield number - len(kept), "\n".join(kept)
            kept = []
