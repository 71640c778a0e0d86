"""Conditions on rows of registers, as SQL: what is asked, and who may see them."""

from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import Invalid
from app.domain.ids import county_of
from app.domain.org import ancestors
from app.domain.records_registers import RegisterRow
from app.domain.registers import Condition, Register, RegisterField
from app.store.case_list import like
from app.store.cursor import read_cursor, write_cursor
from app.store.register_consents import agreed
from app.store.sight import AUDITING, Sight, place_of, seats, sees_case
from app.store.step_values import dumped

#: signs of a text that its order counts; a cursor holds them
SORTED_SIGNS = 50
#: by which field rows are sorted, and whether downwards
Sort = tuple[RegisterField | None, bool]


def read_places(actor: Actor, register: Register) -> list[str]:
    """List the places whose rows an actor reads: where he holds a role that reads, writes or audits."""
    return _places(actor, register.read | register.write | register.retire | AUDITING)


def write_places(actor: Actor, register: Register) -> list[str]:
    """List the places whose rows an actor writes."""
    return _places(actor, register.write)


def retire_places(actor: Actor, register: Register) -> list[str]:
    """List the places whose rows an actor takes out of use."""
    return _places(actor, register.retire)


def look_places(actor: Actor, consents: Register) -> list[str]:
    """List the places in whose people's looks an actor has a look: where he reads their consents, or audits."""
    return _places(actor, consents.read | AUDITING)


def _places(actor: Actor, roles: frozenset[str]) -> list[str]:
    found = sorted({place_of(unit) for unit in seats(actor, among=roles)})
    return [one for one in found if not any(one.startswith(other + ".") for other in found)]


#: types of fields whose single values few rows have
_TELLING = frozenset({"string", "text", "number", "date", "datetime", "unit", "person"})


class Question:
    """Conditions with what they compare with."""

    def __init__(
        self, register: Register, conditions: Iterable[Condition] = (), *, q: str = "", retired: bool | None = False
    ) -> None:
        """Begin with the rows in use, those out of use, or both for None."""
        self.register = register
        self.params: dict[str, Any] = {"register": register.key}
        self._parts = ["r.register = %(register)s"]
        if retired is not None:
            self._parts.append(f"r.retired_at is {'not ' if retired else ''}null")
        #: few rows fit, so that finding them first and sorting them then is quicker than looking at all in order
        self.narrow = False
        for one in conditions:
            self.narrow |= one.kind == "any" and one.field is not None and one.field.type in _TELLING
            self._parts.append(self._own(one) if one.field is None else self._compared(one, one.field))
        if q.strip():
            self._parts.append(f"r.search like {self._put(like(q))}")

    def _put(self, value: Any) -> str:
        name = f"v{len(self.params)}"
        self.params[name] = value
        return f"%({name})s"

    @property
    def sql(self) -> str:
        """All conditions joined."""
        return " and ".join(self._parts)

    def seen_by(self, actor: Actor | None) -> "Question":
        """Leave only rows that an actor may see; None is a diagram, which sees all."""
        if actor is None or actor.machine:
            return self
        places = read_places(actor, self.register)
        ways = [self._within(place) for place in places]
        if self.register.reaches_down and places:
            above = sorted({code for place in places for code in ancestors(place)})
            ways.append(f"r.unit = any({self._put(above)}::text[])")
        self._parts.append(f"({' or '.join(ways)})" if ways else "false")
        if self.register.case_numbers and ways:
            self.params |= Sight.of(actor).params
            self._parts += map(_of_open_case, self.register.case_numbers)
        if self.register.consent:
            self.params |= {"consents": self.register.consent, "selves": [actor.id, actor.username]}
            self._parts.append(agreed(self.register.person))
        return self

    def _within(self, place: str) -> str:
        # codes are paths: everything below begins with the code and a dot, and the slash follows the dot
        return f"(r.unit >= {self._put(place)} and r.unit < {self._put(place + '/')})"

    def _own(self, one: Condition) -> str:
        if one.kind == "id":
            ids = [UUID(text) for text in one.values]
            counties = [county_of(found) for found in ids]
            return (f"(r.county, r.id) in (select * from unnest({self._put(counties)}::smallint[],"
                    f" {self._put(ids)}::uuid[]))")  # fmt: skip
        if one.kind == "unit_within":
            return f"({' or '.join(map(self._within, one.values)) or 'false'})"
        units = list(one.values)
        if one.kind == "unit_covers":
            units = sorted({code for unit in one.values for code in (*ancestors(unit), unit)})
        return f"r.unit = any({self._put(units)}::text[])"

    def _compared(self, one: Condition, field: RegisterField) -> str:
        if one.kind in ("from", "until"):
            sign = ">=" if one.kind == "from" else "<="
            value = self._put(str(one.values[0]))
            return f"{order(field)} {sign} {value}{'::numeric' if field.type == 'number' else ''}"
        ways = []
        for value in one.values:
            if value is None:
                ways.append(f"not r.data ? {self._put(field.name)}")
            else:
                whole = {field.name: [value] if field.type == "list" else value}
                ways.append(f"r.data @> {self._put(dumped(whole))}::jsonb")
        return f"({' or '.join(ways) or 'false'})"

    def after(self, cursor: str, sort: Sort) -> None:
        """Leave only what comes after the end of a page.

        Raises:
            Invalid: it is no cursor of this list.
        """
        field, down = sort
        name = f"register {self.register.key} {field.name if field else ''} {'down' if down else 'up'}"
        sign = "<" if down else ">"
        if field is None:
            number = _whole(read_cursor(cursor, name, ("text",))[0])
            self._parts.append(f"r.nr {sign} {self._put(number)}::bigint")
            return
        value, number_text = read_cursor(cursor, name, ("text", "text"))
        kind = "numeric" if field.type == "number" else "text"
        if kind == "numeric":
            _decimal(value)
        collated = '' if kind == "numeric" else ' collate "C"'
        self._parts.append(
            f"({sorted_by(field)}, r.nr) {sign} ({self._put(value)}::{kind}{collated},"
            f" {self._put(_whole(number_text))}::bigint)"
        )

    def end(self, row: RegisterRow, sort: Sort) -> str:
        """Write where a page ended."""
        field, down = sort
        name = f"register {self.register.key} {field.name if field else ''} {'down' if down else 'up'}"
        if field is None:
            return write_cursor(name, (row.nr,))
        value = row.data.get(field.name)
        if field.type == "number":
            value = "-infinity" if value is None or isinstance(value, str | bool) else repr(value)
        elif isinstance(value, bool):
            value = "true" if value else "false"
        elif isinstance(value, str):
            value = value[:SORTED_SIGNS]
        return write_cursor(name, ("" if value is None else value, row.nr))


