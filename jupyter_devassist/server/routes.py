"""From operations to Tornado's routes."""

from __future__ import annotations

import re
from collections import defaultdict

from jupyter_server.utils import url_path_join

from . import chat, jobs, knowledge, status
from .handler import Door, OperationHandler
from .operation import Operation, operations_of

PREFIX = "devassist/api"
OPERATIONS = operations_of((status, knowledge, chat, jobs))

Route = tuple[str, type[OperationHandler], dict[str, object]]


def routes(base_url: str, door: Door) -> list[Route]:
    """One route for each path, with the operations of its methods."""
    by_path: defaultdict[str, dict[str, Operation]] = defaultdict(dict)
    for operation in OPERATIONS:
        by_path[operation.path][operation.method] = operation
    return [
        (pattern(base_url, path), OperationHandler, {"door": door, "operations": operations})
        for path, operations in by_path.items()
    ]


def pattern(base_url: str, path: str) -> str:
    """A regular expression that takes ids for the parts in braces."""
    return re.escape(url_path_join(base_url, PREFIX)) + "/" + re.sub(r"\{\w+\}", r"([0-9A-Za-z_-]{1,64})", path)
