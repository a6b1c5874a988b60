"""Writes the API as OpenAPI 3.1: ``python -m jupyter_devassist.server.openapi > jupyter_devassist/openapi.json``."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from .. import __version__
from .operation import PREFIX, Operation
from .problems import Problem
from .routes import OPERATIONS

Json = dict[str, Any]


def document(operations: Iterable[Operation] = OPERATIONS) -> Json:
    """The whole API. Field names, defaults and limits come from the structs themselves."""
    operations = tuple(operations)
    types = [o.reply for o in operations] + [o.body for o in operations if o.body is not None]
    queries = [o.query for o in operations if o.query is not None]
    schemas, components = _components([*types, *queries, Problem])
    for query in queries:
        components.pop(query.__name__)
    for operation in operations:
        if operation.is_stream:  # a union has no name of its own: take the one its module knows it by
            name = next(name for name, value in operation.run.__globals__.items() if value == operation.reply)
            components[name] = schemas[operation.reply]
            schemas[operation.reply] = {"$ref": f"#/components/schemas/{name}"}
    paths: dict[str, Json] = {}
    for operation in operations:
        paths.setdefault("/" + operation.path, {})[operation.method.lower()] = _operation(operation, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "jupyter-devassist",
            "version": __version__,
            "description": "Paths of files are relative to the server's root, with forward slashes.",
        },
        "servers": [{"url": f"/{PREFIX}"}],
        "paths": paths,
        "components": {"schemas": dict(sorted(components.items()))},
    }


def _components(types: Iterable[object]) -> tuple[dict[object, Json], dict[str, Json]]:
    """Schemas by type, and components by name."""
    types = list(dict.fromkeys(types))
    schemas, components = msgspec.json.schema_components(
        types, schema_hook=_path_schema, ref_template="#/components/schemas/{name}"
    )
    return dict(zip(types, schemas, strict=True)), components


def _path_schema(kind: type) -> Json:
    if kind is Path:
        return {"type": "string", "description": "Relative to the server's root."}
    raise NotImplementedError(kind)


def _operation(operation: Operation, schemas: dict[object, Json]) -> Json:
    described: Json = {
        "operationId": operation.name,
        "summary": operation.summary,
        "x-resource": operation.resource,
        "x-action": operation.action,
        "responses": {
            "200": _reply(operation, schemas[operation.reply]),
            "default": {
                "description": "Refused",
                "content": {"application/json": {"schema": schemas[Problem]}},
            },
        },
    }
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"\{(\w+)\}", operation.path)
    ]
    if operation.query is not None:
        parameters += _query_parameters(operation.query)
    if parameters:
        described["parameters"] = parameters
    if operation.body is not None:
        described["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schemas[operation.body]}},
        }
    return described


def _query_parameters(query: type) -> list[Json]:
    _, components = _components([query])
    properties = components[query.__name__]["properties"]
    return [
        {"name": name, "in": "query", "required": False, "schema": _without_null(schema)}
        for name, schema in properties.items()
    ]


def _without_null(schema: Json) -> Json:
    """A parameter is left out, never null."""
    if "enum" in schema:
        return {"enum": [value for value in schema["enum"] if value is not None]}
    kinds = [kind for kind in schema.get("anyOf", []) if kind != {"type": "null"}]
    return kinds[0] if kinds else schema


def _reply(operation: Operation, schema: Json) -> Json:
    kind = "text/event-stream" if operation.is_stream else "application/json"
    what = "One event per `data:` line; the last is done or failed." if operation.is_stream else "The reply"
    return {"description": what, "content": {kind: {"schema": schema}}}


def text() -> str:
    """The document as it is committed."""
    return json.dumps(document(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(text())
