"""Markdown, MyST and R Markdown: blocks as a real parser finds them, with their exact lines."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from ...knowledge.model import Block, ChunkKind, DocumentKind, Reading
from ...knowledge.reading import ReadingLimits, decode_text
from ...values import Span
from .languages import language_named
from .limits import within_characters
from .markup import heading_words, lightened
from .sections import Sections

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_SUFFIXES = frozenset({".md", ".markdown", ".mdown", ".mkd", ".rmd", ".qmd", ".myst"})
_LEAD_CHARACTERS = 600
_PROSE_DIRECTIVES = frozenset(
    "admonition attention caution danger error hint important note seealso tip warning margin sidebar epigraph "
    "exercise solution proof theorem definition example dropdown card tab-item topic".split()
)
_SILENT_DIRECTIVES = frozenset("toctree tableofcontents contents image figure bibliography raw include".split())
_FENCE_INFO = re.compile(r"\{?\s*([\w.+#-]+)\s*\}?(.*)")
_CELL_BREAK = re.compile(r"^\+\+\+(?:[ \t].*)?$", re.MULTILINE)
_FRONT_MATTER_END = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)


class MarkdownReader:
    kind: DocumentKind = "markdown"
    isolated = False

    def takes(self, path: Path, content: bytes) -> bool:
        return path.suffix.lower() in _SUFFIXES

    def read(self, path: Path, content: bytes, limits: ReadingLimits) -> Reading:
        text, notices = decode_text(path, content)
        text, cut = within_characters(text, limits)
        sections = Sections()
        add_markdown(sections, _CELL_BREAK.sub("", without_front_matter(text)), Span(start_line=1, end_line=1))
        return Reading(kind="markdown", blocks=sections.finish(), title=sections.title, notices=notices + cut)


def without_front_matter(text: str) -> str:
    """The text with a leading YAML header blanked, so that lines keep their numbers."""
    if not text.startswith("---\n"):
        return text
    end = _FRONT_MATTER_END.search(text, 4)
    return "\n" * text.count("\n", 0, end.end()) + text[end.end() :] if end else text


def add_markdown(sections: Sections, text: str, place: Span, lead: str = "") -> str:
    """Add the blocks of a Markdown text that begins at ``place``; return the prose at its end.

    ``lead`` is the prose before the text. What is returned is the lead of code that follows.
    """
    lines = text.split("\n")
    for token in _parser().parse(text):
        if token.map is None or token.level != 0 or token.nesting == -1:
            continue
        first, last = token.map[0], _trimmed_end(lines, token.map[0], token.map[1])
        if token.type == "heading_open":
            words = heading_words(_heading_source(lines, token))
            sections.enter(int(token.tag[1:]), words, _within(place, first, last))
            lead = ""
        elif token.type in ("fence", "code_block"):
            lead = _add_fence(sections, lines, token, place, lead)
        elif token.type != "hr":
            prose = lightened("\n".join(lines[first:last]))
            if prose.strip():
                _add(sections, prose, "prose", _within(place, first, last))
                lead = f"{lead}\n\n{prose}"[-_LEAD_CHARACTERS:] if token.type == "paragraph_open" else prose
    return lead_of(lead)


def lead_of(prose: str) -> str:
    """The end of some prose, cut at a line or word where it is long, on one line."""
    if len(prose) > _LEAD_CHARACTERS:
        prose = prose[-_LEAD_CHARACTERS:].split(" ", 1)[-1]
    return " ".join(prose.split())


def _add_fence(sections: Sections, lines: list[str], token: Token, place: Span, lead: str) -> str:
    """Add a fenced block and return the lead for what follows: nothing, unless the fence held prose."""
    first, last = token.map or (0, 0)
    if token.type == "fence":
        first += 1
        last = min(last, first + token.content.count("\n"))
    name, rest = _fence_language(token.info)
    if name in _SILENT_DIRECTIVES:
        return lead
    body = token.content.split("\n")
    if name == "code-cell" or name == "code-block":
        name = language_named(rest.split()[0]) if rest else None
        skipped = _options_length(body)
        first, body = first + skipped, body[skipped:]
    is_prose = name in _PROSE_DIRECTIVES
    text = "\n".join(body[: max(last - first, 0)])
    if not text.strip():
        return lead
    span = _within(place, first, _trimmed_end(lines, first, last))
    if is_prose:
        _add(sections, lightened(text), "prose", span)
        return text
    _add(sections, text, "code", span, lead_of(lead), name)
    return ""


def _add(
    sections: Sections, text: str, kind: ChunkKind, span: Span, lead: str = "", language: str | None = None
) -> None:
    blank = len(text) - len(text.lstrip("\n"))
    span = msgspec.structs.replace(span, start_line=span.start_line + blank)
    text = text.strip("\n")
    span = msgspec.structs.replace(span, end_line=span.start_line + text.count("\n"))
    sections.add(Block(text=text, kind=kind, span=span, heading=sections.heading, lead=lead, language=language))


def _within(place: Span, first: int, end: int) -> Span:
    start = place.start_line + first
    return msgspec.structs.replace(place, start_line=start, end_line=max(start, place.start_line + end - 1))


def _trimmed_end(lines: list[str], first: int, end: int) -> int:
    while end > first + 1 and not lines[min(end, len(lines)) - 1].strip():
        end -= 1
    return end


def _heading_source(lines: list[str], token: Token) -> str:
    first, end = token.map or (0, 0)
    if token.markup in ("=", "-"):
        return " ".join(lines[first : end - 1])
    return lines[first].strip().strip("#")


def _fence_language(info: str) -> tuple[str | None, str]:
    """The language or directive of a fence and what follows it: ``python``, ``{r, echo=FALSE}``, ``{note} Title``."""
    match = _FENCE_INFO.match(info.strip())
    if match is None:
        return None, ""
    return language_named(match.group(1)), match.group(2).strip(" ,}")


def _options_length(body: list[str]) -> int:
    """How many lines at the start of a directive are its options."""
    if body and body[0].strip() == "---":
        end = next((at for at, line in enumerate(body[1:], 1) if line.strip() == "---"), None)
        return 0 if end is None else end + 1
    return next((at for at, line in enumerate(body) if not line.lstrip().startswith(":")), len(body))


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark").enable("table")
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser
