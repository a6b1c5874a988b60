"""How answers are kept, with the passages they rest on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.sqlite import insert

from ..storage.tables import answers
from ..values import AnswerId
from .model import Answer, AnswerPage, AnswerSummary

if TYPE_CHECKING:
    from ..storage.database import Database


class AnswerStore:
    """Answers by owner; an id of somebody else's answer is as unknown as one that never was."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, owner: str, answer: Answer) -> None:
        values = {
            "id": answer.id,
            "owner": owner,
            "question": answer.question,
            "text": answer.text,
            "supported": answer.supported,
            "model": answer.model,
            "citation_count": len(answer.citations),
            "confidence": answer.confidence,
            "state": answer.state,
            "payload": msgspec.to_builtins(answer, enc_hook=str),
            "created_at": answer.created_at,
        }
        with self._database.write() as connection:
            connection.execute(insert(answers).values(values).on_conflict_do_update(index_elements=["id"], set_=values))

    def get(self, owner: str, answer_id: AnswerId) -> Answer | None:
        query = select(answers.c.payload).where(answers.c.id == answer_id, answers.c.owner == owner)
        with self._database.read() as connection:
            payload = connection.execute(query).scalar_one_or_none()
        return None if payload is None else msgspec.convert(payload, Answer, dec_hook=_path)

    def page(self, owner: str, contains: str, offset: int, limit: int) -> AnswerPage:
        """Newest first."""
        mine = answers.c.owner == owner
        if contains:
            mine &= answers.c.question.icontains(contains, autoescape=True) | answers.c.text.icontains(
                contains, autoescape=True
            )
        columns = (
            answers.c.id,
            answers.c.question,
            answers.c.supported,
            answers.c.citation_count,
            answers.c.created_at,
        )
        query = select(*columns).where(mine).order_by(answers.c.created_at.desc()).offset(offset).limit(limit)
        with self._database.read() as connection:
            total = connection.execute(select(func.count()).select_from(answers).where(mine)).scalar_one()
            items = tuple(
                msgspec.convert({name: row._mapping[name] for name in AnswerSummary.__struct_fields__}, AnswerSummary)
                for row in connection.execute(query)
            )
        return AnswerPage(items=items, total=total)

    def delete(self, owner: str, answer_id: AnswerId) -> bool:
        """Delete for good; false when there was no such answer."""
        query = delete(answers).where(answers.c.id == answer_id, answers.c.owner == owner)
        with self._database.write() as connection:
            return connection.execute(query).rowcount > 0


def _path(kind: type, value: object) -> object:
    """Read back the only type that JSON does not know."""
    return kind(value)
