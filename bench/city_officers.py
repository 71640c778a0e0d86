"""How the city's officers behave: how soon they act, and what they write into any form."""

import math
import random
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from app.engine import feel

#: share of the limit that an officer takes: half act within a third of it, one in thirty comes too late
MEDIAN_SHARE, SPREAD = 0.33, 0.6
#: without a limit: hours until half have acted
MEDIAN_HOURS = 3.0
SOONEST = timedelta(minutes=3)
LATEST = timedelta(days=40)
#: what is done at an appointed time: how long before the task is due that is
PUNCTUAL = {"whistle/check_in": timedelta(minutes=30)}

TEXT = "情况属实，已按规定办理，结果已告知有关各方。"
#: {form: [{weight, set: {field: value}}]}; fields that nobody sets are filled by their kind
PROFILES: Mapping[str, list[dict[str, Any]]] = yaml.safe_load(
    Path(__file__).with_name("city_answers.yaml").read_text("utf-8")
)
_PHASES = {"before": "before", "after": "after"}


def acts_after(chance: random.Random, form: str, created: datetime, due: datetime | None) -> datetime:
    """Draw when an officer finishes a task."""
    if form in PUNCTUAL and due:
        return max(due - PUNCTUAL[form] + timedelta(minutes=chance.uniform(-10, 10)), created + SOONEST)
    share = math.exp(chance.gauss(0.0, SPREAD))
    length = (due - created) * MEDIAN_SHARE if due and due > created else timedelta(hours=MEDIAN_HOURS)
    return created + min(max(length * share, SOONEST), LATEST)


def answers_for(
    chance: random.Random, form: str, schema: Mapping[str, Any], values: Mapping[str, Any],
    context: Mapping[str, Any], known: Mapping[str, Any], options: Mapping[str, Any],
) -> tuple[dict[str, Any], dict[str, str]]:
    """Fill a form: as its profile says, else as it proposes, else anything of its kind.

    Args:
        known: {field: value} that this officer knows: place, time, names.

    Returns:
        The answers, and which fields still need a file: {field: phase}.
    """
    profiles = PROFILES.get(form) or [{"set": {}}]
    wanted = chance.choices(profiles, [one.get("weight", 1) for one in profiles])[0].get("set", {})
    files: dict[str, str] = {}
    return _filled(schema, wanted, values, context, known, options, files), files


def _filled(
    holder: Mapping[str, Any], wanted: Mapping[str, Any], values: Mapping[str, Any], context: Mapping[str, Any],
    known: Mapping[str, Any], options: Mapping[str, Any], files: dict[str, str],
) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for field in _fields(holder):
        if field.get("readonly") or field.get("disabled") or _hidden(field, {**context, **values, **answers}):
            continue
        key = field.get("key") or field.get("path") or ""
        if field["type"] == "dynamiclist":
            said = _said(wanted.get(key), {**context, **values, **answers}, known, options)
            rows = said or values.get(key) or [
                _filled(field, {}, {}, context, known, options, files)
            ] * max(1, int(field.get("properties", {}).get("minRows", 0)))
            answers[key] = rows
        elif field["type"] == "filepicker":
            if field.get("validate", {}).get("required") or key in wanted or "photos" in key:
                files[key] = next((phase for word, phase in _PHASES.items() if word in key), "after")
        elif key in wanted:
            answers[key] = _said(wanted[key], {**context, **values, **answers}, known, options)
        elif key in known:
            answers[key] = known[key]
        elif values.get(key) not in (None, "", []):
            answers[key] = values[key]
        elif field.get("validate", {}).get("required") or field["type"] == "radio":
            answers[key] = _any(field, known, options)
    return answers


def _said(wanted: Any, scope: Mapping[str, Any], known: Mapping[str, Any], options: Mapping[str, Any]) -> Any:
    """Work out what a profile writes as `=expression`: over the form, `now`, and `offered`, the values of each list."""
    if isinstance(wanted, list):
        return [_said(one, scope, known, options) for one in wanted]
    if isinstance(wanted, dict):
        return {name: _said(one, scope, known, options) for name, one in wanted.items()}
    if not (isinstance(wanted, str) and wanted.startswith("=")):
        return wanted
    offered = {name: [one["value"] for one in choices] for name, choices in options.items()}
    now = datetime.fromisoformat(known["now"])
    return feel.normalise(feel.evaluate(wanted[1:], {**scope, "offered": offered, "now": now}, now=now))


def _fields(holder: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """List the fields of a form or of a list's row, through groups but not into lists."""
    for one in holder.get("components") or ():
        if one["type"] == "dynamiclist" or (one.get("key") and not one.get("components")):
            yield one
        else:
            yield from _fields(one)


def _hidden(field: Mapping[str, Any], scope: Mapping[str, Any]) -> bool:
    hide = (field.get("conditional") or {}).get("hide")
    return bool(hide) and feel.evaluate(hide.removeprefix("="), scope) is True


def _any(field: Mapping[str, Any], known: Mapping[str, Any], options: Mapping[str, Any]) -> Any:
    """Write something that a field of this kind takes."""
    kind, rules = field["type"], field.get("validate", {})
    offered = [one["value"] for one in field.get("values") or options.get(field.get("valuesKey") or "") or ()]
    if kind in ("checklist", "taglist"):
        return offered[:1]
    if offered:
        return offered[0]
    if kind == "number":
        return rules.get("min", 1)
    if kind == "checkbox":
        return True
    if kind == "datetime":
        return str(known["now"])[:10] if field.get("subtype") == "date" else known["now"]
    text = TEXT * (1 + int(rules.get("minLength", 0)) // len(TEXT))
    return text[: int(rules.get("maxLength", 200))]
