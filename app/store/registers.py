"""Rows of declared registers: one table for all of them."""

import hashlib
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import Invalid
from app.domain.facts import canonical
from app.domain.ids import county_of
from app.domain.records import Page
from app.domain.records_registers import Hand, RegisterChange, RegisterRow
from app.domain.registers import Condition, Register, RegisterField, RowTaken, StaleRow
from app.store.register_sql import Question, Sort, order, ordering, search_text
from app.store.step_values import dumped
from app.store.transaction import Transaction, built, columns

LARGEST = 5000
_READ = f"select {columns(RegisterRow, 'r')} from register_rows r"
_IN_ORDER: Sort = (None, False)

#: a row is written only if nobody else has one of its keys; what was taken in vain is given back by the caller
ADD = """
with taken as (
    insert into register_keys (register, digest, county, row_id)
    select %(register)s, d, %(county)s, %(id)s from unnest(%(digests)s::bytea[]) d order by d
    on conflict do nothing returning digest),
made as (
    insert into register_rows (county, id, register, unit, version, data, search, created_at, created_by, created_name,
        changed_at, changed_by, changed_name)
    select %(county)s, %(id)s, %(register)s, %(unit)s, 1, %(data)s::jsonb, %(search)s, %(at)s, %(actor)s, %(name)s,
        %(at)s, %(actor)s, %(name)s
    where (select count(*) from taken) = cardinality(%(digests)s::bytea[])
    on conflict do nothing returning county, id),
told as (
    insert into register_changes (county, row_id, version, register, at, actor, actor_name, role, unit, case_id,
        changes, reason)
    select county, id, 1, %(register)s, %(at)s, %(actor)s, %(name)s, %(role)s, %(seat)s, %(case)s, %(changes)s::jsonb,
        %(reason)s from made)
select (select count(*) from made), (select array_agg(digest) from taken)"""

TAKE = """
insert into register_keys (register, digest, county, row_id)
select %(register)s, d, %(county)s, %(id)s from unnest(%(digests)s::bytea[]) d order by d
on conflict do nothing returning digest"""
#: a row from before a key was declared has none, and another row may have it
GIVE_BACK = """
delete from register_keys where register = %(register)s and digest = any(%(digests)s::bytea[]) and row_id = %(id)s"""

CHANGE = """
with changed as (
    update register_rows set unit = %(unit)s, version = version + 1, data = %(data)s::jsonb, search = %(search)s,
        changed_at = %(at)s, changed_by = %(actor)s, changed_name = %(name)s
    where county = %(county)s and id = %(id)s and version = %(version)s returning county, id, version)
insert into register_changes (county, row_id, version, register, at, actor, actor_name, role, unit, case_id, changes,
    reason)
select county, id, version, %(register)s, %(at)s, %(actor)s, %(name)s, %(role)s, %(seat)s, %(case)s, %(changes)s::jsonb,
    %(reason)s from changed"""

RETIRE = CHANGE.replace("changed_at = %(at)s", "changed_at = %(at)s, retired_at = %(at)s")
RESTORE = CHANGE.replace("changed_at = %(at)s", "changed_at = %(at)s, retired_at = null")


