"""How somebody looks at his inbox: columns, and filters with a name."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.domain.ids import county_of, new_id
from app.domain.records_inbox import ViewRow
from app.store.step_values import dumped
from app.store.transaction import Transaction, built, columns

_SHARED = """v.role <> '' and exists (select from unnest(%(roles)s::text[], %(units)s::text[]) s (role, unit)
    where s.role = v.role and (s.unit = v.unit or s.unit like v.unit || '.%%'))"""
CHOSEN = "select columns, go_on from inbox_columns where county = %(county)s and person = %(me)s"
_KEEP = """insert into inbox_columns (county, person, columns, go_on)
    values (%(county)s, %(me)s, coalesce(%(columns)s::text[], '{}'), coalesce(%(go_on)s::boolean, true))
    on conflict (county, person) do update set columns = coalesce(%(columns)s::text[], inbox_columns.columns),
        go_on = coalesce(%(go_on)s::boolean, inbox_columns.go_on)"""
#: most filters that one person keeps, and that one is offered
MOST = 50
VIEWS = f"""
select {columns(ViewRow, "v")} from inbox_views v where v.owner = %(me)s or {_SHARED}
order by v.owner <> %(me)s, v.name, v.id limit {2 * MOST}"""


class InboxViews:
    """Columns and named filters of an inbox."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def look(self, actor: Actor) -> tuple[tuple[str, ...], bool, tuple[ViewRow, ...]]:
        """Read how somebody looks at his inbox.

        Returns:
            The columns that he has chosen, none for the usual ones; whether the next task opens by itself; his
            filters, and those shared with him.
        """
        own = _own(actor)
        chosen, views = self._tx.together((CHOSEN, own), (VIEWS, own))
        columns, go_on = chosen[0] if chosen else ((), True)
        return tuple(columns), go_on, tuple(built(ViewRow, row) for row in views)

    def goes_on(self, actor: Actor) -> bool:
        """Say whether the next task opens by itself when somebody has finished one."""
        return self._tx.value(CHOSEN.replace("columns, ", ""), _own(actor)) is not False

    def choose_going_on(self, actor: Actor, go_on: bool) -> None:
        """Keep whether the next task opens by itself."""
        self._tx.write(_KEEP, _own(actor) | {"columns": None, "go_on": go_on})

    def choose_columns(self, actor: Actor, chosen: Sequence[str]) -> None:
        """Keep which columns somebody has chosen."""
        self._tx.write(_KEEP, _own(actor) | {"columns": list(chosen), "go_on": None})

    def count(self, actor: Actor) -> int:
        """Count somebody's own filters."""
        return int(self._tx.value("select count(*) from inbox_views where owner = %(me)s", _own(actor)))

    def save(
        self,
        actor: Actor,
        name: str,
        query: Mapping[str, Any],
        at: datetime,
        *,
        seat: tuple[str, str] = ("", ""),
    ) -> UUID:
        """Keep a filter; one of the same name and owner is replaced.

        Args:
            seat: role and unit with whose holders it is shared.
        """
        own = _own(actor)
        self._tx.write("delete from inbox_views where owner = %(me)s and name = %(name)s", own | {"name": name})
        view_id = new_id(own["county"], at)
        self._tx.write(
            "insert into inbox_views (county, id, name, owner, owner_name, role, unit, query, at) values (%(county)s,"
            " %(id)s, %(name)s, %(me)s, %(shown)s, %(role)s, %(unit)s, %(query)s::jsonb, %(at)s)",
            own | {
                "id": view_id, "name": name, "shown": actor.name or actor.username, "role": seat[0], "unit": seat[1],
                "query": dumped(dict(query)), "at": at,
            },
        )  # fmt: skip
        return view_id

    def drop(self, actor: Actor, view_id: UUID) -> bool:
        """Forget one of somebody's own filters; say whether it was there."""
        return self._tx.write("delete from inbox_views where owner = %(me)s and id = %(id)s",
                              _own(actor) | {"id": view_id}) > 0  # fmt: skip


def _own(actor: Actor) -> dict[str, Any]:
    return {
        "county": county_of(actor.person_id) if actor.person_id else 0, "me": actor.id,
        "roles": [a.role for a in actor.assignments], "units": [a.unit for a in actor.assignments],
    }  # fmt: skip
