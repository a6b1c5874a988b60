"""Globs in gitignore's language, matched in time that no glob and no name can blow up."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pathspec import GitIgnoreSpec
from pathspec.patterns.gitignore.base import GitIgnorePatternError
from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

_STAR = "[^/]*"
_FOLDERS = "(?:/.+)?"
_LEADING_FOLDERS = "^(?:.+/)?"
_ANY = "[^/]"
_NO_SLASH = "(?!/)"
_BRACKETS = re.compile(r"(?P<other>\\.|\[\^/\])|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)


def compiled(globs: Iterable[str]) -> GitIgnoreSpec:
    """The rules that the lines spell. A line that is no glob is a ValueError that says so."""
    return GitIgnoreSpec.from_lines(globs, _SteadyPattern)


class _SteadyPattern(GitIgnoreSpecPattern):
    """Looks for each part of a glob at the first place it fits, and never tries that again at a later one.

    What follows a star or ``**`` can only be found more easily from an earlier place on, so the outcome is
    the same; but a glob of many stars takes a moment where trying every way would take centuries. That
    needs brackets that match no slash, as they do in git.
    """

    @classmethod
    def pattern_to_regex(cls, pattern: str) -> tuple[str | None, bool | None]:  # type: ignore[override]
        regex, include = super().pattern_to_regex(pattern)
        if regex is None:
            return None, include
        without_slashes = _BRACKETS.sub(lambda found: found["other"] or f"{_NO_SLASH}{found[0]}", regex)
        steady = _steady_folders(_steady_stars(without_slashes))
        try:
            re.compile(steady)
        except re.error as error:
            raise GitIgnorePatternError(f"Invalid git pattern: {pattern!r} ({error.msg})") from None
        return steady, include


def _steady_stars(regex: str) -> str:
    first, *middle = re.sub(r"(?:\[\^/\]\*)+", _STAR, regex).split(_STAR)
    if not middle:
        return first
    last = middle.pop()
    return "".join([first, *(_steady_part(part) for part in middle), _STAR, last])


def _steady_part(part: str) -> str:
    """A star and what follows it; one that ends with a name can be found at one place only."""
    within_a_name = "/" not in part.replace(_ANY, "").replace(_NO_SLASH, "")
    return f"(?>{_STAR}?{part})" if within_a_name else f"{_STAR}{part}"


def _steady_folders(regex: str) -> str:
    first, *middle = regex.split(_FOLDERS)
    if not middle:
        return first
    last = middle.pop()
    if first.startswith(_LEADING_FOLDERS):
        first = f"^(?>(?:.+?/)??{first.removeprefix(_LEADING_FOLDERS)}(?=/))"
    return "".join([first, *(f"(?>(?:/.+?)??{part}(?=/))" for part in middle), _FOLDERS, last])
