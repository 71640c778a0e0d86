"""Scans in somebody else's place: whoever stands in for people finds their work in his own boxes.

Each scan is written once more for each of these people, with the parameters of the actor as he acts for him. For an
actor who stands in for nobody the statements are what they are without this module.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from app.domain.actor import Actor

if TYPE_CHECKING:
    from app.store.boxes import Query

#: names of the parameters that say who asks
_NAMED = re.compile(
    r"%\((me|self|mine|machine|lineage|roles|units|offices|areas|audited|desk_roles|desk_units|in_\w+)\)s"
)
#: of work that somebody stands in for only in part
_ONLY = (
    "(%(only_process_{n})s = '' or t.process = %(only_process_{n})s) and (%(only_role_{n})s = '' or exists"
    " (select from jsonb_array_elements(t.candidates) o where o ->> 0 = %(only_role_{n})s))"
)
Asked = Callable[[Actor], tuple[tuple[str, ...], dict[str, Any]]]


def in_place(sql: str, number: int) -> str:
    """Let a statement compare with the parameters of an actor in somebody's place; 0 leaves him in his own."""
    return _NAMED.sub(rf"%(\1_{number})s", sql) if number else sql


def _numbered(params: Mapping[str, Any], number: int) -> dict[str, Any]:
    return {f"{name}_{number}": value for name, value in params.items()}


def all_places(query: "Query", actor: Actor, params: dict[str, Any], asked: Asked) -> Iterator["Query"]:
    """Give a question for the actor himself and one for each place that he fills, and add what they compare with.

    Args:
        asked: gives the columns of an actor's places and his parameters.
    """
    yield query
    for number, one in enumerate(actor.standing, 1):
        columns, more = asked(one)
        params |= _numbered(more, number)
        limits = one.absent
        only: tuple[str, ...] = ()
        if limits and (limits.role or limits.process):
            params |= _numbered({"only_role": limits.role, "only_process": limits.process}, number)
            only = (_ONLY.format(n=number),)
        yield replace(
            query, columns=columns, place=number, conditions=(*query.conditions, *only),
            index_only=query.index_only and not only,
        )  # fmt: skip
