from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_devassist.builtin.readers.code import CodeReader
from jupyter_devassist.builtin.readers.definitions import find_definitions
from jupyter_devassist.knowledge.reading import ReadingLimits

LONG = "\n".join(f"        total += weight_{at} * value_{at}" for at in range(25))
MODULE = f'''\
"""Weights of things.

Two paragraphs.
"""

import math

LIMIT = 3


# How it is done.
@cached
async def weigh(thing):
    return thing.weight


class Scale(Base):
    """Holds things."""

    unit = "kg"

    # The sum.
    @property
    def total(self):
{LONG}

    def clear(self):
        self.things = []


if __name__ == "__main__":
    weigh(1)
'''


def test_python_is_cut_at_its_definitions_with_what_belongs_to_them(read):
    reading = read("scale.py", MODULE)

    found = [(block.kind, block.heading, block.text.split("\n")[0].strip()) for block in reading.blocks]
    assert found == [
        ("prose", (), "Weights of things."),
        ("code", (), "import math"),
        ("code", ("def weigh",), "# How it is done."),
        ("code", ("class Scale",), "class Scale(Base):"),
        ("code", ("class Scale", "def total"), "# The sum."),
        ("code", ("class Scale", "def clear"), "def clear(self):"),
        ("code", (), 'if __name__ == "__main__":'),
    ]
    lines = MODULE.split("\n")
    for block in reading.blocks[1:]:
        assert block.text == "\n".join(lines[block.span.start_line - 1 : block.span.end_line])
    assert reading.blocks[0].span.start_line == 1


@pytest.mark.parametrize(
    ("name", "source", "headings"),
    [
        ("a.js", "// why\nexport const add = (a, b) => a + b;\nclass A { go() {} }\n", ["function add", "class A"]),
        (
            "a.ts",
            "export interface I { a: string }\nabstract class B {}\nenum E { X }\n",
            ["interface I", "class B", "enum E"],
        ),
        ("a.tsx", "export function View() { return <p/>; }\n", ["function View"]),
        (
            "a.go",
            "package m\n\nfunc (s *S) F(x int) int { return 1 }\n\ntype S struct{}\n",
            [None, "func (s *S) F", "type S"],
        ),
        ("a.rs", "/// doc\n#[test]\nfn f() {}\nimpl Tr for S { fn g(&self) {} }\n", ["fn f", "impl Tr for S"]),
        (
            "a.java",
            "/** doc */\n@X\npublic class Foo<T> { void m() {} }\nrecord R(int a) {}\n",
            ["class Foo", "record R"],
        ),
        ("a.c", "int *find(char *s) { return 0; }\nstruct point { int x; };\n", ["function find", "struct point"]),
        ("a.cpp", "template <class T>\nclass V {};\nint n::f(int x) { return x; }\n", ["class V", "function n::f"]),
        (
            "a.jl",
            '"doc"\nfunction f(x)\n x\nend\ng(x) = x + 1\nstruct P <: Q\nend\n',
            ["function f", "function g", "struct P"],
        ),
        ("a.sql", "CREATE TABLE s.t (id int);\ncreate view v as select 1;\n", ["create table s.t", "create view v"]),
    ],
)
def test_every_grammar_finds_its_definitions(read, name, source, headings):
    blocks = read(name, source).blocks

    assert [block.heading[-1] if block.heading else None for block in blocks] == headings
    assert "\n".join(block.text for block in blocks).replace("\n", "") == source.replace("\n", "")


def test_languages_without_a_grammar_are_cut_at_blank_lines(read):
    group = "\n".join(f"function step_{at}(x) return x * {at} end" for at in range(15))

    blocks = read("a.lua", f"{group}\n\n{group}\n").blocks

    assert [(block.language, block.span.start_line, block.span.end_line) for block in blocks] == [
        ("lua", 1, 15),
        ("lua", 17, 31),
    ]


@pytest.mark.timeout(30)
def test_a_source_that_is_slow_to_parse_is_cut_by_lines_and_says_so(read):

    reading = read("slow.cpp", "a<" * 100_000)

    assert reading.blocks
    assert reading.notices == ("Its definitions were not found in time; it was cut at blank lines.",)


_ANY_TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs"], include_characters="\n\t"), max_size=150)


@given(
    st.sampled_from([".py", ".js", ".cpp", ".jl", ".sql", ".lua"]),
    st.lists(
        st.sampled_from(
            [
                "def f():",
                "class A:",
                "  x = 1",
                "",
                "# c",
                '"""',
                "}",
                "{",
                "(",
                "function f() {",
                "class B {",
                "end",
                ";",
                "@d",
            ]
        ),
        max_size=20,
    ).map("\n".join)
    | _ANY_TEXT,
)
def test_blocks_are_lines_of_the_file_in_order_and_lose_no_word(tmp_path_factory, suffix, text):
    path = tmp_path_factory.getbasetemp() / f"any{suffix}"
    lines = text.split("\n")

    reading = CodeReader().read(path, text.encode(), ReadingLimits())

    seen = 0
    for block in reading.blocks:
        assert block.span.start_line > seen
        seen = block.span.end_line
        if block.kind == "code":
            assert block.text == "\n".join(lines[block.span.start_line - 1 : block.span.end_line])
    said = "".join(block.text for block in reading.blocks)
    assert [c for c in said if c.isalnum()] == [c for c in "\n".join(lines) if c.isalnum()] or '"""' in text


def test_many_threads_may_read_code_of_one_language_at_once():
    sources = ["".join(f"def f{n}_{k}():\n    return {n}\n\n\n" for k in range(400)) for n in range(40)]
    expected = [[f"def f{n}_{k}" for k in range(400)] for n in range(40)]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(lambda source: find_definitions(source, "python"), sources))
    finally:
        sys.setswitchinterval(before)
    assert [[one.label for one in definitions or ()] for definitions in found] == expected
