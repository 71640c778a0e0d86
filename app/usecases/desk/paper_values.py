"""What a document can be filled with: the case's record, its dates, and what its people answered, as people read it."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from app.domain.actor import Actor
from app.domain.facts import Fact
from app.domain.records import StoredCase
from app.domain.titles import Names
from app.schemas.values import CITY_ZONE, read_moment
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools
from app.usecases.desk.case_summary import names_of, summarise
from app.usecases.desk.forms import form_schema

#: facts that a document can quote
QUOTED = ("CaseStarted", "TaskCompleted")
#: between the entries of a list
BETWEEN = "；"
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_URGENCY = {"U1": ("特急", "U1, critical"), "U2": ("紧急", "U2, urgent"), "U3": ("一般", "U3, ordinary"),
            "U4": ("计划", "U4, planned")}  # fmt: skip


class _Words(NamedTuple):
    """What answers are written with."""

    language: str
    names: Names


def known_values(
    tools: Tools, uow: UnitOfWork, actor: Actor, case: StoredCase, unit: str, at: datetime, language: str
) -> dict[str, Any]:
    """Collect everything that a template may name, {event, place, item, milestones, limits, said, issuer}.

    Args:
        unit: of the seat in which the actor issues the document.
    """
    record = case.record
    plain = {name: value for name, value in record.items() if isinstance(value, str | int | float) and value != ""}
    codes = [str(value) for value in plain.values() if isinstance(value, str) and "." in value]
    units = names_of(uow, [*codes, unit], language)
    summary = summarise(tools, case, units, at, language)
    event = {name: units.get(str(value), value) for name, value in plain.items()}
    event |= {"event_no": case.event_no or "", "title": summary.summary}
    if event.get("urgency") in _URGENCY:
        event["urgency"] = _URGENCY[str(event["urgency"])][language == "en"]
    limits = {name: _moment(one.get("due_at"), language) for name, one in (record.get("limits") or {}).items()}
    reached = {name: _moment(one, language) for name, one in (record.get("milestones") or {}).items()}
    return {
        "event": event, "place": summary.place, "item": summary.item_name, "milestones": reached, "limits": limits,
        "said": _said(tools, uow, actor, case, language),
        "issuer": {"name": actor.name or actor.username, "unit": units.get(unit, "")},
        "today": _day(at, language),
    }  # fmt: skip


def case_number(case: StoredCase) -> str:
    """Name a case on paper: its event number, or the end of its id."""
    return case.event_no or str(case.id)[-12:].upper()


def seat_among(actor: Actor, roles: frozenset[str], case: StoredCase) -> tuple[str, str] | None:
    """Find the seat in which somebody may issue a document: of several, the one at the unit whose case it is."""
    near = [case.record.get(name) for name in ("lead_unit", "command_room")]
    held = sorted((near.index(one.unit) if one.unit in near else len(near), one.role, one.unit)
                  for one in actor.assignments if one.role in roles)  # fmt: skip
    return held[0][1:] if held else None


def said_in(tools: Tools, fact: Fact, language: str) -> list[tuple[str, str]]:
    """Write what somebody answered at a step as lines of its form, [(label, text)]; files and blanks are left out."""
    body = fact.content
    if not body.get("form"):
        return []
    fields = _flat(form_schema(tools, body["form"], body["form_version"])["components"])
    found = []
    for name, value in body["answers"].items():
        field = fields.get(name, {})
        text = _line(_shown(value, field, _Words(language, tools.city.names)))
        if text:
            english = (field.get("properties") or {}).get("label_en") if language == "en" else ""
            found.append((str(english or field.get("label") or name), text))
    return found


def _line(value: Any) -> str:
    if isinstance(value, list):
        return BETWEEN.join(filter(None, map(_line, value)))
    if isinstance(value, Mapping):
        return "，".join(filter(None, map(_line, value.values())))
    return "" if value in (None, "") else str(value)


def _said(tools: Tools, uow: UnitOfWork, actor: Actor, case: StoredCase, language: str) -> dict[str, Any]:
    """Read the last answers at each step, {step: {field: text}}; what the case began with is `start`.

    A paper that people sign or are served is written before its step is sent: what the actor has typed at a step that
    he holds counts too.
    """
    found: dict[str, Any] = {}
    words = _Words(language, tools.city.names)
    for fact in uow.facts.of_kinds(case.id, QUOTED):
        if fact.kind == "TaskCompleted":
            body = fact.content
            found[fact.node] = _answers(body["answers"], _fields(tools, body["form"], body["form_version"]), words)
        elif fact.kind == "CaseStarted":
            given = fact.content.get("variables") or {}
            found["start"] = {name: value for name, value in given.items() if isinstance(value, str | int | float)}
    for task in uow.tasks.of_case(case.id):
        if task.state == "claimed" and task.holder == actor.desk and task.draft:
            found[task.node] = _answers(task.draft, _fields(tools, task.form, task.form_version), words)
    return found


def _fields(tools: Tools, form: str | None, version: int | None) -> dict[str, Mapping[str, Any]]:
    return _flat(form_schema(tools, form, version)["components"]) if form and version else {}


def _flat(components: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    for one in components:
        if one.get("type") == "group":
            found |= _flat(one.get("components") or ())
        name = one.get("key") or one.get("path")
        if name:
            found[str(name)] = one
    return found


def _answers(answers: Mapping[str, Any], fields: Mapping[str, Mapping[str, Any]], words: _Words) -> dict[str, Any]:
    return {name: _shown(value, fields.get(name, {}), words) for name, value in answers.items()}


def _shown(value: Any, field: Mapping[str, Any], words: _Words) -> Any:
    """Write an answer as its form shows it; files are left out, they are not text."""
    kind = field.get("type")
    if value is None or kind == "filepicker":
        return None
    if isinstance(value, bool):
        return (("是", "否"), ("yes", "no"))[words.language == "en"][not value]
    if kind == "dynamiclist" and isinstance(value, list):
        inner = _flat(field.get("components") or ())
        return [_answers(row, inner, words) for row in value if isinstance(row, Mapping)]
    if isinstance(value, list):
        return [_shown(one, field, words) for one in value]
    if kind == "datetime":
        return _moment(value, words.language)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return _label(value, field, words)


def _label(value: Any, field: Mapping[str, Any], words: _Words) -> str:
    text, english = str(value), words.language == "en"
    option = next((one for one in field.get("values") or () if str(one.get("value")) == text), None)
    if option is None:
        known = words.names.get(text)
        return text if known is None else (known.en if english else known.zh)
    options = (field.get("properties") or {}).get("options_en") or "{}"
    named = (json.loads(options) if isinstance(options, str) else options).get(text) if english else None
    return str(named or option.get("label") or text)


def _moment(text: Any, language: str) -> str:
    if _DATE.fullmatch(str(text)):
        return _day(read_moment(f"{text}T00:00"), language) or str(text)
    at = read_moment(text)
    if at is None:
        return str(text or "")
    return f"{_day(at, language)} {at.astimezone(CITY_ZONE):%H:%M}"


def _day(at: datetime | None, language: str) -> str:
    if at is None:
        return ""
    local = at.astimezone(CITY_ZONE)
    return f"{local.day} {local:%B %Y}" if language == "en" else f"{local.year}年{local.month}月{local.day}日"