def _of_open_case(field: str) -> str:
    """Write the condition that a row names no case which the actor may not know of."""
    return (
        f"not exists (select from cases c where c.event_no = r.data ->> '{field}'"
        f" and (c.confidential or c.accused_unit <> '') and not {sees_case()})"
    )


def order(field: RegisterField) -> str:
    """Write a field's value so that it can be put in order; null where there is none, or of another type."""
    if field.type == "number":
        return (f"(case when jsonb_typeof(r.data -> '{field.name}') = 'number'"
                f" then (r.data ->> '{field.name}')::numeric end)")  # fmt: skip
    return f"(r.data ->> '{field.name}' collate \"C\")"


def sorted_by(field: RegisterField) -> str:
    """Write the value by which rows are sorted: rows without one come first, of long texts the beginning counts."""
    if field.type == "number":
        return f"coalesce({order(field)}, '-infinity'::numeric)"
    return f"coalesce(left(r.data ->> '{field.name}', {SORTED_SIGNS}) collate \"C\", '')"


def ordering(sort: Sort, *, narrow: bool = False) -> str:
    """Write the order of rows; for few rows as something that no index offers.

    A plan made for any value expects far more rows than there are, and would look through all of them in order to
    stop after a page.
    """
    field, down = sort
    way = "desc" if down else "asc"
    return ", ".join([*([f"{sorted_by(field)} {way}"] if field else []), f"r.nr{' + 0' if narrow else ''} {way}"])


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise Invalid(errors={"after": ["?"]})
    return int(text)


def _decimal(text: str) -> None:
    try:
        if text != "-infinity" and not Decimal(text).is_finite() or len(text) > 40:
            raise Invalid(errors={"after": ["?"]})
    except InvalidOperation as cause:
        raise Invalid(errors={"after": ["?"]}) from cause


def search_text(register: Register, data: Any, names: Sequence[str]) -> str:
    """Write the text that a search looks through."""
    found = []
    for name in names:
        value = data.get(name)
        if value is None:
            continue
        field = register.find(name)
        found.append(str(value))
        if field is not None and field.type == "choice":
            found += [f"{one.zh} {one.en}" for one in field.values if one.value == value]
    return " ".join(found).lower()[:20_000]
