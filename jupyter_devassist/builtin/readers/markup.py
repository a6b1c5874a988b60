"""Lightens Markdown and HTML for searching and quoting, line by line."""

from __future__ import annotations

import re

_DATA_URI = re.compile(r"data:[\w.+-]+/[\w.+-]+;base64,[A-Za-z0-9+/=%]*")
_LINK = re.compile(r"(?<![\w`])!?\[([^\[\]\n]*)\]\((?=[^()\s]*[/.#:])[^()\s]*(?:[ \t]+\"[^\"\n]*\")?\)")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_TAG = re.compile(
    r"</?(?:a|b|blockquote|br|center|code|dd|details|div|dl|dt|em|figcaption|figure|font|h[1-6]|hr|i|iframe|img|kbd|li"
    r"|ol|p|picture|pre|small|source|span|strong|style|sub|summary|sup|table|tbody|td|th|thead|tr|u|ul|video)"
    r"(?:[ \t\n/][^<>]*)?>",
    re.IGNORECASE,
)
# Emphasis and the hashes that may close a heading; the underscores of pivot_table and the hash of C# stay.
_INLINE_MARKS = re.compile(r"[*~]+|(?<!\w)_+|_+(?!\w)|(?:^|(?<=\s))#+\s*$")
_CODE_SPAN = re.compile(r"(`+)(.+?)\1(?!`)")


def lightened(text: str) -> str:
    """The same lines without link targets, embedded data, HTML tags and comments."""
    if "](" in text:
        text = _LINK.sub(r"\1", _LINK.sub(r"\1", text))  # twice: a picture inside a link
    if "base64," in text:
        text = _DATA_URI.sub("", text)
    if "<" in text:
        text = _COMMENT.sub(_line_ends, text)
        text = _TAG.sub(_line_ends, text)
    return text


def heading_words(text: str) -> str:
    """A heading as it is read: no markup and no surrounding space."""
    text, words, at = lightened(text), "", 0
    for span in _CODE_SPAN.finditer(text):
        words += _INLINE_MARKS.sub("", text[at : span.start()]) + span[2]
        at = span.end()
    return " ".join((words + _INLINE_MARKS.sub("", text[at:])).split())


def _line_ends(match: re.Match[str]) -> str:
    return "\n" * match.group().count("\n")
