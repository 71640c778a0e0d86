"""The designer's page on which running cases are taken over to another version."""

from typing import Any

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import Conflict, Invalid
from app.schemas.records import read
from app.schemas.steering import MigrationRecord, PlanRecord
from app.usecases.migrating.list_versions import list_versions
from app.usecases.migrating.migrate_cases import migrate_cases
from app.usecases.migrating.plan_migration import Plan, plan_migration
from app.web.errors import say
from app.web.frame import named
from app.web.identity import allow
from app.web.rooms import actor, tools

migrating = Blueprint("migrating", __name__, url_prefix="/studio/migrations")
_CHOICE = "map."


@migrating.get("/<word:key>")
@allow("case.migrate")
def plan(key: str) -> AnyResponse:
    """Choose two versions, and see what becomes of each element."""
    return _page(key, {name: request.args.get(name, "") for name in ("old", "new")})


@migrating.post("/<word:key>")
@allow("case.migrate")
def migrate(key: str) -> AnyResponse:
    """Map anew, try, or carry out; a page of cases at a time."""
    typed = {name: request.form.get(name, "").strip() for name in ("old", "new", "reason", "after", "after_of")}
    given = {name.removeprefix(_CHOICE): value for name, value in request.form.items()
             if name.startswith(_CHOICE) and value}  # fmt: skip
    todo = request.form.get("do", "plan")
    if todo == "plan":
        return _page(key, typed, given)
    try:
        sent = read(MigrationRecord, {
            "process": key, "old": _number(typed["old"]), "new": _number(typed["new"]), "mapping": given,
            "reason": typed["reason"], "dry_run": todo == "dry",
            # a try goes on where the last try ended, never the migration itself
            "after": typed["after"] if typed["after_of"] == todo and typed["after"] else None,
        })  # fmt: skip
        done = migrate_cases(tools(), actor=actor(), **sent)
    except Invalid as refused:
        return _page(key, typed, given, errors=refused.errors, status=422)
    except Conflict as refused:
        return _page(key, typed, given, problem=say(refused), status=409)
    return _page(key, typed, given, done=done)


def _page(
    key: str, typed: dict[str, str], given: dict[str, str] | None = None, *, done: Any = None, errors: Any = None,
    problem: str = "", status: int = 200,
) -> AnyResponse:  # fmt: skip
    versions = list_versions(tools(), actor=actor(), process=key)
    numbers = [one.number for one in versions.versions]
    # the newest one that cases still run besides the current one
    old = _number(typed["old"]) or next((one.number for one in versions.versions[1:] if one.cases), numbers[-1])
    new = _number(typed["new"]) or numbers[0]
    found = None
    if old != new:
        try:
            wanted = read(PlanRecord, {"process": key, "old": old, "new": new, "mapping": given or None})
            found = plan_migration(tools(), actor=actor(), **wanted)
        except Conflict as refused:
            problem, status = problem or say(refused), 409
            found = plan_migration(tools(), actor=actor(), process=key, old=old, new=new)
    return make_response(render_template(
        "migrating.html", versions=versions, old=old, new=new, plan=found, done=done, errors=errors or {},
        problem=problem, typed={"reason": "", **typed}, prefix=_CHOICE, names=_names(found),
    ), status)  # fmt: skip


def _names(found: Plan | None) -> dict[str, str]:
    """Name the elements of both versions."""
    elements = found.elements if found else ()
    both = [choice for one in elements for choice in one.choices] + list(elements)
    return {one.node: named(one) or one.node for one in both}


def _number(text: str) -> int:
    return int(text) if len(text) < 9 and text.isdecimal() else 0
