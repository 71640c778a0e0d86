"""The designer's rooms: what is published, editing a diagram, proposing and deciding."""

from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import DefinitionNotFound, InvalidDiagram, YongzhiError
from app.schemas.records import plain, read
from app.schemas.studio import KINDS, CheckRecord, DecisionRecord, ProposalRecord
from app.usecases.studio.check_diagram import check_diagram
from app.usecases.studio.decide_version import decide_version
from app.usecases.studio.list_processes import list_processes
from app.usecases.studio.propose_version import propose_version
from app.usecases.studio.read_definition import DefinitionView, read_definition
from app.usecases.studio.read_vocabulary import read_vocabulary
from app.web.errors import say
from app.web.identity import allow
from app.web.languages import language
from app.web.reading import document
from app.web.rooms import actor, tools

studio = Blueprint("studio", __name__, url_prefix="/studio")
_ENDINGS = {"process": ".bpmn", "decision": ".dmn", "form": ".form.json"}
_TYPES = {"process": "application/xml", "decision": "application/xml", "form": "application/json"}


@studio.get("/")
@allow("studio.read")
def definitions() -> str:
    """List every process, table and form."""
    rows = list_processes(tools(), actor=actor())
    waiting = [(row, proposal) for row in rows for proposal in row.proposals]
    return render_template("studio.html", rows=rows, kinds=KINDS, waiting=waiting, me=actor().username)


@studio.get("/<word:kind>/<act:key>/versions/<whole:number>")
@allow("studio.read")
def definition(kind: str, key: str, number: int) -> str:
    """Show one version: a diagram to look at, a table or form as its text, and its sisters."""
    view = _read(kind, key, number)
    text = "" if kind == "process" else view.content.decode("utf-8", "replace")
    return render_template(
        "definition.html", view=view, row=view.row, version=view.version, text=text,
        own=view.version.author == actor().username,
    )  # fmt: skip


@studio.get("/<word:kind>/<act:key>/files/<whole:number>")
@allow("studio.read")
def definition_file(kind: str, key: str, number: int) -> Response:
    """Send the file of one version."""
    view = _read(kind, key, number)
    response = Response(view.content, mimetype=_TYPES[kind])
    if request.args.get("download"):
        name = f"{key.rpartition('/')[2]}{_ENDINGS[kind]}"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _read(kind: str, key: str, number: int | None) -> DefinitionView:
    if kind not in KINDS:
        raise DefinitionNotFound
    return read_definition(tools(), actor=actor(), kind=kind, key=key, number=number)


@studio.get("/process/<word:key>/edit")
@allow("studio.propose")
def editor(key: str) -> str:
    """Open a diagram in the modeler, the current version or the one asked for."""
    asked = request.args.get("number", "")
    view = _read("process", key, int(asked) if asked.isdigit() and len(asked) < 9 else None)
    return render_template(
        "modeler.html", view=view, row=view.row, version=view.version,
        options=plain(read_vocabulary(tools(), actor=actor(), locale=language())),
    )  # fmt: skip


@studio.post("/process/<word:key>/check")
@allow("studio.propose")
def check(key: str) -> Response:
    """Say what the server has against a diagram."""
    sent = read(CheckRecord, document())
    found = check_diagram(tools(), actor=actor(), kind="process", key=key, content=sent["xml"].encode())
    return jsonify(findings=[_finding(one) for one in found])


def _finding(one: Any) -> dict[str, Any]:
    english = language() == "en" and one.message_en
    return {"severity": one.severity, "element": one.element, "rule": one.rule, "file": getattr(one, "file", ""),
            "text": one.message_en if english else one.message}  # fmt: skip


@studio.post("/process/<word:key>/proposals")
@allow("studio.propose")
def propose(key: str) -> tuple[Response, int] | Response:
    """Propose a diagram; findings of severity error refuse it."""
    sent = read(ProposalRecord, document())
    name = f"{key}{_ENDINGS['process']}"
    try:
        done = propose_version(
            tools(), actor=actor(), files=[(name, sent["xml"].encode())], message=sent["message"]
        )
    except InvalidDiagram as refused:
        refused.attributes["findings"] = [_finding(one) for one in refused.attributes.get("findings", ())]
        raise
    kind, key, number = done.versions[0]
    flash(gettext("已提交，等待另一位设计员审核。"), "success")
    return jsonify(
        location=url_for("studio.definition", kind=kind, key=key, number=number),
        findings=[_finding(one) for one in done.findings],
    ), 201  # fmt: skip


@studio.post("/upload")
@allow("studio.propose")
def upload() -> AnyResponse | tuple[str, int]:
    """Propose files from the designer's disk: a whole pack at once."""
    files = [(file.filename or "", file.stream.read()) for file in request.files.getlist("files") if file.filename]
    try:
        propose_version(tools(), actor=actor(), files=files, message=request.form.get("message", ""))
    except YongzhiError as refused:
        rows = list_processes(tools(), actor=actor())
        found = [_finding(one) for one in refused.attributes.get("findings", ())]
        page = render_template(
            "studio.html", rows=rows, kinds=KINDS, me=actor().username, problem=say(refused), findings=found,
            waiting=[(row, proposal) for row in rows for proposal in row.proposals],
        )  # fmt: skip
        return page, 422
    flash(gettext("已提交，等待另一位设计员审核。"), "success")
    return redirect(url_for("studio.definitions"), 303)


@studio.post("/<word:kind>/<act:key>/versions/<whole:number>/decision")
@allow("studio.decide")
def decide(kind: str, key: str, number: int) -> AnyResponse:
    """Approve or refuse somebody else's version."""
    sent = read(DecisionRecord, {name: request.form.get(name, "") for name in ("approve", "note")})
    try:
        decide_version(
            tools(), actor=actor(), kind=kind, key=key, number=number, approve=sent["approve"] == "yes",
            note=sent["note"],
        )  # fmt: skip
        flash(gettext("已发布，新案件将使用此版本。") if sent["approve"] == "yes" else gettext("已退回。"), "success")
    except YongzhiError as refused:
        flash(say(refused), "warning")
    return redirect(url_for("studio.definition", kind=kind, key=key, number=number), 303)
