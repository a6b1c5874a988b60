"""Finds functions, classes and their like in source code, with the grammars of tree-sitter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from ...clock import Clock

if TYPE_CHECKING:
    from tree_sitter import Language, Node

_GRAMMARS = {
    "c": ("tree_sitter_c", "language"),
    "cpp": ("tree_sitter_cpp", "language"),
    "go": ("tree_sitter_go", "language"),
    "java": ("tree_sitter_java", "language"),
    "javascript": ("tree_sitter_javascript", "language"),
    "julia": ("tree_sitter_julia", "language"),
    "python": ("tree_sitter_python", "language"),
    "rust": ("tree_sitter_rust", "language"),
    "sql": ("tree_sitter_sql", "language"),
    "tsx": ("tree_sitter_typescript", "language_tsx"),
    "typescript": ("tree_sitter_typescript", "language_typescript"),
}
_WORDS = {
    "abstract_class_declaration": "class",
    "abstract_definition": "abstract type",
    "annotation_type_declaration": "@interface",
    "class_declaration": "class",
    "class_definition": "class",
    "class_specifier": "class",
    "constructor_declaration": "constructor",
    "create_function": "create function",
    "create_index": "create index",
    "create_materialized_view": "create materialized view",
    "create_procedure": "create procedure",
    "create_table": "create table",
    "create_trigger": "create trigger",
    "create_type": "create type",
    "create_view": "create view",
    "enum_declaration": "enum",
    "enum_item": "enum",
    "enum_specifier": "enum",
    "function_declaration": "function",
    "function_definition": "function",
    "function_item": "fn",
    "function_signature": "function",
    "generator_function_declaration": "function",
    "impl_item": "impl",
    "interface_declaration": "interface",
    "internal_module": "namespace",
    "macro_definition": "macro",
    "method_declaration": "method",
    "method_definition": "method",
    "mod_item": "mod",
    "module": "module",
    "module_definition": "module",
    "namespace_definition": "namespace",
    "record_declaration": "record",
    "struct_definition": "struct",
    "struct_item": "struct",
    "struct_specifier": "struct",
    "trait_item": "trait",
    "type_alias_declaration": "type",
    "type_definition": "typedef",
    "type_item": "type",
    "type_spec": "type",
    "union_item": "union",
    "union_specifier": "union",
}
_WORDS_OF = {
    ("python", "function_definition"): "def",
    ("go", "function_declaration"): "func",
    ("go", "method_declaration"): "func",
}
_HOLDERS = frozenset(
    "abstract_class_declaration class_declaration class_definition class_specifier enum_declaration impl_item "
    "interface_declaration internal_module mod_item module module_definition namespace_definition record_declaration "
    "struct_specifier trait_item".split()
)
"""Definitions whose own definitions are looked for."""
_WRAPPERS = frozenset(
    "ambient_declaration decorated_definition export_statement expression_statement statement template_declaration "
    "type_declaration".split()
)
"""Nodes that lend a definition their extent: its decorators, ``export``, ``template <...>``."""
_TRANSPARENT = frozenset(
    "declaration_list enum_body_declarations linkage_specification preproc_else preproc_if preproc_ifdef".split()
)
"""Nodes whose children count as if they stood one level up."""
_FUNCTION_VALUES = frozenset("arrow_function class function_expression generator_function".split())
_LEADING = frozenset("attribute_item block_comment comment line_comment".split())
_DEEPEST = 12
_LONGEST_NAME = 80
_PART_BYTES = 1_024
_SECONDS = 0.5
"""Of processor time: grammars recover from some broken sources in quadratic time, holding the interpreter meanwhile."""


class Definition(NamedTuple):
    """Rows count from 0; ``last_row`` is included."""

    label: str
    first_row: int
    last_row: int
    inner: tuple[Definition, ...]


def has_grammar(language: str) -> bool:
    return language in _GRAMMARS


def find_definitions(source: str, language: str) -> tuple[Definition, ...] | None:
    """The outermost definitions in order, or nothing when the source takes too long to parse."""
    from tree_sitter import Parser

    content = source.encode("utf-8", errors="replace")
    clock = Clock()
    deadline = clock.thread_seconds() + _SECONDS
    late = False

    def part(offset: int, _point: object) -> bytes:
        nonlocal late
        late = late or clock.thread_seconds() > deadline
        return b"" if late else content[offset : offset + _PART_BYTES]

    # One parser for each text: while it asks for the next part, another thread may want to parse.
    tree = Parser(_grammar(language)).parse(part)
    return None if late else tuple(_among(tree.root_node.named_children, language, 0))


@cache
def _grammar(language: str) -> Language:
    from tree_sitter import Language

    module, function = _GRAMMARS[language]
    return Language(getattr(import_module(module), function)())


def _among(nodes: Iterable[Node], language: str, depth: int) -> Iterator[Definition]:
    """Definitions among siblings, each with the comments and attributes right above it."""
    if depth > _DEEPEST:
        return
    leading_from = previous_last = -1
    for node in nodes:
        first, last = node.start_point[0], _last_row(node)
        if _leads(node, language) and first != previous_last:
            leading_from = leading_from if leading_from >= 0 and first <= previous_last + 1 else first
            previous_last = last
            continue
        found = _definition(node, language, depth)
        if found is not None:
            if leading_from >= 0 and first <= previous_last + 1:
                found = found._replace(first_row=leading_from)
            yield found
        elif node.type in _TRANSPARENT:
            yield from _among(node.named_children, language, depth + 1)
        leading_from, previous_last = -1, last


def _definition(node: Node, language: str, depth: int) -> Definition | None:
    if node.type in _WRAPPERS:
        inner = [each for child in node.named_children if (each := _definition(child, language, depth + 1))]
        if len(inner) != 1:
            return None
        return inner[0]._replace(first_row=node.start_point[0], last_row=_last_row(node))
    label = _label(node, language) if depth <= _DEEPEST else None
    if label is None:
        return None
    inside: tuple[Definition, ...] = ()
    if node.type in _HOLDERS:
        body = node.child_by_field_name("body") or node
        inside = tuple(_among(body.named_children, language, depth + 1))
    return Definition(label, node.start_point[0], _last_row(node), inside)


def _label(node: Node, language: str) -> str | None:
    """What a definition is called under headings: ``class Foo``, ``def bar``."""
    if node.type in ("lexical_declaration", "variable_declaration", "field_definition", "public_field_definition"):
        return _label_of_value(node)
    if node.type == "assignment":
        return _label_of_short_function(node) if language == "julia" else None
    word = _WORDS_OF.get((language, node.type)) or _WORDS.get(node.type)
    if word is None or (node.type.endswith("_specifier") and node.child_by_field_name("body") is None):
        return None
    if node.type == "module" and node.child_by_field_name("body") is None:
        return None
    return f"{word} {_name(node, language)}".strip()


def _name(node: Node, language: str) -> str:
    if node.type == "impl_item":
        parts = [node.child_by_field_name("trait"), node.child_by_field_name("type")]
        return " for ".join(_text(part) for part in parts if part)
    if language == "go" and (receiver := node.child_by_field_name("receiver")):
        return f"{_text(receiver)} {_text(node.child_by_field_name('name'))}"
    if name := node.child_by_field_name("name"):
        return _text(name)
    if node.child_by_field_name("declarator"):
        return _declared(node)
    for child in node.named_children:
        if child.type == "object_reference":
            return _text(child)
        if child.type in ("signature", "type_head"):
            return re.split(r"[({<\s]", _text(child), maxsplit=1)[0]
    return ""


def _declared(node: Node) -> str:
    """The name inside C's declarators: ``int *(*f(void))``."""
    for _ in range(_DEEPEST):
        below = node.child_by_field_name("declarator")
        if below is None:
            break
        node = below
    return _text(node)


