"""Registers: row types that packs declare as data in `city/registers/<register>.json`.

A declaration says which fields a row has, whose row it is, and who reads and writes it. One table keeps the rows of
all registers; nothing in the product knows what any register is about.
"""

from dataclasses import dataclass
from typing import Any, Literal

from app.domain.errors import Conflict, Invalid, NotFound
from app.domain.org import anchors

TYPES = ("string", "text", "number", "boolean", "date", "datetime", "unit", "person", "choice", "list", "context")
#: types whose values may have names
NAMED = ("choice", "string", "list")
#: what texts and lists may hold the codes of
CODES_OF = ("items", "roles", "offices", "people")
#: types whose values have an order
ORDERED = frozenset({"string", "number", "date", "datetime"})
#: types that a unique key, a title or a search may be made of
PLAIN = frozenset({"string", "text", "number", "date", "datetime", "unit", "person", "choice"})
LEVELS = ("city", "county", "street", "village", "grid")
#: stands in place of all roles whose work is cases
ALL_OFFICERS = "*officers"
#: what every row has beside its fields
RESERVED = frozenset({"id", "version", "unit", "unit_within", "unit_covers", "register", "key", "q", "sort", "limit",
                      "after", "created_at", "changed_at", "created_by", "changed_by", "retired"})  # fmt: skip
MOST_FIELDS = 60


class RegisterNotFound(NotFound):
    """There is no such register, or its rows are not for you."""

    slug = "register-not-found"


class RowNotFound(NotFound):
    """There is no such row, or it is not for you."""

    slug = "row-not-found"


class InvalidRow(Invalid):
    """The row does not fit its register; see each field."""

    slug = "invalid-row"


class RowTaken(InvalidRow):
    """Another row of the register has these values already."""

    slug = "row-taken"


class StaleRow(Conflict):
    """The row has changed since you opened it; load it again and look."""

    slug = "stale-row"


class RowRetired(Conflict):
    """The row is out of use; it can be read, and changed no more."""

    slug = "row-retired"


class RowInUse(Conflict):
    """The row is in use."""

    slug = "row-in-use"


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a choice."""

    value: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class RegisterField:
    """One field of a row."""

    name: str
    zh: str
    en: str
    type: str
    required: bool = False
    #: largest number, longest text, most entries of a list
    max: float | None = None
    #: smallest number
    min: float | None = None
    #: places after the point of a number
    decimals: int = 6
    #: of a choice all that may stand there; of a text or a list what usually does, with its names
    values: tuple[Choice, ...] = ()

    #: what codes in a text or a list are of: items, roles, offices, people; empty: nothing
    of: str = ""

    def named(self, value: object, locale: str) -> str | None:
        """Say what a value is called, or None where the declaration gives it no name."""
        found = next((one for one in self.values if one.value == str(value)), None)
        return None if found is None else found.en if locale == "en" else found.zh


@dataclass(frozen=True, slots=True)
class Register:
    """What a pack declares about rows of one type."""

    key: str
    zh: str
    en: str
    fields: tuple[RegisterField, ...]
    #: role codes; rows are theirs at the row's unit or above it
    read: frozenset[str]
    write: frozenset[str]
    #: level of the unit that a row belongs to
    unit_level: str
    #: field that says whose row it is; empty: the level alone
    unit_field: str
    #: rows are read below their unit too: what the city knows, every grid reads
    reaches_down: bool
    #: name of the field that a row is called by
    title: str
    search: tuple[str, ...]
    #: each may contain `unit`
    unique: tuple[tuple[str, ...], ...]
    sums: tuple[str, ...]
    #: role codes that take rows out of use, at the row's unit or above it
    retire: frozenset[str] = frozenset()
    #: fields with the number of a case; while that case is hidden from somebody, so is the row
    case_numbers: tuple[str, ...] = ()
    #: field with the person whom the row is about
    person: str = ""
    #: register in which that person agrees, in a field of the same name; without it nobody else sees the row
    consent: str = ""
    #: looks of others at the person are recorded
    looks: bool = False
    zh_note: str = ""
    en_note: str = ""

    def find(self, name: str) -> RegisterField | None:
        """Return a field, or None."""
        return next((field for field in self.fields if field.name == name), None)

    def unit_of(self, place: str) -> str | None:
        """Lift a unit to the level that this register's rows belong to; None where the place is higher than that."""
        if not self.unit_level:
            return place
        try:
            return anchors(place).as_dict().get(self.unit_level)
        except Invalid:
            return None


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that is asked of rows; all of them must hold."""

    #: `any`: equals one of the values; `from` and `until`: at least, at most; the others are about the row itself
    kind: Literal["any", "from", "until", "id", "unit", "unit_within", "unit_covers"]
    #: None where the row itself is meant
    field: RegisterField | None
    #: None among them: rows without a value
    values: tuple[Any, ...]
