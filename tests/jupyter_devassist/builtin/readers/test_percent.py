from __future__ import annotations

SCRIPT = """\
# ---
# jupyter:
#   jupytext: {}
# ---

# %% [markdown]
# # Cleaning
# Drop what is missing.

# %% tags=["x"]

df.dropna()

# %% Fill the rest
df.fillna(0)

# %% [md]
\"\"\"
## After
All filled.
\"\"\"
# %%
df.info()
"""


def test_cells_of_a_script_keep_the_lines_of_the_file(read):
    reading = read("clean.py", SCRIPT)

    assert reading.kind == "code"
    assert reading.title == "Cleaning"
    found = [(block.kind, block.text, block.span.start_line, block.lead, block.heading) for block in reading.blocks]
    assert found == [
        ("prose", "Drop what is missing.", 8, "", ("Cleaning",)),
        ("code", "df.dropna()", 12, "Drop what is missing.", ("Cleaning",)),
        ("code", "df.fillna(0)", 15, "Fill the rest", ("Cleaning",)),
        ("prose", "All filled.", 20, "", ("Cleaning", "After")),
        ("code", "df.info()", 23, "All filled.", ("Cleaning", "After")),
    ]
    assert all(block.span.cell_id is None for block in reading.blocks)


def test_a_script_without_cells_is_plain_code(read):
    assert read("plain.py", "x = 5 %% 2\ny = '# %% no'\n").blocks[0].text.startswith("x = 5")


def test_other_languages_have_their_own_comment_mark(read):
    reading = read("model.jl", "# %% [markdown]\n# Prose.\n# %%\nf(x) = x\n")

    assert [(block.kind, block.language) for block in reading.blocks] == [("prose", None), ("code", "julia")]
