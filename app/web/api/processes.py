"""Processes: what is published, what is proposed, and starting one."""

from typing import Any

from flask import request

from app.domain.errors import Invalid
from app.schemas.cases import StartablesRecord, StartedRecord, StartRecord
from app.schemas.records import clean_name
from app.schemas.studio import DefinitionsRecord, ExplainedRecord, ImportedRecord, ProposedRecord
from app.schemas.texts import say
from app.usecases.desk.list_startable import list_startable
from app.usecases.desk.start_case import start_case
from app.usecases.studio.explain_version import explain_version
from app.usecases.studio.import_diagrams import import_diagrams
from app.usecases.studio.list_processes import list_processes
from app.usecases.studio.propose_version import propose_version
from app.web.api import Room
from app.web.identity import allow
from app.web.rooms import actor, tools

room = Room("processes", __name__, description="Processes, decision tables and forms")
_MOST_FILES = 50
_UPLOAD = {
    "requestBody": {"content": {"multipart/form-data": {"schema": {"type": "object", "properties": {
        "files": {"type": "array", "items": {"type": "string", "format": "binary"}},
        "message": {"type": "string", "maxLength": 500}}}}}}
}  # fmt: skip


@room.route("/processes", methods=["GET"])
@room.response(200, DefinitionsRecord)
@allow("studio.read")
def get_processes() -> Any:
    """List every process, table and form with its versions."""
    return {"definitions": list_processes(tools(), actor=actor())}


@room.route("/processes", methods=["POST"])
@room.doc(**_UPLOAD)
@room.response(201, ProposedRecord)
@allow("studio.propose")
def post_processes() -> Any:
    """Propose diagrams, tables and forms; 422 with the findings when the server refuses them."""
    files, message = _uploaded()
    proposed = propose_version(tools(), actor=actor(), files=files, message=message)
    return {"proposed": _named(proposed.versions), "findings": proposed.findings, "notes": proposed.notes}


@room.route("/processes/import", methods=["POST"])
@room.doc(**_UPLOAD)
@room.response(201, ImportedRecord)
@allow("studio.propose")
def post_import() -> Any:
    """Keep other tools' diagrams as drafts, also drawings that cannot run, and say what became of each extension."""
    files, message = _uploaded()
    imported = import_diagrams(tools(), actor=actor(), files=files, message=message)
    return {"drafts": _named(imported.drafts), "findings": imported.findings, "notes": imported.notes}


@room.route("/processes/<word:key>/versions/<whole:number>/findings", methods=["GET"])
@room.response(200, ExplainedRecord)
@allow("studio.read")
def get_findings(key: str, number: int) -> Any:
    """Say what would refuse a version of a process today, and what became of another tool's extensions."""
    return explain_version(tools(), actor=actor(), kind="process", key=key, number=number)


def _uploaded() -> tuple[list[tuple[str, bytes]], str]:
    """Read the files and the message of a multipart request."""
    uploads = [file for file in request.files.values() if file.filename]
    if not uploads or len(uploads) > _MOST_FILES:
        raise Invalid(errors={"files": [say("required") if not uploads else say("too_many", n=_MOST_FILES)]})
    files = []
    for upload in request.files.getlist("files") or uploads:
        if not clean_name(upload.filename or ""):
            raise Invalid(errors={"files": [say("characters")]})
        files.append((upload.filename or "", upload.stream.read()))
    message = request.form.get("message", "").strip()[:500]
    if message and not clean_name(message[:200]):
        raise Invalid(errors={"message": [say("characters")]})
    return files, message


def _named(versions: tuple[tuple[str, str, int], ...]) -> list[dict[str, Any]]:
    return [{"kind": kind, "key": key, "number": number} for kind, key, number in versions]


@room.route("/processes/startable", methods=["GET"])
@room.response(200, StartablesRecord)
@allow("case.start")
def get_startable() -> Any:
    """List the processes that one may begin by hand."""
    return {"processes": list_startable(tools(), actor=actor())}


@room.route("/processes/<word:key>/cases", methods=["POST"])
@room.arguments(StartRecord)
@room.response(201, StartedRecord)
@allow("case.start")
def post_case(sent: dict[str, Any], key: str) -> Any:
    """Start a case on the current version of a process: with its form's answers, or with variables."""
    return start_case(tools(), actor=actor(), process=key, **sent)
