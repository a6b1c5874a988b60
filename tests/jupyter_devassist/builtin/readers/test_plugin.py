from __future__ import annotations

from pathlib import Path

from jupyter_devassist.builtin.readers import all_readers
from jupyter_devassist.knowledge.reading import reader_for
from jupyter_devassist.plugins import Plugins


def test_our_readers_come_through_the_public_hook_in_the_order_in_which_they_are_asked():
    plugins = Plugins(installed=False)

    assert [type(reader) for reader in plugins.readers()] == [type(reader) for reader in all_readers()]
    assert plugins.failures == []


def test_a_script_with_cells_is_told_from_plain_code_by_its_content():
    readers = Plugins(installed=False).readers()

    assert type(reader_for(Path("/a.py"), readers, b"# %%\nx = 1\n")).__name__ == "PercentReader"
    assert type(reader_for(Path("/a.py"), readers, b"x = 1\n")).__name__ == "CodeReader"
