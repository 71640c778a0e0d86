"""Files that go out of registers and come in: what left is recorded, what comes waits for its confirmation."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.domain.ids import county_of
from app.domain.org import PLACES, Unit
from app.domain.records_city import PersonRow
from app.domain.records_registers import Hand, RegisterExport
from app.domain.registers import Register
from app.store.case_list import like
from app.store.step_values import dumped
from app.store.transaction import Transaction, columns
from app.store.units import READ, read_unit

#: by a part of its own name or code, or of the name of the unit above: a grid's own name is often a number
_CALLED = """(lower(code || ' ' || name || ' ' || name_en) like %(q)s
    or parent in (select above.code from units above where lower(above.name || ' ' || above.name_en) like %(q)s))"""
#: how long a file waits to be confirmed
WAITS = timedelta(hours=2)
_LISTED = 500
_SEATED = """exists (select from person_roles r join unnest(%(places)s::text[]) w (place)
    on r.unit = w.place or starts_with(r.unit, w.place || '.') where r.county = p.county and r.person_id = p.id
    and r.valid_to is null)"""


class RegisterTraffic:
    """What goes out of registers, and what waits to come in."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def record_export(
        self, register: Register, export_id: UUID, hand: Hand, asked: Mapping[str, Any], rows: int
    ) -> None:
        """Record that rows leave as a file."""
        self._tx.write(
            """insert into register_exports (county, id, register, at, actor, actor_name, role, unit, asked, rows)
            values (%(county)s, %(id)s, %(register)s, %(at)s, %(actor)s, %(name)s, %(role)s, %(unit)s,
                %(asked)s::jsonb, %(rows)s)""",
            {"county": county_of(export_id), "id": export_id, "register": register.key, "at": hand.at,
             "actor": hand.actor, "name": hand.actor_name, "role": hand.role, "unit": hand.unit,
             "asked": dumped(dict(asked)), "rows": rows},
        )  # fmt: skip

    def exports(self, register: Register, places: Iterable[str]) -> tuple[RegisterExport, ...]:
        """List what left a register by hands that sit in some places, the newest first."""
        sql = f"""select {columns(RegisterExport, "e")} from register_exports e
            where e.register = %(register)s and exists (select from unnest(%(places)s::text[]) p (place)
                where e.unit = p.place or starts_with(e.unit, p.place || '.'))
            order by e.at desc, e.id desc limit {_LISTED}"""
        return self._tx.records(RegisterExport, sql, {"register": register.key, "places": list(places)})

    def keep(self, upload_id: UUID, register: Register, actor: str, at: datetime, content: str) -> None:
        """Keep a file until it is confirmed, in place of the sender's file before; old ones are forgotten."""
        self.forget(register, actor)
        self._tx.write("delete from register_uploads where at < %(since)s", {"since": at - WAITS})
        self._tx.write(
            """insert into register_uploads (id, actor, register, at, content)
            values (%(id)s, %(actor)s, %(register)s, %(at)s, %(content)s)""",
            {"id": upload_id, "actor": actor, "register": register.key, "at": at, "content": content},
        )

    def kept(self, upload_id: UUID, register: Register, actor: str, at: datetime) -> str | None:
        """Read a file that its sender has kept; None for another's, for one that was used, or is too old."""
        found = self._tx.value(
            """select content from register_uploads
            where id = %(id)s and actor = %(actor)s and register = %(register)s and at >= %(since)s for update""",
            {"id": upload_id, "actor": actor, "register": register.key, "since": at - WAITS},
        )
        return None if found is None else str(found)

    def forget(self, register: Register, actor: str) -> None:
        """Forget what somebody has kept for a register."""
        self._tx.write(
            "delete from register_uploads where actor = %(actor)s and register = %(register)s",
            {"actor": actor, "register": register.key},
        )

    def units_called(self, names: Collection[str]) -> tuple[Unit, ...]:
        """List the units in use that have one of some names, in either language, by code; at most 5,000."""
        if not names:
            return ()
        rows = self._tx.rows(
            f"""{READ} where valid_to is null and (name = any(%(names)s::text[]) or name_en <> ''
                and lower(name_en) = any(%(lower)s::text[])) order by code limit {_LISTED * 10}""",
            {"names": list(names), "lower": [name.lower() for name in names]},
        )
        return tuple(map(read_unit, rows))

    def people_called(
        self, names: Collection[str], *, ids: Collection[UUID] = (), among: Collection[str] = ()
    ) -> tuple[PersonRow, ...]:
        """List accounts by their user names or ids, and in some places by their shown names, by user name.

        Args:
            among: places in which whoever has such a shown name holds a role.
        """
        if not names and not ids:
            return ()
        ways = ["p.username = any(%(names)s::text[])"]
        # as an account's county stands in its id, each is found by its key
        ways += ["(p.county, p.id) in (select * from unnest(%(counties)s::smallint[], %(ids)s::uuid[]))"] if ids else []
        ways += [f"p.active and p.name = any(%(names)s::text[]) and {_SEATED}"] if among else []
        sql = f"select {columns(PersonRow, 'p')} from people p where {' or '.join(ways)} order by p.username"
        return self._tx.records(PersonRow, f"{sql} limit {_LISTED * 10}", {
            "names": list(names), "ids": list(ids), "counties": [county_of(one) for one in ids], "places": list(among),
        })  # fmt: skip

    def people_like(self, q: str, among: Collection[str], limit: int) -> tuple[PersonRow, ...]:
        """List people who hold a role in some places, by a part of their name."""
        sql = f"""select {columns(PersonRow, 'p')} from people p where p.active and {_SEATED}
            and lower(p.username || ' ' || p.name) like %(q)s order by p.username limit %(limit)s"""
        return self._tx.records(PersonRow, sql, {"q": like(q), "places": list(among), "limit": max(1, min(limit, 200))})

    def people_within(self, places: Collection[str], q: str = "") -> tuple[tuple[UUID, str, str], ...]:
        """List id, name and unit of everybody who belongs to some places, by a part of his name."""
        return tuple(self._tx.rows(
            """select p.id, p.name, p.unit from people p join unnest(%(places)s::text[]) w (place)
                on p.unit = w.place or p.unit > w.place || '.' and p.unit < w.place || '/'
            where lower(p.username || ' ' || p.name) like %(q)s""",
            {"places": list(places), "q": like(q)},
        ))  # fmt: skip

    def units_like(self, q: str, among: Collection[str], limit: int) -> tuple[Unit, ...]:
        """List units in use in some places by a part of their name or code, the highest first."""
        rows = self._tx.rows(
            f"""{READ} where valid_to is null and {_CALLED}
                and exists (select from unnest(%(places)s::text[]) p (place) where code = p.place
                    or code > p.place || '.' and code < p.place || '/')
            order by level desc, code limit %(limit)s""",
            {"q": like(q), "places": list(among), "limit": max(1, min(limit, 200))},
        )
        return tuple(map(read_unit, rows))

    def owners(self, register: Register, places: Iterable[str], *, q: str = "", limit: int = 200) -> tuple[Unit, ...]:
        """List the units of a register's level that lie in some places, by code.

        Args:
            q: part of their name or code.
        """
        level = next((level for _, level, name in PLACES.values() if name == register.unit_level), None)
        params: dict[str, Any] = {"places": list(places), "level": level}
        parts = ["valid_to is null", "(%(level)s::int is null or level = %(level)s::int and code ~ '[.][0-9]+$')",
                 """exists (select from unnest(%(places)s::text[]) p (place) where code = p.place
                    or code > p.place || '.' and code < p.place || '/')"""]  # fmt: skip
        if q.strip():
            parts.append(_CALLED)
            params["q"] = like(q)
        most = max(1, min(limit, 500))
        rows = self._tx.rows(f"{READ} where {' and '.join(parts)} order by code limit {most}", params)
        return tuple(map(read_unit, rows))
