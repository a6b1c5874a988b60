"""Collections by rule, the memberships that follow from the rules, and what a search is limited to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from pathspec import GitIgnoreSpec, Pattern
from sqlalchemy import ColumnElement, Connection, delete, exists, func, insert, or_, select, update

from ...errors import Conflict, InvalidInput, NotFound
from ...storage.tables import collections, documents, memberships, sources
from ...values import CollectionId
from ..globs import compiled
from ..model import Collection, Filters
from .rows import below, member_count, path_text, to_collection

if TYPE_CHECKING:
    from .rows import AnyRow

_IDS_PER_QUERY = 10_000


class _Rule(NamedTuple):
    pattern: Pattern
    is_anchored: bool


class Rules:
    """Include and exclude globs in gitignore's language.

    A rule sees a file by its path within the source it came with, with and without the source's own
    name; a rule that begins with a slash is also tried as an absolute path.
    """

    def __init__(self, include: Sequence[str], exclude: Sequence[str]) -> None:
        self._include = _compiled("include", include)
        self._exclude = _compiled("exclude", exclude)

    def match(self, path: str, source_paths: Sequence[str]) -> bool:
        names = list(_names(path, source_paths))
        return _match(self._include, path, names) and not _match(self._exclude, path, names)


def list_collections(connection: Connection) -> tuple[Collection, ...]:
    rows = connection.execute(select(collections, member_count).order_by(func.lower(collections.c.name)))
    return tuple(to_collection(row) for row in rows)


def collection(connection: Connection, name_or_id: str) -> Collection:
    return to_collection(_row(connection, name_or_id))


def create_collection(
    connection: Connection,
    collection_id: CollectionId,
    name: str,
    include: Sequence[str],
    exclude: Sequence[str],
    now: datetime,
) -> Collection:
    name = _free_name(connection, name, None)
    Rules(include, exclude)
    values = {"id": collection_id, "name": name, "include": list(include), "exclude": list(exclude), "created_at": now}
    connection.execute(insert(collections).values(values))
    _refill(connection, _row(connection, collection_id))
    return collection(connection, collection_id)


def change_collection(
    connection: Connection, collection_id: CollectionId, name: str, include: Sequence[str], exclude: Sequence[str]
) -> Collection:
    key = _row(connection, collection_id).key
    name = _free_name(connection, name, key)
    Rules(include, exclude)
    values = {"name": name, "include": list(include), "exclude": list(exclude)}
    connection.execute(update(collections).where(collections.c.key == key).values(values))
    _refill(connection, _row(connection, collection_id))
    return collection(connection, collection_id)


def delete_collection(connection: Connection, collection_id: CollectionId) -> None:
    key = _row(connection, collection_id).key
    connection.execute(delete(collections).where(collections.c.key == key))


def place_documents(connection: Connection, document_keys: Sequence[int]) -> None:
    """Work out anew which collections these documents are in."""
    ruled = connection.execute(select(collections.c.key, collections.c.include, collections.c.exclude)).all()
    if not ruled:
        return
    source_paths = _source_paths(connection)
    rows = connection.execute(select(documents.c.key, documents.c.path).where(documents.c.key.in_(document_keys))).all()
    connection.execute(delete(memberships).where(memberships.c.document_key.in_(document_keys)))
    found = [
        {"collection_key": rule.key, "document_key": row.key}
        for rule in ruled
        for rules in [Rules(rule.include, rule.exclude)]
        for row in rows
        if rules.match(row.path, source_paths)
    ]
    if found:
        connection.execute(insert(memberships), found)


def place_all(connection: Connection) -> None:
    """Work out every membership anew, after the sources have changed."""
    for row in connection.execute(select(collections)).all():
        _refill(connection, row)


def document_keys(connection: Connection, filters: Filters, root: Path) -> list[int] | None:
    """Which documents a search is limited to; none when it is not limited at all."""
    wanted: list[ColumnElement[bool]] = []
    if filters.kinds:
        wanted.append(documents.c.kind.in_(filters.kinds))
    if filters.languages:
        wanted.append(func.lower(documents.c.language).in_([language.lower() for language in filters.languages]))
    if filters.collections:
        keys = [_row(connection, name).key for name in filters.collections]
        wanted.append(
            documents.c.key.in_(select(memberships.c.document_key).where(memberships.c.collection_key.in_(keys)))
        )
    if _has_others(connection, root):
        wanted.append(below(documents.c.path, root))
    if not wanted and not filters.paths:
        return None
    rows = connection.execute(select(documents.c.key, documents.c.path).where(*wanted).order_by(documents.c.key))
    if not filters.paths:
        return [row.key for row in rows]
    spec = _spec("paths", filters.paths)
    base = path_text(root).rstrip("/") + "/"
    return [row.key for row in rows if spec.match_file(row.path.removeprefix(base))]


def _has_others(connection: Connection, root: Path) -> bool:
    text = path_text(root).rstrip("/")
    outside = or_(documents.c.path < f"{text}/", documents.c.path >= f"{text}0")
    return bool(connection.execute(select(exists().where(outside))).scalar())


def _refill(connection: Connection, row: AnyRow) -> None:
    rules, source_paths = Rules(row.include, row.exclude), _source_paths(connection)
    connection.execute(delete(memberships).where(memberships.c.collection_key == row.key))
    found = [
        {"collection_key": row.key, "document_key": document.key}
        for document in connection.execute(select(documents.c.key, documents.c.path))
        if rules.match(document.path, source_paths)
    ]
    if found:
        connection.execute(insert(memberships), found)


def _row(connection: Connection, name_or_id: str) -> AnyRow:
    row = connection.execute(
        select(collections, member_count)
        .where(or_(collections.c.id == name_or_id, collections.c.name == name_or_id))
        .order_by(collections.c.id != name_or_id)
    ).first()
    if row is None:
        raise NotFound(f"There is no collection named {name_or_id!r}; the library panel lists those there are.")
    return row


def _free_name(connection: Connection, name: str, own_key: int | None) -> str:
    name = name.strip()
    if not name:
        raise InvalidInput("name: a collection needs a name.")
    taken = connection.execute(select(collections.c.key).where(func.lower(collections.c.name) == name.lower())).scalar()
    if taken is not None and taken != own_key:
        raise Conflict(f"name: there is a collection named {name!r} already; choose another name.")
    return name


def _source_paths(connection: Connection) -> list[str]:
    return list(connection.execute(select(sources.c.path)).scalars())


def _names(path: str, source_paths: Sequence[str]) -> Iterator[str]:
    for source in source_paths:
        if path.startswith(source.rstrip("/") + "/"):
            yield path[len(source.rstrip("/")) + 1 :]
        if path == source or path.startswith(source.rstrip("/") + "/"):
            yield PurePosixPath(path).relative_to(PurePosixPath(source).parent).as_posix()


def _match(rules: Sequence[_Rule], path: str, names: Sequence[str]) -> bool:
    """Whether the last rule that fits any of the file's names takes it in."""
    for rule in reversed(rules):
        seen = [*names, path.lstrip("/")] if rule.is_anchored else names
        if any(rule.pattern.match_file(name) for name in seen):
            return bool(rule.pattern.include)
    return False


def _compiled(field: str, rules: Sequence[str]) -> list[_Rule]:
    compiled = [
        _Rule(_spec(field, [rule]).patterns[0], rule.lstrip("!").startswith("/")) for rule in rules if rule.strip()
    ]
    return [rule for rule in compiled if rule.pattern.include is not None]


def _spec(field: str, rules: Sequence[str]) -> GitIgnoreSpec:
    try:
        return compiled(rules)
    except ValueError as error:
        raise InvalidInput(f"{field}: {error}; write globs as in a .gitignore file.") from None
