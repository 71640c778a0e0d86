"""Phrases that a person uses again and again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.domain.ids import new_id
from app.store.transaction import Transaction, columns


@dataclass(frozen=True)
class PhraseRow:
    """One phrase."""

    id: UUID
    text: str


class Phrases:
    """Everybody's own phrases."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def of(self, actor: Actor) -> tuple[PhraseRow, ...]:
        """List an actor's phrases, the oldest first."""
        sql = f"select {columns(PhraseRow)} from phrases where person = %(me)s order by at, id"
        return self._tx.records(PhraseRow, sql, _me(actor))

    def add(self, actor: Actor, text: str, at: datetime) -> UUID:
        """Keep a phrase."""
        phrase_id = new_id(0, at)
        order = "insert into phrases (county, id, person, text, at) values (0, %(id)s, %(me)s, %(text)s, %(at)s)"
        self._tx.write(order, _me(actor) | {"id": phrase_id, "text": text, "at": at})
        return phrase_id

    def drop(self, actor: Actor, phrase_id: UUID) -> bool:
        """Forget one of the actor's phrases; say whether it was there."""
        where = "where county = 0 and id = %(id)s and person = %(me)s"
        return bool(self._tx.write(f"delete from phrases {where}", _me(actor) | {"id": phrase_id}))


def _me(actor: Actor) -> dict[str, Any]:
    return {"me": actor.id}
