"""The designer's rooms: what is published, editing a diagram, proposing and deciding."""

from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import DefinitionNotFound, InvalidDiagram, YongzhiError
from app.schemas.records import plain, read
from app.schemas.studio import KINDS, BeginRecord, CheckRecord, DecisionRecord, DraftRecord, ProposalRecord
from app.usecases.studio.begin_diagram import begin_diagram
from app.usecases.studio.check_diagram import check_diagram
from app.usecases.studio.decide_version import decide_version
from app.usecases.studio.drop_draft import drop_draft
from app.usecases.studio.explain_version import explain_version
from app.usecases.studio.import_diagrams import import_diagrams
from app.usecases.studio.keep_draft import keep_draft
from app.usecases.studio.lay_out import lay_out_fields, lay_out_tables
from app.usecases.studio.list_processes import READERS_OF_PROPOSALS, list_processes
from app.usecases.studio.propose_version import propose_version
from app.usecases.studio.read_definition import DefinitionView, read_definition
from app.usecases.studio.read_vocabulary import read_vocabulary
from app.web.errors import say
from app.web.frame import pack_name
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
    return _list()


def _list(**more: Any) -> str:
    rows = list_processes(tools(), actor=actor())
    asked = request.args.get("q", "").strip()[:100]
    found = [row for row in rows
             if asked.casefold() in f"{row.name} {row.name_en} {row.key} {pack_name(row.pack)}".casefold()]
    waiting = [(row, proposal) for row in rows for proposal in row.proposals]
    drafts = [(row, one) for row in rows for one in row.drafts]
    return render_template(
        "studio.html", rows=rows, found=found, q=asked, kinds=KINDS, waiting=waiting, drafts=drafts,
        me=actor().username, **more,
    )  # fmt: skip


@studio.post("/process")
@allow("studio.propose")
def begin() -> AnyResponse | tuple[str, int]:
    """Begin a diagram and open it in the modeler."""
    try:
        sent = read(BeginRecord, {name: request.form.get(name, "") for name in ("key", "name")})
        number = begin_diagram(tools(), actor=actor(), key=sent["key"], name=sent["name"])
    except YongzhiError as refused:
        return _list(problem=say(refused), begun=request.form), 422
    return redirect(url_for("studio.editor", key=sent["key"], number=number), 303)


@studio.get("/<word:kind>/<act:key>/versions/<whole:number>")
@allow("studio.read")
def definition(kind: str, key: str, number: int) -> str:
    """Show one version: a diagram to look at, a table or form for people and as its text, and its sisters."""
    view = _read(kind, key, number)
    text = "" if kind == "process" else view.content.decode("utf-8", "replace")
    laid_tables = lay_out_tables(view.content, view.before) if kind == "decision" else ()
    fields = lay_out_fields(view.content, language(), view.before) if kind == "form" else ()
    explained = None
    if view.version.state in ("draft", "proposed") and actor().has(*READERS_OF_PROPOSALS):
        explained = explain_version(tools(), actor=actor(), kind=kind, key=key, number=number)
    return render_template(
        "definition.html", view=view, row=view.row, version=view.version, text=text,
        tables=laid_tables, fields=fields, policies=_policies(), compared=view.before is not None,
        own=view.version.author == actor().username,
        findings=[_finding(one) for one in explained.findings] if explained else [],
        notes=[_finding(one) for one in explained.notes] if explained else [],
    )  # fmt: skip


def _policies() -> dict[str, str]:
    """Say what each hit policy does, for people who know none of their names."""
    return {
        "FIRST": gettext("从上往下，第一条符合的规则生效"), "UNIQUE": gettext("至多一条规则符合"),
        "ANY": gettext("符合的规则结果都相同"), "COLLECT": gettext("符合的规则全部生效"),
        "RULE ORDER": gettext("符合的规则全部生效，按表中次序"),
        "OUTPUT ORDER": gettext("符合的规则全部生效，按结果的先后"),
        "PRIORITY": gettext("符合的规则中，结果最优先的生效"),
    }  # fmt: skip


@studio.get("/<word:kind>/<act:key>/files/<whole:number>")
@allow("studio.read")
def definition_file(kind: str, key: str, number: int) -> Response:
    """Send the file of one version: to keep as it came, or to show with a place for every element."""
    view = _read(kind, key, number)
    to_show = kind == "process" and not request.args.get("download")
    response = Response(view.picture if to_show else view.content, mimetype=_TYPES[kind])
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
            "name": one.name, "text": one.message_en if english else one.message}  # fmt: skip


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


@studio.post("/process/<word:key>/drafts")
@allow("studio.propose")
def draft(key: str) -> tuple[Response, int]:
    """Keep a diagram as it is, finished or not."""
    sent = read(DraftRecord, document())
    number = keep_draft(tools(), actor=actor(), key=key, content=sent["xml"].encode(), message=sent["message"])
    return jsonify(location=url_for("studio.definition", kind="process", key=key, number=number)), 201


@studio.post("/import")
@allow("studio.propose")
def import_files() -> AnyResponse | tuple[str, int]:
    """Keep other tools' diagrams as drafts and show what became of them."""
    files = [(file.filename or "", file.stream.read()) for file in request.files.getlist("files") if file.filename]
    try:
        done = import_diagrams(tools(), actor=actor(), files=files, message=request.form.get("message", ""))
    except YongzhiError as refused:
        return _list(problem=say(refused), findings=[
            {"file": file, "text": text} for file, texts in getattr(refused, "errors", {}).items() for text in texts
        ]), 422  # fmt: skip
    flash(gettext("已存为草稿。"), "success")
    if len(done.drafts) == 1:
        kind, key, number = done.drafts[0]
        return redirect(url_for("studio.definition", kind=kind, key=key, number=number), 303)
    return redirect(url_for("studio.definitions"), 303)


@studio.post("/process/<word:key>/drafts/<whole:number>/drop")
@allow("studio.propose")
def drop(key: str, number: int) -> AnyResponse:
    """Drop a draft."""
    try:
        drop_draft(tools(), actor=actor(), kind="process", key=key, number=number)
    except YongzhiError as refused:
        flash(say(refused), "warning")
        return redirect(url_for("studio.definition", kind="process", key=key, number=number), 303)
    flash(gettext("草稿已丢弃。"), "success")
    return redirect(url_for("studio.definitions"), 303)


@studio.post("/process/<word:key>/drafts/<whole:number>/proposal")
@allow("studio.propose")
def propose_draft(key: str, number: int) -> AnyResponse:
    """Propose a draft as it is."""
    view = _read("process", key, number)
    try:
        name, message = f"{key}{_ENDINGS['process']}", request.form.get("message", "")
        done = propose_version(tools(), actor=actor(), files=[(name, view.content)], message=message)
    except YongzhiError as refused:
        flash(say(refused), "warning")
        return redirect(url_for("studio.definition", kind="process", key=key, number=number), 303)
    flash(gettext("已提交，等待另一位设计员审核。"), "success")
    kind, key, number = done.versions[0]
    return redirect(url_for("studio.definition", kind=kind, key=key, number=number), 303)


@studio.post("/upload")
@allow("studio.propose")
def upload() -> AnyResponse | tuple[str, int]:
    """Propose files from the designer's disk: a whole pack at once."""
    files = [(file.filename or "", file.stream.read()) for file in request.files.getlist("files") if file.filename]
    try:
        propose_version(tools(), actor=actor(), files=files, message=request.form.get("message", ""))
    except YongzhiError as refused:
        found = [_finding(one) for one in refused.attributes.get("findings", ())]
        return _list(problem=say(refused), findings=found), 422
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
