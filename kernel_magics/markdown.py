"""The little Markdown that answers are written in, as HTML; everything that is not known is shown as text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

_FENCE = re.compile(r"^(`{3,}|~{3,})[^`]*$")
_ITEM = re.compile(r"^\s*(?:[-*+]|\d{1,3}[.)])\s+(.*)$")
_HEADING = re.compile(r"^#{1,6}\s+(.*)$")
_INLINE = re.compile(
    r"(?P<code>(?P<ticks>`+)(?P<inner>.+?)(?P=ticks)(?!`))|\*\*(?P<strong>[^*]+)\*\*|\*(?P<em>[^*\s][^*]*)\*|\[(?P<marker>\d{1,3})\]"
)

CODE_STYLE = "padding:8px;overflow:auto;background:var(--jp-layout-color2,#f5f5f5)"


def to_html(text: str, links: Mapping[int, str]) -> str:
    """Paragraphs, headings, lists, code, emphasis, and ``[n]`` as a link where ``links`` has one for n."""
    parts: list[str] = []
    lines = text.split("\n")
    position = 0
    while position < len(lines):
        line = lines[position]
        fence = _FENCE.match(line)
        if fence:
            end = next((i for i in range(position + 1, len(lines)) if lines[i].strip() == fence[1]), len(lines))
            code = escape("\n".join(lines[position + 1 : end]))
            parts.append(f'<pre style="{CODE_STYLE}"><code style="background:none">{code}</code></pre>')
            position = end + 1
        elif not line.strip():
            position += 1
        elif heading := _HEADING.match(line):
            parts.append(f"<p><strong>{_inline(heading[1], links)}</strong></p>")
            position += 1
        else:
            matches = _ITEM.match if _ITEM.match(line) else _is_text
            end = position
            while end < len(lines) and matches(lines[end]):
                end += 1
            end = max(end, position + 1)
            parts.append(_block(lines[position:end], links))
            position = end
    return "".join(parts)


def _block(lines: list[str], links: Mapping[int, str]) -> str:
    if _ITEM.match(lines[0]):
        items = [match[1] for line in lines if (match := _ITEM.match(line))]
        return "<ul>" + "".join(f"<li>{_inline(item, links)}</li>" for item in items) + "</ul>"
    return f"<p>{_inline(chr(10).join(lines), links)}</p>"


def _is_text(line: str) -> bool:
    return bool(line.strip()) and not (_FENCE.match(line) or _ITEM.match(line) or _HEADING.match(line))


def _inline(text: str, links: Mapping[int, str]) -> str:
    html: list[str] = []
    position = 0
    for match in _INLINE.finditer(text):
        html.append(escape(text[position : match.start()]))
        position = match.end()
        if match["code"] is not None:
            html.append(f"<code>{escape(match['inner'].strip())}</code>")
        elif match["strong"] is not None:
            html.append(f"<strong>{escape(match['strong'])}</strong>")
        elif match["em"] is not None:
            html.append(f"<em>{escape(match['em'])}</em>")
        elif link := links.get(int(match["marker"])):
            html.append(f'<a href="{escape(link)}">[{match["marker"]}]</a>')
        else:
            html.append(escape(match[0]))
    return "".join([*html, escape(text[position:])])
