"""What a form is opened with: first values and what its conditions read; shared by tasks and acts."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from app.domain.actor import SYSTEM
from app.domain.records import StoredCase
from app.engine import commands, feel
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.desk.forms import wanted_options
from app.usecases.stepping import command_of, make_world

_OF_THE_EVENT = re.compile(r"\bevent\.([A-Za-z_]\w*)")


def form_scope(
    tools: Tools, uow: UnitOfWork, case: StoredCase, key: str, schema: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """Read what the expressions of a task's or an act's form can see; nothing where it has none.

    Args:
        key: of the task or act.
    """
    components = schema.get("components") or ()
    if not _initials(components) and not any(_conditions(components)) and not wanted_options(schema):
        return {}
    world = make_world(tools, uow, case.id)
    return commands.scope_of(world, command_of(SYSTEM, now), case.state, key)


def first_values(scope: Mapping[str, Any], schema: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Work out the first value of every field that has `properties.initial`, and the values of read-only texts."""
    wanted = _initials(schema.get("components") or ())
    found: dict[str, Any] = {}
    for path, expression in wanted.items():
        value = feel.normalise(feel.evaluate(expression, scope, now=now))
        target = found
        *groups, name = path
        for group in groups:
            target = target.setdefault(group, {})
        target[name] = value
    return found


def _initials(components: Sequence[Mapping[str, Any]], path: tuple[str, ...] = ()) -> dict[tuple[str, ...], str]:
    found: dict[tuple[str, ...], str] = {}
    for component in components:
        initial = (component.get("properties") or {}).get("initial")
        if initial and component["type"] == "dynamiclist":
            # the rows as they stand, not the fields of a row
            found[(*path, str(component["path"]))] = str(initial)
        elif component.get("components"):
            below = (*path, component["path"]) if component.get("path") else path
            found.update(_initials(component["components"], below))
        elif initial and component.get("key"):
            found[(*path, component["key"])] = str(initial)
    return found


def form_context(scope: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """Give the browser what the conditions read of the event, and nothing else of it."""
    event = scope.get("event") or {}
    texts = " ".join(_conditions(schema.get("components") or ()))
    names = sorted(set(_OF_THE_EVENT.findall(texts)))
    return {"event": {name: feel.normalise(event.get(name)) for name in names}} if names else {}


def _conditions(components: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for component in components:
        hide = (component.get("conditional") or {}).get("hide")
        yield from (str(text) for text in (hide, component.get("readonly"), component.get("disabled")) if text)
        yield from _conditions(component.get("components") or ())
