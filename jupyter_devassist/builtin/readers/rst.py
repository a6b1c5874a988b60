"""reStructuredText: headings by their underlines, code by its directives, lines exact.

Docutils would resolve includes and roles and lose the lines; what is needed here is where sections and code stand.
"""

from __future__ import annotations

import re
from pathlib import Path

from ...knowledge.model import Block, DocumentKind, Reading
from ...knowledge.reading import ReadingLimits, decode_text
from ...values import Span
from .languages import language_named
from .limits import within_characters
from .markdown import lead_of
from .paragraphs import paragraphs
from .sections import Sections

_UNDERLINE = re.compile(r"([!-/:-@\[-`{-~])\1{2,}\s*$")
_DIRECTIVE = re.compile(r"\s*\.\. ([\w:.-]+)::[ \t]*(.*)$")
_COMMENT = re.compile(r"\.\.(?: (?![\[_|])(?!\S+::).*)?$")
_TARGET = re.compile(r"\s*\.\. _[^:]*:")
_OPTION = re.compile(r"\s+:[\w-]+:")
_ROLE = re.compile(r":[\w:+.-]+:`([^`<\n]*?)(?:\s*<[^<>`\n]*>)?`")
_CODE = frozenset("code code-block sourcecode ipython highlight parsed-literal code-cell jupyter-execute".split())
_SILENT = frozenset("toctree contents image figure include literalinclude raw automodule autoclass".split())


class RstReader:
    kind: DocumentKind = "rst"
    isolated = False

    def takes(self, path: Path, content: bytes) -> bool:
        return path.suffix.lower() in {".rst", ".rest"}

    def read(self, path: Path, content: bytes, limits: ReadingLimits) -> Reading:
        text, notices = decode_text(path, content)
        text, cut = within_characters(text, limits)
        sections = _LineByLine(text.split("\n")).read()
        return Reading(kind="rst", blocks=sections.finish(), title=sections.title, notices=notices + cut)


class _LineByLine:
    """One pass over the lines of one document."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = [line.rstrip().expandtabs(8) for line in lines]
        self._sections = Sections()
        self._styles: list[tuple[str, bool]] = []
        self._prose_from = 0
        self._lead = ""

    def read(self) -> Sections:
        at = 0
        while at < len(self._lines):
            at = self._heading(at) or self._markup(at) or self._literal(at) or at + 1
        self._end_prose(at)
        return self._sections

    def _heading(self, at: int) -> int | None:
        """Enter a section that begins here and return the line after its heading."""
        lines = self._lines
        if not lines[at].strip():
            return None
        over = bool(_UNDERLINE.match(lines[at]))
        title = at + 1 if over else at
        if title + 1 >= len(lines) or not (under := _UNDERLINE.match(lines[title + 1])):
            return None
        words = lines[title].strip()
        if not words or len(under.group().strip()) < min(len(words), 4) or _UNDERLINE.match(lines[title]):
            return None
        if (over and lines[at].strip() != lines[title + 1].strip()) or (not over and lines[at][0] == " "):
            return None
        self._end_prose(at)
        style = (under.group(1), over)
        if style not in self._styles:
            self._styles.append(style)
        span = Span(start_line=title + 1, end_line=title + 1)
        self._sections.enter(self._styles.index(style) + 1, _ROLE.sub(r"\1", words), span)
        self._prose_from, self._lead = title + 2, ""
        return title + 2

    def _markup(self, at: int) -> int | None:
        """Take in a code directive, leave out a silent one or a comment, and return the line after it."""
        line = self._lines[at]
        directive = _DIRECTIVE.match(line)
        name = directive.group(1).lower() if directive else None
        if name in _CODE and directive:
            self._end_prose(at)
            body = at + 1
            while body < len(self._lines) and _OPTION.match(self._lines[body]):
                body += 1
            end = self._end_of_indented(body, _indent(line))
            words = directive.group(2).split()
            self._add_code(body, end, language_named(words[0]) if words else None)
        elif name in _SILENT or _TARGET.match(line) or _COMMENT.match(line):
            self._end_prose(at)
            end = self._end_of_indented(at + 1, _indent(line))
        else:
            return None
        self._prose_from = end
        return end

    def _literal(self, at: int) -> int | None:
        """Take in the indented block that a paragraph ending in ``::`` announces."""
        line = self._lines[at]
        if not line.endswith("::") or _DIRECTIVE.match(line) or line.lstrip().startswith(".. "):
            return None
        if at + 1 < len(self._lines) and self._lines[at + 1].strip():
            return None
        end = self._end_of_indented(at + 1, _indent(line))
        self._end_prose(at + 1)
        self._add_code(at + 1, end, None)
        self._prose_from = end
        return end

    def _end_of_indented(self, at: int, indent: int) -> int:
        end = at
        while at < len(self._lines) and (not self._lines[at].strip() or _indent(self._lines[at]) > indent):
            at += 1
            end = at if self._lines[at - 1].strip() else end
        return end

    def _add_code(self, first: int, end: int, language: str | None) -> None:
        while first < end and not self._lines[first].strip():
            first += 1
        if first >= end:
            return
        indent = min(_indent(line) for line in self._lines[first:end] if line.strip())
        text = "\n".join(line[indent:] for line in self._lines[first:end])
        self._sections.add(Block(
            text=text, kind="code", span=Span(start_line=first + 1, end_line=end), language=language,
            heading=self._sections.heading, lead=lead_of(self._lead),
        ))  # fmt: skip
        self._lead = ""

    def _end_prose(self, end: int) -> None:
        """Add the paragraphs since the last heading, directive or code."""
        for line, text in paragraphs(self._lines[self._prose_from : end], self._prose_from + 1):
            text = _ROLE.sub(r"\1", text)
            span = Span(start_line=line, end_line=line + text.count("\n"))
            self._sections.add(Block(text=text, kind="prose", span=span, heading=self._sections.heading))
            self._lead = text
        self._prose_from = end


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