def _label_of_value(node: Node) -> str | None:
    """``const f = () => ...`` defines a function as much as ``function f`` does."""
    declarators = [child for child in node.named_children if child.type == "variable_declarator"] or [node]
    value = declarators[0].child_by_field_name("value")
    if len(declarators) != 1 or value is None or value.type not in _FUNCTION_VALUES:
        return None
    name = declarators[0].child_by_field_name("name") or declarators[0].child_by_field_name("property")
    return f"{'class' if value.type == 'class' else 'function'} {_text(name)}"


def _label_of_short_function(node: Node) -> str | None:
    left = node.named_children[0] if node.named_children else None
    if left is None or left.type not in ("call_expression", "where_expression", "typed_expression"):
        return None
    if "(" not in (text := _text(left)):
        return None
    return f"function {text.partition('(')[0]}"


def _leads(node: Node, language: str) -> bool:
    """Whether a node belongs to the definition below it."""
    return node.type in _LEADING or (language == "julia" and node.type == "string_literal")


def _last_row(node: Node) -> int:
    row, column = node.end_point
    return row - 1 if column == 0 and row > node.start_point[0] else row


def _text(node: Node | None) -> str:
    if node is None or node.text is None:
        return ""
    return " ".join(node.text[: 4 * _LONGEST_NAME].decode("utf-8", errors="replace").split())[:_LONGEST_NAME]
