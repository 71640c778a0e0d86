"""The auditor's rooms: find a case, step through it, read the verdict."""

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, Response, jsonify, render_template, request, url_for

from app.schemas.cases import CaseQuery, HistoryQuery
from app.schemas.records import plain, read
from app.usecases.audit.read_history import read_history
from app.usecases.audit.read_replay import Step, read_replay
from app.usecases.audit.verify_case import verify_case
from app.usecases.desk.list_cases import list_cases
from app.usecases.desk.name_processes import name_processes
from app.usecases.desk.name_units import name_units
from app.web.frame import kind_name, person_name, role_name
from app.web.identity import allow
from app.web.languages import language
from app.web.paging import Listing
from app.web.rooms import actor, tools

audit = Blueprint("audit", __name__, url_prefix="/audit")


@audit.get("/")
@allow("audit.read")
def cases() -> str:
    """List the cases of one's area."""
    listing = Listing(CaseQuery, "audit.cases")
    page = list_cases(tools(), actor=actor(), **listing.query)
    return render_template(
        "audit_cases.html", page=page, query=listing.query, filtered=listing.is_filtered, **listing.links(page.next)
    )


@audit.get("/cases/<uuid:case_id>")
@allow("audit.read")
def case(case_id: UUID) -> str:
    """Step through a case on its diagrams, beside the verdict."""
    verdict = verify_case(tools(), actor=actor(), case_id=case_id)
    replay = read_replay(tools(), actor=actor(), case_id=case_id)
    return render_template("replay.html", case_id=case_id, verdict=verdict, replay=replay)


@audit.get("/cases/<uuid:case_id>/replay.json")
@allow("audit.read")
def steps(case_id: UUID) -> Response:
    """Send the steps and the addresses of the diagrams."""
    replay = read_replay(tools(), actor=actor(), case_id=case_id)
    diagrams = {}
    for name in replay.diagrams:
        process, _, version = name.rpartition("@")
        diagrams[name] = url_for("desk.case_diagram", case_id=case_id, process=process, version=version)
    units = name_units(tools(), codes={step.unit for step in replay.steps}, locale=language())
    versions = {name: (name.rpartition("@")[0], int(name.rpartition("@")[2])) for name in diagrams}
    names = name_processes(tools(), versions=versions.values(), locale=language())
    titles = {name: f"{names[version]} · {version[1]}" for name, version in versions.items()}
    return jsonify(steps=[_step(step, diagrams, units) for step in replay.steps], diagrams=diagrams, titles=titles)


def _step(step: Step, diagrams: Mapping[str, str], units: Mapping[str, str]) -> dict[str, object]:
    english = language() == "en"
    name = f"{step.process}@{step.version}"
    changes = [
        {"label": _label(one.name, english), "before": plain(one.before), "after": plain(one.after)}
        for one in step.changes
    ]  # fmt: skip
    return {
        "seq": step.seq, "at": plain(step.at), "kind": step.kind, "nth": step.nth,
        "kind_name": kind_name(step), "process": name if name in diagrams else "", "node": step.node,
        "node_name": (step.name_en if english else "") or step.name, "hash": step.hash,
        "title": (step.title_en if english else "") or step.title,
        "actor": {"name": person_name(step.actor_name), "role_name": role_name(step.role),
                  "unit_name": units.get(step.unit, step.unit)},
        "changes": changes,
    }  # fmt: skip


def _label(name: str, english: bool) -> str:
    record, _, last = name.rpartition(".")
    known = tools().city.names.get(last)
    if known is None or record not in ("limits", "milestones"):
        return name
    return known.en if english else known.zh


@audit.get("/cases/<uuid:case_id>/facts")
@allow("audit.read")
def facts(case_id: UUID) -> str:
    """Show the facts as they are hashed."""
    query = read(HistoryQuery, {name: value for name, value in request.args.items() if value})
    page = read_history(tools(), actor=actor(), case_id=case_id, **query)
    more = url_for("audit.facts", case_id=case_id, after=page[-1].seq) if len(page) == query["limit"] else None
    return render_template("facts.html", case_id=case_id, facts=page, next_url=more, query=query)
