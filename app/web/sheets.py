"""People as a spreadsheet: taken away, and brought with a look at the changes before they are made."""

import json
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import Invalid, NotFound
from app.ports.spreadsheets import MEDIA_TYPE, read_book
from app.schemas.people_sheet import MOST, headings, read_csv
from app.schemas.texts import say
from app.usecases.people.export_people import export_people
from app.usecases.people.import_people import PeopleSheet, import_people
from app.web.identity import allow
from app.web.languages import language
from app.web.rooms import actor, tools
from app.web.typed import asked

sheets = Blueprint("sheets", __name__, url_prefix="/people/sheet")
#: bytes of a file, and of what it unfolds to
_LARGEST, _UNFOLDED = 3_000_000, 40_000_000


@sheets.get("/people.<word:kind>")
@allow("people.manage")
def take(kind: str) -> Response:
    """Send the list as a workbook or as CSV.

    Raises:
        NotFound: another kind.
    """
    if kind not in ("xlsx", "csv"):
        raise NotFound
    closed = {"closed": True, "open": False}.get(asked("state"))
    content = export_people(
        tools(), actor=actor(), kind=kind, q=asked("q"), unit=asked("unit"), role=asked("role"), closed=closed,
        locale=language(),
    )
    media = MEDIA_TYPE if kind == "xlsx" else "text/csv"
    return Response(content, mimetype=media, headers={"Content-Disposition": f'attachment; filename="people.{kind}"'})


@sheets.route("", methods=["GET", "POST"])
@allow("people.manage")
def bring() -> AnyResponse:
    """Ask for a file, show what it would change, and change exactly that."""
    if request.method == "GET":
        return _page()
    try:
        table = _table()
        keep = request.form.get("do") == "keep"
        sheet = import_people(
            tools(), actor=actor(), table=table, seen=request.form.get("seen", "")[:64] if keep else None
        )
    except Invalid as refused:
        return _page(errors=refused.errors, status=422)
    late = gettext("预览之后有人改动过，请再看一遍。") if keep and not sheet.done else ""
    return _page(sheet=sheet, text=json.dumps(table, ensure_ascii=False), problem=late, status=409 if late else 200)


def _table() -> list[list[str]]:
    upload = request.files.get("file")
    if upload and upload.filename:
        content = upload.stream.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise Invalid(errors={"file": [say("size")]})
        return read_book(content, unfolded=_UNFOLDED) if content[:2] == b"PK" else read_csv(content)
    try:
        found = json.loads(request.form.get("text", "")[:_LARGEST])
    except (ValueError, RecursionError) as cause:
        raise Invalid(errors={"file": [say("required")]}) from cause
    plain = isinstance(found, list) and all(
        isinstance(row, list) and all(isinstance(cell, str) for cell in row) for row in found
    )
    if not plain:
        raise Invalid(errors={"file": [say("pattern")]})
    table: list[list[str]] = found
    return table


def _page(
    *, sheet: PeopleSheet | None = None, text: str = "", errors: Any = None, problem: str = "", status: int = 200
) -> AnyResponse:
    return make_response(render_template(
        "people_sheet.html", sheet=sheet, text=text, errors=errors or {}, problem=problem, most=MOST,
        headings=headings(language()),
    ), status)  # fmt: skip
