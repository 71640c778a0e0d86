"""Where the work of units that are gone goes: to the unit that took them over, else to the one above them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from app.domain.org import ancestors, is_within

#: these answer for themselves, wherever they live: no unit takes over from them
_THEMSELVES = frozenset({"citizen"})
#: parts in the code of a street
_STREET = 4
_ROOM = ".cmd"


class Heir(NamedTuple):
    """The unit that has the work of one that is gone."""

    unit: str
    #: that somebody holds there; the first takes what asks for a role that nobody has there
    roles: tuple[str, ...]


Heirs = Mapping[str, Heir]
#: of the task with a key; only a replay asks for the key
HeirsOf = Callable[[str], Heirs]
Seats = tuple[tuple[str, str], ...]
NOBODY_IS_GONE: Heirs = {}


def no_heirs(key: str) -> Heirs:
    """Let every unit be there."""
    return NOBODY_IS_GONE


def lines_of_heirs(gone: Iterable[str], successors: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """List for each unit that is gone who could have its work, the nearest first; none of them is gone itself.

    Args:
        successors: {unit that was taken over: unit that took it over}.
    """
    codes = tuple(gone)
    return {code: tuple(dict.fromkeys(one for one in _line(code, codes, successors))) for code in codes}


def _line(code: str, gone: Sequence[str], successors: Mapping[str, str]) -> Iterator[str]:
    seen: set[str] = set()
    while code in successors and code not in seen:
        seen.add(code)
        code = successors[code]
        if not _lost(code, gone):
            yield code
    yield from (one for one in _superiors(code) if not _lost(one, gone))


def _superiors(code: str) -> Iterator[str]:
    """List the offices above a unit that deal out work: the village, the street's room, the county, the city."""
    for place in reversed(ancestors(code)):
        yield place + _ROOM if len(place.split(".")) == _STREET else place


def _lost(code: str, gone: Sequence[str]) -> bool:
    return any(is_within(code, one) for one in gone)


def choose_heirs(
    lines: Mapping[str, Sequence[str]], held: Mapping[str, Iterable[str]], order: Iterable[str]
) -> dict[str, Heir]:
    """Choose for each unit the first of its line in which somebody works.

    Args:
        held: the roles that people hold, by unit.
        order: the roles of the city as they are listed: of several in a unit the first one receives.
    """
    rank = {role: number for number, role in enumerate(order)}
    found = {}
    for code, line in lines.items():
        for unit in line:
            if roles := sorted((one for one in held.get(unit, ()) if one in rank), key=rank.__getitem__):
                found[code] = Heir(unit, tuple(roles))
                break
    return found


def heir_of(unit: str, heirs: Heirs) -> tuple[str, Heir] | None:
    """Find the unit that is gone, itself or one above, and its heir; None where all of them are there."""
    return next(((one, heirs[one]) for one in (unit, *reversed(ancestors(unit))) if one in heirs), None)


def follow_unit(unit: str, heirs: Heirs) -> str:
    """Name the unit itself, or its heir where it is gone."""
    found = heir_of(unit, heirs) if heirs else None
    return found[1].unit if found else unit


def follow_seats(seats: Seats, heirs: Heirs, accused: Sequence[str] = ()) -> tuple[Seats, dict[str, Heir]]:
    """Move seats in units that are gone to their heirs.

    Args:
        accused: units that are complained about; their seats are left out, unless no other remains.

    Returns:
        The seats, and of the heirs those that were asked.
    """
    moved: dict[tuple[str, str], None] = {}
    used: dict[str, Heir] = {}
    for role, unit in seats:
        found = None if role in _THEMSELVES else heir_of(unit, heirs)
        if found is not None:
            gone, heir = found
            used[gone] = heir
            role, unit = role if role in heir.roles else heir.roles[0], heir.unit
        moved[role, unit] = None
    free = tuple(one for one in moved if not _lost(one[1], accused))
    return free or tuple(moved), used