class Registers:
    """Rows of every register."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def find(
        self, register: Register, conditions: Iterable[Condition] = (), *, actor: Actor | None = None, q: str = "",
        sort: Sort = _IN_ORDER, after: str | None = None, limit: int = 50, retired: bool = False,
    ) -> Page[RegisterRow]:  # fmt: skip
        """List rows.

        Args:
            actor: sees only what is his to see; None is a diagram.
            q: part of what the register searches.
            retired: those out of use instead of those in use.

        Raises:
            Invalid: `after` is no cursor of this list.
        """
        limit = max(0, min(limit, LARGEST))
        asked = Question(register, conditions, q=q, retired=retired).seen_by(actor)
        if after:
            asked.after(after, sort)
        sql = f"{_READ} where {asked.sql} order by {ordering(sort, narrow=asked.narrow)} limit {limit + 1}"
        rows = self._tx.records(RegisterRow, sql, asked.params)
        more = len(rows) > limit > 0
        return Page(rows[:limit], asked.end(rows[limit - 1], sort) if more else None)

    def count(
        self, register: Register, conditions: Iterable[Condition] = (), *, actor: Actor | None = None, q: str = "",
        retired: bool = False,
    ) -> int:  # fmt: skip
        """Count rows."""
        asked = Question(register, conditions, q=q, retired=retired).seen_by(actor)
        return int(self._tx.value(f"select count(*) from register_rows r where {asked.sql}", asked.params))

    def sum(
        self, register: Register, field: RegisterField, conditions: Iterable[Condition] = (), *,
        actor: Actor | None = None, q: str = "", retired: bool = False,
    ) -> tuple[Decimal, int]:  # fmt: skip
        """Add up a number field, exactly; also count the rows that have one."""
        asked = Question(register, conditions, q=q, retired=retired).seen_by(actor)
        value = order(field)
        sql = f"select coalesce(sum({value}), 0)::text, count({value}) from register_rows r where {asked.sql}"
        total, count = self._tx.first(sql, asked.params)
        return Decimal(total), int(count)

    def get(
        self, register: Register, row_id: UUID, *, actor: Actor | None = None, lock: bool = False
    ) -> RegisterRow | None:
        """Read a row that somebody may see, or None; locked, nobody else changes it meanwhile.

        People read rows out of use too, diagrams only those in use.
        """
        retired = False if actor is None else None
        asked = Question(register, (Condition("id", None, (str(row_id),)),), retired=retired).seen_by(actor)
        row = self._tx.first(f"{_READ} where {asked.sql}{' for update' if lock else ''}", asked.params)
        return None if row is None else built(RegisterRow, row)

    def add(self, register: Register, row_id: UUID, unit: str, data: Mapping[str, Any], hand: Hand) -> bool:
        """Add a row; False where there is one with this id.

        Raises:
            RowTaken: another row has the same values where the register wants them to be unique.
        """
        digests = keys_of(register, unit, data)
        params = _written(register, row_id, unit, data, hand) | {"digests": sorted(digests)}
        params["changes"] = dumped({"unit": [None, unit], **{name: [None, value] for name, value in data.items()}})
        made, taken = self._tx.written(ADD, params)
        if made:
            return True
        self._give_back(register, row_id, taken or ())
        _refuse(digests, taken or ())
        return False

    def change(self, register: Register, row: RegisterRow, unit: str, data: Mapping[str, Any], hand: Hand) -> None:
        """Write a row's new values; nothing is written where nothing changes.

        Raises:
            StaleRow: somebody has changed it since it was read.
            RowTaken: another row has the same values where the register wants them to be unique.
        """
        changes = {name: [row.data.get(name), data.get(name)] for name in sorted({*row.data, *data})
                   if row.data.get(name) != data.get(name)}  # fmt: skip
        if unit != row.unit:
            changes["unit"] = [row.unit, unit]
        if not changes:
            return
        before, now = keys_of(register, row.unit, row.data), keys_of(register, unit, data)
        fresh = {digest: names for digest, names in now.items() if digest not in before}
        params = _written(register, row.id, unit, data, hand) | {"version": row.version, "changes": dumped(changes)}
        self._take(register, row.id, fresh, params)
        self._give_back(register, row.id, [digest for digest in before if digest not in now])
        if not self._tx.write(CHANGE, params):
            raise StaleRow(version=row.version)

    def retire(self, register: Register, row: RegisterRow, hand: Hand) -> None:
        """Take a row out of use; what it had for itself alone, another row may have.

        Raises:
            StaleRow: somebody has changed it since it was read.
        """
        params = _written(register, row.id, row.unit, row.data, hand)
        if not self._tx.write(RETIRE, params | {"version": row.version, "changes": dumped({"retired": [False, True]})}):
            raise StaleRow(version=row.version)
        self._give_back(register, row.id, keys_of(register, row.unit, row.data))

    def restore(self, register: Register, row: RegisterRow, hand: Hand) -> None:
        """Bring a row back into use, as it was.

        Raises:
            StaleRow: somebody has changed it since it was read.
            RowTaken: another row has the same values by now where the register wants them to be unique.
        """
        params = _written(register, row.id, row.unit, row.data, hand) | {"version": row.version}
        self._take(register, row.id, keys_of(register, row.unit, row.data), params)
        if not self._tx.write(RESTORE, params | {"changes": dumped({"retired": [True, False]})}):
            raise StaleRow(version=row.version)

    def history(self, row: RegisterRow) -> tuple[RegisterChange, ...]:
        """List every version of a row, the newest first."""
        sql = f"""select {columns(RegisterChange)} from register_changes
            where county = %(county)s and row_id = %(id)s order by version desc limit 500"""
        return self._tx.records(RegisterChange, sql, {"county": row.county, "id": row.id})

    def _take(
        self, register: Register, row_id: UUID, wanted: Mapping[bytes, tuple[str, ...]], params: Mapping[str, Any]
    ) -> None:
        """Take keys for a row; all of them, or none and `RowTaken`."""
        if not wanted:
            return
        taken = [answer[0] for answer in self._tx.together((TAKE, {**params, "digests": sorted(wanted)}))[0]]
        if len(taken) < len(wanted):
            self._give_back(register, row_id, taken)
            _refuse(wanted, taken)

    def _give_back(self, register: Register, row_id: UUID, digests: Iterable[bytes]) -> None:
        gone = sorted(digests)
        if gone:
            self._tx.write(GIVE_BACK, {"register": register.key, "digests": gone, "id": row_id})


def _refuse(wanted: Mapping[bytes, tuple[str, ...]], taken: Iterable[bytes]) -> None:
    missing = set(wanted) - set(taken)
    if missing:
        raise RowTaken(names=tuple(wanted[digest] for digest in sorted(missing)))


def keys_of(register: Register, unit: str, data: Mapping[str, Any]) -> dict[bytes, tuple[str, ...]]:
    """Write what no other row may have, {digest: names of the fields}; a key without one of its values is none."""
    found: dict[bytes, tuple[str, ...]] = {}
    for names in register.unique:
        values = [unit if name == "unit" else data.get(name) for name in names]
        if None not in values:
            text = canonical([list(names), values])
            found[hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()] = names
    return found


def _written(
    register: Register, row_id: UUID, unit: str, data: Mapping[str, Any], hand: Hand
) -> dict[str, Any]:
    text = dumped(dict(data))
    if "\\u0000" in text:
        raise Invalid("The text holds characters that cannot be stored.")
    return {
        "county": county_of(row_id), "id": row_id, "register": register.key, "unit": unit, "data": text,
        "search": search_text(register, data, register.search), "at": hand.at, "actor": hand.actor,
        "name": hand.actor_name, "role": hand.role, "seat": hand.unit, "case": hand.case_id, "reason": hand.reason,
    }  # fmt: skip
