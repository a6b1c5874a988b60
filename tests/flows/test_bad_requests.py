"""Requests as they should not be, to a real server: one sentence that names what is wrong, and the next is answered."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.slow

LAWFUL = {
    "code": 'df["col"]',
    "stop words": "the of and a",
    "fifty thousand characters": "word " * 10_000,
    "emoji": "🦓🎉👩‍👩‍👧",
    "a zero byte": "a\0b",
    "operators": 'AND OR NOT (" + - ^ ~ : { [ \\ * ? field:x "unclosed',
}
REFUSED = {
    "empty": ({"query": " \t\n"}, 400, "query: it is empty"),
    "too long": ({"query": "x" * 50_001}, 413, "query: it has 50,001 characters"),
    "far too long": ({"query": "x" * 600_000}, 413, "larger than the 524,288 bytes"),
    "a number": ({"query": 5}, 400, "`$.query`"),
    "missing": ({}, 400, "`query`"),
    "huge k": ({"query": "x", "k": 10**30}, 400, "`$.k`"),
    "k in words": ({"query": "x", "k": "5"}, 400, "`$.k`"),
    "unknown field": ({"query": "x", "bogus": 1}, 400, "`bogus`"),
    "unknown filter": ({"query": "x", "filters": {"bogus": []}}, 400, "`bogus`"),
    "wrong filters": ({"query": "x", "filters": "all"}, 400, "`$.filters`"),
    "unknown kind": ({"query": "x", "filters": {"kinds": ["film"]}}, 400, "'film'"),
    "unknown collection": ({"query": "x", "filters": {"collections": ["nope"]}}, 404, "no collection named 'nope'"),
    "outside": ({"query": "x", "filters": {"paths": ["/etc/**"]}}, 404, "within these limits"),
}


def test_any_text_is_a_query_and_what_is_none_is_refused_by_name(launch) -> None:
    with launch() as server:
        server.index()
        for query in LAWFUL.values():
            server.post("search", query=query)
            assert server.ask(query)["type"] == "done"
        replies = {name: (*server.refused("search", **body), words) for name, (body, _, words) in REFUSED.items()}
        assert {name: (code, words in said) for name, (code, said, words) in replies.items()} == {
            name: (code, True) for name, (_, code, _) in REFUSED.items()
        }
        for content in (b"query=a", b'{"query":' + b"[" * 20_000 + b"]" * 20_000 + b"}", b'{"query":"\xff"}', b"null"):
            refused = server.api.post("search", content=content, headers={"Content-Type": "application/json"})
            assert (refused.status_code, refused.json()["code"]) == (400, "invalid_input")
        for query in ("limit=100000", "offset=-1", f"offset={10**23}", "state=lost", "collection=nope"):
            assert server.api.get(f"documents?{query}").status_code in (400, 404)
        for path in ("../x", "/etc", "a/../../x", "a\0b", "x" * 5_000, "nowhere"):
            for operation in ("sources", "sources/preview"):
                code, message = server.refused(operation, path=path)
                assert (code in (403, 404), str(server.root) in message) == (True, False), path
        assert server.found("outlier")[0] == "glossary.md"
        assert "Traceback" not in server.log.read_text()
