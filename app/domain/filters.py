"""What a list is narrowed to: conditions on the fields of an event, written so that an address can carry them.

`item_code=C14-05;level>=3;address_text~河东` has three. A semicolon or backslash within a value follows a backslash.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.errors import Invalid

OPERATORS = ("=", "!=", "~", ">=", "<=")
#: most conditions of one list, and longest value
MOST, LONGEST = 10, 100
_FIELD = r"[a-z][a-z0-9_]{0,59}"
_ONE = re.compile(rf"({_FIELD})(!=|>=|<=|=|~)((?:[^;\\]|\\[;\\])*)")
#: whoever reported an event is not found through the lists of officers
_HIDDEN = re.compile(r"report|phone|contact|started_by|tracking|name$|id_number|secret")


@dataclass(frozen=True, slots=True)
class Condition:
    """One field compared with one value."""

    field: str
    #: one of OPERATORS; `~` asks whether the value is part of the field
    operator: str
    value: str

    def __str__(self) -> str:
        """Write it so that `read_conditions` reads it back."""
        value = self.value.replace("\\", "\\\\").replace(";", "\\;")
        return f"{self.field}{self.operator}{value}"


def read_conditions(text: str) -> tuple[Condition, ...]:
    """Read what `write_conditions` wrote.

    Raises:
        Invalid: it is no list of conditions, or names a field that nobody may look for.
    """
    found: list[Condition] = []
    place = 0
    while place < len(text):
        one = _ONE.match(text, place)
        if one is None or text[one.end() : one.end() + 1] not in ("", ";") or len(found) >= MOST:
            raise _refused(text)
        value = re.sub(r"\\(.)", r"\1", one[3]).strip()
        if _HIDDEN.search(one[1]) or len(value) > LONGEST or "\x00" in value:
            raise _refused(text)
        found.append(Condition(one[1], one[2], value))
        place = one.end() + 1
    return tuple(found)


def write_conditions(conditions: Sequence[Condition]) -> str:
    """Write conditions as text."""
    return ";".join(map(str, conditions))


def _refused(text: str) -> Invalid:
    return Invalid(f"{text[:80]!r} is no list of conditions.", errors={"where": ["?"]})
