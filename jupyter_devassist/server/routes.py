"""From operations to Tornado's routes."""

from __future__ import annotations

import re
from collections import defaultdict

from . import chat, jobs, knowledge, status
from .handler import Door, OperationHandler
from .operation import PREFIX, Operation, operations_of

OPERATIONS = operations_of((status, knowledge, chat, jobs))

Route = tuple[str, type[OperationHandler], dict[str, object]]


def routes(door: Door) -> list[Route]:
    """One route for each path, below the server's base URL, with the operations of its methods."""
    by_path: defaultdict[str, dict[str, Operation]] = defaultdict(dict)
    for operation in OPERATIONS:
        by_path[operation.path][operation.method] = operation
    return [
        (pattern(path), OperationHandler, {"door": door, "operations": operations})
        for path, operations in by_path.items()
    ]


def pattern(path: str) -> str:
    """A regular expression that takes ids for the parts in braces."""
    return f"/{PREFIX}/" + re.sub(r"\{\w+\}", r"([0-9A-Za-z_-]{1,64})", path)
