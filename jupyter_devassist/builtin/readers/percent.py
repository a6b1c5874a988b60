"""Scripts with cells (``# %%``), as Jupytext, VS Code and Spyder write them."""

from __future__ import annotations

import re
from pathlib import Path

from ...knowledge.model import Block, DocumentKind, Reading
from ...knowledge.reading import ReadingLimits, decode_text
from ...values import Span
from .languages import comment_mark, language_of
from .limits import within_characters
from .markdown import add_markdown
from .sections import Sections

_MARKER = re.compile(r"(?:#|//|--)[ \t]*%%(?!%)(.*)$")
_ANY_MARKER = re.compile(rb"^(?:#|//|--)[ \t]*%%(?:[ \t]|\r?$)", re.MULTILINE)
_MARKDOWN = re.compile(r"\[(?:markdown|md)\]", re.IGNORECASE)
_RAW = re.compile(r"\[raw\]", re.IGNORECASE)
_OPTIONS = re.compile(r"\[\w+\]|\{.*\}|\b[\w-]+=(?:\"[^\"]*\"|\[[^\]]*\]|\S+)")
_QUOTES = re.compile(r"[rR]?(\"\"\"|''')")


class PercentReader:
    """Its spans count lines in the file: the script opens as a text."""

    kind: DocumentKind = "code"
    isolated = False

    def takes(self, path: Path, content: bytes) -> bool:
        return language_of(path) is not None and bool(_ANY_MARKER.search(content))

    def read(self, path: Path, content: bytes, limits: ReadingLimits) -> Reading:
        text, notices = decode_text(path, content)
        text, cut = within_characters(text, limits)
        language = language_of(path) or "python"
        sections = Sections()
        lead, first, title = "", 0, ""
        lines = text.split("\n")
        _blank_header(lines, comment_mark(language))
        for at in [at for at, line in enumerate(lines) if _MARKER.match(line)] + [len(lines)]:
            lead = _add_cell(sections, lines[first:at], first + 1, title, lead, language)
            marker = _MARKER.match(lines[at]) if at < len(lines) else None
            first, title = at + 1, marker.group(1) if marker else ""
        return Reading(
            kind="code", blocks=sections.finish(), title=sections.title, language=language, notices=notices + cut
        )


def _add_cell(sections: Sections, lines: list[str], line: int, title: str, lead: str, language: str) -> str:
    """Add the cell below a marker and return the lead for the next."""
    if _MARKDOWN.search(title):
        place = Span(start_line=line, end_line=line)
        return add_markdown(sections, "\n".join(_uncommented(lines, comment_mark(language))), place)
    words = " ".join(_OPTIONS.sub(" ", title).split())
    blank = next((at for at, each in enumerate(lines) if each.strip()), len(lines))
    text, line = "\n".join(lines[blank:]).rstrip(), line + blank
    if text:
        span = Span(start_line=line, end_line=line + text.count("\n"))
        sections.add(Block(
            text=text, kind="prose" if _RAW.search(title) else "code", span=span, language=language,
            heading=sections.heading, lead=lead or words,
        ))  # fmt: skip
    return ""


def _uncommented(lines: list[str], mark: str) -> list[str]:
    """The text of a Markdown cell, written as comments or as one long string."""
    written = [at for at, line in enumerate(lines) if line.strip()]
    if written and (opening := _QUOTES.match(lines[written[0]])):
        quotes = opening.group(1)
        kept = list(lines)
        kept[written[0]] = kept[written[0]][opening.end() :]
        kept[written[-1]] = kept[written[-1]].rstrip().removesuffix(quotes)
        return kept
    return [line.removeprefix(mark).removeprefix(" ") for line in lines]


def _blank_header(lines: list[str], mark: str) -> None:
    """Blank the commented YAML header that Jupytext writes."""
    if not lines or lines[0].strip() != f"{mark} ---":
        return
    end = next((at for at, line in enumerate(lines[1:], 1) if line.strip() == f"{mark} ---"), None)
    if end is not None:
        lines[: end + 1] = [""] * (end + 1)
