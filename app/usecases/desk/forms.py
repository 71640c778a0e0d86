"""Forms as the desk needs them: compiled once per version, with the choices of this city and this case."""

import json
from collections.abc import Callable, Collection, Mapping
from functools import lru_cache, partial
from typing import Any

import orjson

from app.domain.actor import Actor
from app.engine import feel
from app.schemas.form_reading import EVENTS
from app.schemas.forms import CompiledForm, compile_form
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.offered_units import Choices

#: a form-js `valuesKey` that the desk can fill
Options = dict[str, list[dict[str, str]]]
#: lists of places by their level; `units` are the offices from the street upward
_UNIT_LISTS = {"grids": 1, "villages": 2, "streets": 3}
_OFFICE_LEVEL = 3
#: all that a dispute may be between, or that may take a case over
_ALL = "all_units"


def form_schema(tools: Tools, key: str, number: int) -> dict[str, Any]:
    """Read a form version."""
    schema: dict[str, Any] = orjson.loads(tools.library.form(key, number))
    return schema


@lru_cache(maxsize=512)
def _compiled(content: bytes) -> CompiledForm:
    return compile_form(json.loads(content), _evaluate)


def _evaluate(expression: str, scope: Mapping[str, Any]) -> Any:
    return feel.evaluate(expression, scope)


def compiled_form(tools: Tools, key: str, number: int) -> CompiledForm:
    """Return a form version ready to check answers."""
    return _compiled(tools.library.form(key, number))


def wanted_options(schema: Mapping[str, Any]) -> set[str]:
    """List the `valuesKey`s that a form asks for."""
    found: set[str] = set()
    pending: list[Any] = list(schema.get("components") or ())
    while pending:
        component = pending.pop()
        if component.get("valuesKey"):
            found.add(str(component["valuesKey"]))
        pending.extend(component.get("components") or ())
    return found


def options_for(
    tools: Tools,
    uow: UnitOfWork,
    record: Mapping[str, Any],
    schema: Mapping[str, Any],
    locale: str,
    scope: Mapping[str, Any] | None = None,
    chosen: Collection[str] | None = None,
    actor: Actor | None = None,
) -> Options:
    """Fill the choices that a form asks for: items, roles, units near the case, events, lists of the flow itself.

    Args:
        record: the case's; only its places where the case does not exist yet.
        scope: what an expression at the task or act reads; lists that the case's record has not are looked up here.
        chosen: what was answered, where it is only to be checked: of units and events, no others are read then.
        actor: who answers; of other events he is offered those that he may see.
    """
    wanted = wanted_options(schema)
    found: Options = {}
    if "items" in wanted:
        found["items"] = [_choice(item.code, f"{item.code} {item.en if locale == 'en' else item.zh}")
                          for item in tools.city.catalogue.items.values()]
    if "roles" in wanted:
        found["roles"] = [_choice(role.code, role.en if locale == "en" else role.zh)
                          for role in tools.city.roles.values()]
    ask = partial(_choices, tools, uow, chosen)
    for name in wanted & {*_UNIT_LISTS, "units"}:
        found[name] = _units(ask, record, name, locale)
    if _ALL in wanted:
        found[_ALL] = _everybody(ask, record, locale)
    for name in {one for one in wanted if one.startswith(EVENTS)}:
        found[name] = _events(uow, actor, record, name.removeprefix(EVENTS), chosen)
    for name in wanted - found.keys():
        found[name] = _from_flow(record.get(name) or (scope or {}).get(name) or (), locale)
    return found


def _choices(
    tools: Tools, uow: UnitOfWork, chosen: Collection[str] | None, below: str, level: int, *, places: bool,
    beside: str = "",
) -> Choices:
    """List units that are offered; of those that were answered, the ones that may be.

    What a form showed is still known, nearly always; what is not may be new, or beyond what one list holds.
    """
    offered = tools.city.offered.read(uow, below, level, places=places, beside=beside)
    if chosen is None:
        return offered
    asked = frozenset(chosen)
    found = tuple(row for row in offered if row[0] in asked)
    codes = {row[0] for row in found}
    rest = [one for one in chosen if one not in codes and one.startswith((below, beside or below))]
    return found + (uow.units.choices(below, level, places=places, of=rest, beside=beside) if rest else ())


def _units(ask: Callable[..., Choices], record: Mapping[str, Any], name: str, locale: str) -> list[dict[str, str]]:
    """List units below the case's street, with its county's departments; the county's for streets and without one."""
    below = record.get("county") if name == "streets" else record.get("street") or record.get("county")
    below = below or record.get("city")
    place = _UNIT_LISTS.get(name)
    if not below:
        return []
    beside = str(record.get("county") or "") if name == "units" else ""
    found = ask(str(below), place or _OFFICE_LEVEL, places=place is not None, beside=beside)
    return [_choice(code, english if locale == "en" and english else chinese) for code, chinese, english in found]


def _everybody(ask: Callable[..., Choices], record: Mapping[str, Any], locale: str) -> list[dict[str, str]]:
    """List near units with villages, and beyond them streets, counties and the departments of the city."""
    near = [one for name in ("units", "villages") for one in _units(ask, record, name, locale)]
    city = str(record.get("city") or "")
    far = [row for level, places in ((3, True), (4, True), (5, False)) if city
           for row in ask(city, level, places=places)]
    known = {one["value"]: one for one in near}
    for code, chinese, english in far:
        known.setdefault(code, _choice(code, english if locale == "en" and english else chinese))
    return list(known.values())


def _events(
    uow: UnitOfWork, actor: Actor | None, record: Mapping[str, Any], message: str, chosen: Collection[str] | None
) -> list[dict[str, str]]:
    """List open events of the case's street that wait for a message, as far as the one who answers may see them."""
    street = str(record.get("street") or "")
    if actor is None or not street:
        return []
    found = uow.origins.waiting_for(actor, message, street, but=str(record.get("event_no") or ""), of=chosen)
    return [_choice(row.event_no or "", f"{row.event_no} · {row.summary}") for row in found]


def _from_flow(rows: Any, locale: str) -> list[dict[str, str]]:
    """Take choices that the flow itself made: texts, or objects with value and label."""
    return [_choice(str(row.get("value", row.get("id", ""))), _label(row, locale)) if isinstance(row, Mapping)
            else _choice(str(row), str(row)) for row in (rows if isinstance(rows, (list, tuple)) else ())]


def _label(row: Mapping[str, Any], locale: str) -> str:
    own = row.get("label_en") if locale == "en" else None
    return str(own or row.get("label", row.get("name", "")))


def _choice(value: str, label: str) -> dict[str, str]:
    return {"value": value, "label": label}
