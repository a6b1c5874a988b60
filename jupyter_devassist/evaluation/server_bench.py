"""What the extension adds to an idle Jupyter server."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

import msgspec

from ..clock import Clock
from ..errors import AssistError
from ..values import Value
from .bench_setting import Setting
from .figures import Figure, at_most, measured
from .jupyter_process import jupyter_server

ROUNDS = 5
IDLE_SECONDS = 3.0
"""How long a server is left alone before it counts as idle."""
_IMPORTING = """
import json, sys, time
import psutil
import jupyter_server.serverapp
process = psutil.Process()
memory, start = process.memory_info().rss, time.process_time()
import jupyter_devassist.extension
cpu = time.process_time() - start
heavy = [name for name in sys.argv[1:] if name in sys.modules]
print(json.dumps({"cpu_seconds": cpu, "memory_mb": (process.memory_info().rss - memory) / 1e6, "heavy": heavy}))
"""
_HEAVY = ("alembic", "lancedb", "lxml", "numpy", "onnxruntime", "pyarrow", "sqlalchemy", "tantivy", "tokenizers")


class ImportCost(Value):
    """What importing the extension costs once jupyter_server is there."""

    cpu_seconds: float
    memory_mb: float
    heavy: list[str]
    """Heavy libraries that came with it."""


class ServerCost(Value):
    """A server that has started and has been left alone for a while."""

    ready_seconds: float
    cpu_seconds: float
    memory_mb: float


def bench(setting: Setting) -> list[Figure]:
    """Import the extension, and start servers with and without it by turns."""
    setting.say("importing the extension")
    imports = [import_cost() for _ in range(ROUNDS)]
    without: list[ServerCost] = []
    with_it: list[ServerCost] = []
    for number in range(ROUNDS):
        setting.say(f"starting servers, round {number + 1} of {ROUNDS}")
        for costs, with_extension in ((without, False), (with_it, True)):
            folder = setting.scratch / f"server-{number}-{with_extension}"
            costs.append(server_cost(folder, setting.clock, with_extension=with_extension))
    heavy = sorted({name for one in imports for name in one.heavy})
    note = f"imports {', '.join(heavy)}" if heavy else "no heavy library is imported"

    pairs = list(zip(without, with_it, strict=True))
    memory, bare_memory = added(pairs, lambda cost: cost.memory_mb)
    ready, bare_ready = added(pairs, lambda cost: cost.ready_seconds)
    cpu, _ = added(pairs, lambda cost: cost.cpu_seconds)
    return [
        measured(
            "import of the extension, CPU",
            median(one.cpu_seconds for one in imports),
            "s",
            bar=at_most(0.10),
            note=note,
        ),
        measured("import of the extension, memory", median(one.memory_mb for one in imports), "MB", bar=at_most(15.0)),
        measured(
            f"memory added to a server idle for {IDLE_SECONDS:.0f} s",
            memory,
            "MB",
            bar=at_most(15.0),
            rival=bare_memory,
            rival_name="jupyter server alone",
        ),
        measured(
            "time added until a server answers",
            ready,
            "s",
            bar=at_most(0.3),
            rival=bare_ready,
            rival_name="jupyter server alone",
            note=f"CPU time added {cpu:.2f} s",
        ),
    ]


def added(pairs: Sequence[tuple[ServerCost, ServerCost]], of: Callable[[ServerCost], float]) -> tuple[float, float]:
    """What the second of a pair costs more than the first, and what the first costs; medians over all pairs."""
    return median(of(after) - of(before) for before, after in pairs), median(of(before) for before, _ in pairs)


def import_cost() -> ImportCost:
    """Import the extension in a fresh interpreter."""
    command = [sys.executable, "-c", _IMPORTING, *_HEAVY]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        raise AssistError(f"The extension cannot be imported: {done.stderr.decode(errors='replace')[-300:]}")
    return msgspec.json.decode(done.stdout, type=ImportCost)


def server_cost(folder: Path, clock: Clock, *, with_extension: bool) -> ServerCost:
    """Start a server over an empty folder and leave it alone."""
    import psutil

    root = folder / "root"
    root.mkdir(parents=True)
    with jupyter_server(folder, folder / "home", root, clock, with_extension=with_extension) as server:
        time.sleep(IDLE_SECONDS)  # being idle is what is measured
        process = psutil.Process(server.pid)
        return ServerCost(
            ready_seconds=server.ready_seconds,
            cpu_seconds=sum(process.cpu_times()[:2]),
            memory_mb=process.memory_info().rss / 1e6,
        )
