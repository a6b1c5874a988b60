"""Writes the API's replies as typed dictionaries for the kernel side, which must not import this package:
``python -m jupyter_devassist.server.typed_dicts > kernel_magics/wire.py``."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from typing import Any

from .openapi import document

Json = dict[str, Any]

WANTED = ("AnswerEvent", "Job", "SearchResult", "Status")
"""What the magics read; everything these refer to comes along."""

HEADER = '''"""Replies of the API as typed dictionaries. Generated: change the structs, not this file."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict
'''

_SCALARS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}


def text() -> str:
    """The module as it is committed."""
    schemas: dict[str, Json] = document()["components"]["schemas"]
    names = sorted(_closure(WANTED, schemas))
    structs = [_struct(name, schemas[name]) for name in names if "properties" in schemas[name]]
    unions = [f"{name} = {_type(schemas[name])}\n" for name in names if "properties" not in schemas[name]]
    return "\n\n".join([HEADER, *structs]) + "\n\n" + "\n".join(unions)


def _closure(names: Iterable[str], schemas: dict[str, Json]) -> set[str]:
    reached: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += re.findall(r"'#/components/schemas/(\w+)'", str(schemas[name]))
    return reached


def _struct(name: str, schema: Json) -> str:
    required = set(schema.get("required", ()))
    lines = [f"class {name}(TypedDict):"]
    for field, kind in schema["properties"].items():
        annotation = _type(kind)
        lines.append(f"    {field}: {annotation if field in required else f'NotRequired[{annotation}]'}")
    return "\n".join(lines) + "\n"


def _type(schema: Json) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " | ".join(_type(kind) for kind in schema["anyOf"])
    if "enum" in schema:
        return f"Literal[{', '.join(_literal(value) for value in schema['enum'])}]"
    if schema.get("type") == "array":
        return f"list[{_type(schema.get('items', {}))}]"
    if schema.get("type") == "object":
        return f"dict[str, {_type(schema.get('additionalProperties', {}))}]"
    return _SCALARS.get(schema.get("type", ""), "object")


def _literal(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(value)


if __name__ == "__main__":
    sys.stdout.write(text())
