"""Definitions: versions of diagrams, tables and forms. A version is kept as it was proposed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from app.domain.errors import Conflict, DefinitionNotFound
from app.domain.records import DefinitionRow
from app.domain.records_traffic import NewDefinition
from app.store.step_values import dumped
from app.store.transaction import Transaction, built, columns

_COLUMNS = columns(DefinitionRow)
FULL = f"select {_COLUMNS} from definitions"
BARE = f"select {columns(DefinitionRow, content=chr(39) * 2 + '::bytea')} from definitions"
ADD = f"""
insert into definitions (kind, key, number, sha256, content, name, name_en, pack, author, message, meta, state,
    proposed_at, decided_by, decided_at, published_at)
values (%(kind)s, %(key)s,
    (select coalesce(max(number), 0) + 1 from definitions where kind = %(kind)s and key = %(key)s),
    %(sha256)s, %(content)s, %(name)s, %(name_en)s, %(pack)s, %(author)s, %(message)s, %(meta)s::jsonb, %(state)s,
    %(at)s, %(decided_by)s, %(decided_at)s, %(published_at)s)
returning {_COLUMNS}"""

DECIDE = f"""
update definitions set state = %(state)s, decided_by = %(by)s, decided_at = %(at)s,
    published_at = case when %(publish)s then %(at)s::timestamptz end,
    meta = meta || jsonb_strip_nulls(jsonb_build_object('note', nullif(%(note)s::text, '')))
where kind = %(kind)s and key = %(key)s and number = %(number)s
    and (state = 'proposed' or (state = 'draft' and not %(publish)s))
returning {_COLUMNS}"""


class Definitions:
    """Every version of everything that the studio edits."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def current(self, kind: str, key: str) -> DefinitionRow:
        """Read the published version with the highest number.

        Raises:
            DefinitionNotFound: nothing is published under this key.
        """
        where = "kind = %(kind)s and key = %(key)s and state = 'published' order by number desc limit 1"
        return self._one(where, {"kind": kind, "key": key})

    def get(self, kind: str, key: str, number: int) -> DefinitionRow:
        """Read one version.

        Raises:
            DefinitionNotFound: there is none.
        """
        where = "kind = %(kind)s and key = %(key)s and number = %(number)s"
        return self._one(where, {"kind": kind, "key": key, "number": number})

    def list(self, kind: str) -> tuple[DefinitionRow, ...]:
        """List the current version of everything of a kind, without the files."""
        inner = "select distinct on (key) key, number from definitions where kind = %(kind)s and state = 'published'"
        sql = f"{BARE} where kind = %(kind)s and (key, number) in ({inner} order by key, number desc) order by key"
        return self._tx.records(DefinitionRow, sql, {"kind": kind})

    def versions(self, kind: str, key: str) -> tuple[DefinitionRow, ...]:
        """List all versions of one key, the newest first, without the files."""
        sql = f"{BARE} where kind = %(kind)s and key = %(key)s order by number desc"
        return self._tx.records(DefinitionRow, sql, {"kind": kind, "key": key})

    def proposed(self, limit: int = 200, *, drafts: bool = False) -> tuple[DefinitionRow, ...]:
        """List what waits for a decision, or the drafts, the oldest first, without the files."""
        sql = f"{BARE} where state = %(state)s order by proposed_at, kind, key, number limit %(limit)s"
        return self._tx.records(DefinitionRow, sql, {"limit": limit, "state": "draft" if drafts else "proposed"})

    def propose(self, new: NewDefinition, at: datetime, *, draft: bool = False) -> DefinitionRow:
        """Keep a new version that waits for a decision, or a draft that waits for its author."""
        _alone(self._tx)
        return _add(self._tx, new, at, "draft" if draft else "proposed")

    def decide(
        self, kind: str, key: str, number: int, *, publish: bool, by: str, at: datetime, note: str = ""
    ) -> DefinitionRow:
        """Publish or refuse a proposed version, or drop a draft; a note says why.

        Raises:
            DefinitionNotFound: there is none.
            Conflict: it was decided before.
        """
        _alone(self._tx)
        params = {
            "kind": kind, "key": key, "number": number, "publish": publish, "by": by, "at": at, "note": note,
            "state": "published" if publish else "refused",
        }  # fmt: skip
        row = self._tx.written(DECIDE, params)
        if row is None:
            found = self.get(kind, key, number)
            raise Conflict("This version was decided before.", state=found.state)
        if publish:
            _change_stamp(self._tx)
        return built(DefinitionRow, row)

    def publish_many(self, news: Iterable[NewDefinition], at: datetime) -> tuple[DefinitionRow, ...]:
        """Publish a set of versions at once; what equals its current version is left alone.

        Returns:
            The versions that are new.
        """
        _alone(self._tx)
        added = []
        for new in news:
            sql = """select sha256 from definitions where kind = %(kind)s and key = %(key)s and state = 'published'
                order by number desc limit 1"""
            if self._tx.value(sql, {"kind": new.kind, "key": new.key}) != new.sha256:
                added.append(_add(self._tx, new, at, "published"))
        if added:
            _change_stamp(self._tx)
        return tuple(added)

    def current_numbers(self) -> dict[tuple[str, str], int]:
        """Read what new cases use: {(kind, key): number}."""
        sql = "select kind, key, max(number) from definitions where state = 'published' group by kind, key"
        return {(kind, key): number for kind, key, number in self._tx.rows(sql)}

    def stamp(self) -> int:
        """Read a number that changes whenever anything is published."""
        return int(self._tx.value("select stamp from publication where id = 1"))

    def _one(self, where: str, params: dict[str, Any]) -> DefinitionRow:
        row = self._tx.first(f"{FULL} where {where}", params)
        if row is None:
            raise DefinitionNotFound(**params)
        return built(DefinitionRow, row)


def _add(tx: Transaction, new: NewDefinition, at: datetime, state: str) -> DefinitionRow:
    published = state == "published"
    params = vars(new) | {
        "meta": dumped(dict(new.meta)),
        "at": at,
        "state": state,
        "decided_by": new.author if published else "",
        "decided_at": at if published else None,
        "published_at": at if published else None,
    }
    row = tx.written(ADD, params)
    assert row is not None
    return built(DefinitionRow, row)


def _change_stamp(tx: Transaction) -> None:
    tx.write("update publication set stamp = stamp + 1 where id = 1")


def _alone(tx: Transaction) -> None:
    """Number versions one writer at a time; readers are not held up."""
    tx.run("lock table definitions in share row exclusive mode")
