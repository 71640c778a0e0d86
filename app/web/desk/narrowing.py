"""What the inbox is narrowed to: conditions chosen from lists, added, shown in words and taken away."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from app.domain.filters import OPERATORS, Condition, read_conditions, write_conditions
from app.schemas.reports import CHANNELS, NATURES
from app.schemas.tasks import InboxQuery
from app.usecases.desk.name_units import name_units
from app.usecases.desk.offer_values import Value, offer_values
from app.web.desk import desk
from app.web.desk.inbox_texts import FIELDS
from app.web.frame import code_name, process_name, role_name, status_name
from app.web.identity import allow
from app.web.languages import language
from app.web.rooms import actor, tools

#: fields whose values are fixed words of ours
_FIXED: Mapping[str, Sequence[str]] = {
    "urgency": ("U1", "U2", "U3", "U4"), "nature": NATURES, "channel": CHANNELS,
    "status": ("reported", "accepted", "dispatched", "signed", "handling", "joint", "mediating", "verifying",
               "callback", "rework", "escalating", "suspended", "merged", "refused", "closed"),
    "phase": ("P1", "P2", "P3", "P4", "P5", "P6", "P7"), "level": ("1", "2", "3", "4", "5"),
}  # fmt: skip
_DAYS = frozenset({"created_at", "opened_at", "due_at", "business_due_at", "finished_at"})
_UNITS = frozenset({"county", "street", "village", "grid", "lead_unit", "unit"})
#: a field that is not in the list is typed
OTHER = "other"
_OPERATORS = {"list": ("=", "!="), "day": (">=", "<=", "="), "text": ("~", "=", "!="), "other": OPERATORS}


@desk.get("/inbox/picker")
@allow("inbox.read")
def picker() -> str:
    """Show how a field is compared and what with; asked for when a field is chosen."""
    return render_template("_filter_value.html", pick=pick(request.args.get("add_field", "")))


def pick(field: str) -> dict[str, Any] | None:
    """Say how a field of an event is chosen: {field, kind, operators, groups}; None for none."""
    if not field:
        return None
    if field not in dict(FIELDS):
        return _picked(OTHER, "other")
    if field in _DAYS:
        return _picked(field, "day")
    if field in _FIXED:
        values: Sequence[Value] = [Value(code, _named(field, code)) for code in _FIXED[field]]
    else:
        values = offer_values(tools(), actor=actor(), field=field)
    kind = "list" if values else "text"
    return _picked(field, kind, values)


def _picked(field: str, kind: str, values: Sequence[Value] = ()) -> dict[str, Any]:
    groups = [(group, list(ones)) for group, ones in groupby(values, key=lambda one: one.group)]
    return {"field": field, "kind": kind, "operators": _OPERATORS[kind], "groups": groups}


def add_condition() -> AnyResponse:
    """Add a condition to those of the address, and go there; with a field alone, ask for its value first."""
    asked: dict[str, Any] = {name: value for name, value in request.args.items() if not name.startswith("add_")}
    field = request.args["add_field"].strip().lower()
    kept = {name: value for name, value in asked.items() if value and name in InboxQuery().fields and name != "after"}
    if "add_value" not in request.args:
        return redirect(url_for("desk.inbox", **kept, pick=field) + "#narrow", 303)
    field = request.args.get("add_other", "").strip().lower() if field == OTHER else field
    new = Condition(field, request.args.get("add_operator", "="), request.args["add_value"].strip())
    old = read_conditions(kept.get("where", ""))
    where = write_conditions([*(one for one in old if one != new), new])
    # what was typed is judged here, not on the page that it leads to
    read_conditions(where)
    return redirect(url_for("desk.inbox", **kept | {"where": where}), 303)


def conditions_shown(conditions: Sequence[Condition]) -> list[tuple[Condition, str]]:
    """Write conditions in words, each with itself."""
    names = name_units(tools(), codes=[one.value for one in conditions if one.field in _UNITS], locale=language())
    return [(one, _in_words(one, names)) for one in conditions]


def _in_words(one: Condition, names: Mapping[str, str]) -> str:
    fields = dict(FIELDS)
    field = gettext(fields[one.field]) if one.field in fields else one.field
    compared = operator_text(one.operator, "day" if one.field in _DAYS else "")
    return f"{field} {compared} {names.get(one.value) or _value_text(one)}"


@desk.app_template_global()
def operator_text(operator: str, kind: str = "") -> str:
    """Say how two values are compared."""
    if kind == "day":
        return {"=": gettext("当天"), "!=": gettext("不在"), ">=": gettext("不早于"),
                "<=": gettext("不晚于")}.get(operator, "")  # fmt: skip
    return {"=": gettext("等于"), "!=": gettext("不等于"), "~": gettext("包含"), ">=": gettext("不小于"),
            "<=": gettext("不大于")}.get(operator, "")  # fmt: skip


def _value_text(one: Condition) -> str:
    if not one.value:
        return gettext("（空）")
    if one.field in _FIXED:
        return _named(one.field, one.value)
    if one.field in ("process", "role"):
        return process_name(one.value) if one.field == "process" else role_name(one.value)
    if one.field in ("item_code", "affair_code", "platform"):
        found = offer_values(tools(), actor=actor(), field=one.field)
        return next((value.label for value in found if value.value == one.value), one.value)
    return one.value


def _named(field: str, code: str) -> str:
    return code if field == "level" else status_name(code) if field == "status" else code_name(code)
