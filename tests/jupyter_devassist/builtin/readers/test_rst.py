from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jupyter_devassist.builtin.readers.rst import RstReader
from jupyter_devassist.knowledge.reading import ReadingLimits

MANUAL = """\
======
Manual
======

About :class:`Frame <pkg.Frame>` objects,
on two lines.

Reading
-------

.. code-block:: py
   :linenos:

   read("a.csv")

   read("b.csv")

As text::

    a,b

.. note:: Mind the
   separator.

.. a comment
   that goes on

.. _anchor:

The end.
"""


def test_sections_code_and_prose_keep_their_lines(read):
    reading = read("manual.rst", MANUAL)

    assert reading.title == "Manual"
    assert [(block.kind, block.text, block.span.start_line, block.heading[-1]) for block in reading.blocks] == [
        ("prose", "About Frame objects,\non two lines.", 5, "Manual"),
        ("code", 'read("a.csv")\n\nread("b.csv")', 14, "Reading"),
        ("prose", "As text::", 18, "Reading"),
        ("code", "a,b", 20, "Reading"),
        ("prose", ".. note:: Mind the\n   separator.", 22, "Reading"),
        ("prose", "The end.", 30, "Reading"),
    ]
    assert reading.blocks[1].language == "python"
    assert reading.blocks[3].lead == "As text::"


_ANY_TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs"], include_characters="\n\t"), max_size=200)


@given(
    st.lists(
        st.sampled_from(
            [
                "===",
                "---",
                "T",
                "para",
                "",
                "  ind",
                ".. code:: py",
                ".. note::",
                "x::",
                "..",
                ".. _t:",
                "   :o:",
                "::",
                "\t",
            ]
        ),
        max_size=25,
    ).map("\n".join)
    | _ANY_TEXT
)
def test_any_text_gives_blocks_with_as_many_lines_as_they_name(tmp_path_factory, text):
    path = tmp_path_factory.getbasetemp() / "any.rst"

    for block in RstReader().read(path, text.encode("utf-8", "replace"), ReadingLimits()).blocks:
        assert block.text.strip()
        assert block.text.count("\n") == block.span.end_line - block.span.start_line
