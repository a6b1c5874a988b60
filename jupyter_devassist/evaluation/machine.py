"""What a measurement was made on."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from datetime import datetime
from pathlib import Path

from ..clock import Clock
from ..values import Value

_LIBRARIES = ("jupyter_server", "jupyterlab", "lancedb", "numpy", "onnxruntime", "sqlalchemy", "tantivy", "tokenizers")


class Machine(Value):
    processor: str
    cores: int
    memory_gb: float
    system: str
    python: str
    libraries: dict[str, str]
    load: float | None
    """What else was running when the measurement began: the system's load over the last minute."""
    measured_at: datetime


def this_machine(clock: Clock) -> Machine:
    import psutil

    return Machine(
        processor=_processor(),
        cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        memory_gb=round(psutil.virtual_memory().total / 1e9, 1),
        system=f"{platform.system()} {platform.release()} {platform.machine()}",
        python=platform.python_version(),
        libraries={name: version for name in _LIBRARIES if (version := _version(name))},
        load=round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        measured_at=clock.now(),
    )


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())
