"""Functions on contexts.

Source:
    DMN 1.3, table 77; context functions of DMN 1.4.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.engine.feel.builtins.registry import builtin
from app.engine.feel.errors import Unfit
from app.engine.feel.limits import Run
from app.engine.feel.values import adapt


@builtin("get value")
def get_value(run: Run, m: Mapping[str, Any], key: str) -> Any:
    """Return an entry, or null."""
    return adapt(m.get(key), run)


@builtin("get value")
def get_value_at(run: Run, context: Mapping[str, Any], keys: list[Any]) -> Any:
    """Return an entry of an entry, or null."""
    found: Any = context
    for key in keys:
        found = found.get(key) if isinstance(found, Mapping) else None
    return adapt(found, run)


@builtin("get entries")
def get_entries(run: Run, m: Mapping[str, Any]) -> list[Any]:
    """Return the entries as contexts of key and value."""
    run.spend(len(m))
    return run.items([{"key": str(key), "value": adapt(value, run)} for key, value in m.items()])


@builtin("context")
def context(run: Run, entries: list[Any]) -> dict[str, Any]:
    """Make a context of contexts of key and value."""
    made: dict[str, Any] = {}
    for entry in run.items(entries):
        if not isinstance(entry, Mapping) or not isinstance(entry.get("key"), str) or "value" not in entry:
            raise Unfit("context: each entry needs a key and a value")
        if entry["key"] in made:
            raise Unfit(f"context: the key {entry['key']} stands twice")
        made[entry["key"]] = entry["value"]
    return made


@builtin("context put")
def context_put(run: Run, context: Mapping[str, Any], key: str, value: Any) -> dict[str, Any]:
    """Return the context with one entry set."""
    run.spend(len(context))
    return {**context, key: value}


@builtin("context put")
def context_put_at(run: Run, context: Mapping[str, Any], keys: list[Any], value: Any) -> dict[str, Any]:
    """Return the context with an entry of an entry set."""
    if not keys or len(keys) > 20 or not all(isinstance(key, str) for key in keys):
        raise Unfit("context put: the keys are a list of texts")
    run.spend(len(context))
    inner: Any = value
    if len(keys) > 1:
        below = context.get(keys[0])
        if below is not None and not isinstance(below, Mapping):
            raise Unfit(f"context put: {keys[0]} is no context")
        inner = context_put_at(run, below or {}, keys[1:], value)
    return {**context, keys[0]: inner}


@builtin("context merge")
def context_merge(run: Run, contexts: list[Any]) -> dict[str, Any]:
    """Return one context of all; later entries win."""
    made: dict[str, Any] = {}
    for one in contexts:
        if not isinstance(one, Mapping):
            raise Unfit("context merge: not a context")
        run.spend(len(one))
        made.update(one)
    return made
