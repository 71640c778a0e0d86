"""The designer's page on which cells of a decision table are changed."""

import re
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import YongzhiError
from app.schemas.records import read
from app.schemas.studio import RevisionRecord
from app.usecases.studio.lay_out import lay_out_tables
from app.usecases.studio.read_definition import read_definition
from app.usecases.studio.revise_table import revise_table
from app.web.errors import say, status_of
from app.web.identity import allow
from app.web.languages import language
from app.web.rooms import actor, tools

tables = Blueprint("tables", __name__, url_prefix="/studio/tables")
_CELL = re.compile(r"cell\.(\d{1,3})\.(\d{1,4})\.(\d{1,3})")
_LONGEST = 4000


@tables.get("/<word:key>/<whole:number>")
@allow("studio.propose")
def page(key: str, number: int) -> str:
    """Show a version with a field for every cell."""
    return _page(key, number, {}, "")


@tables.post("/<word:key>/<whole:number>")
@allow("studio.propose")
def change(key: str, number: int) -> AnyResponse | tuple[str, int]:
    """Propose what was typed; a refusal shows it again."""
    typed = {name: value[:_LONGEST] for name, value in request.form.items() if _CELL.fullmatch(name)}
    message = request.form.get("message", "")
    try:
        sent = read(RevisionRecord, {"message": message})
        done = revise_table(
            tools(), actor=actor(), key=key, number=number, message=sent["message"],
            cells={_place(name): value.strip() for name, value in typed.items()},
        )  # fmt: skip
    except YongzhiError as refused:
        if status_of(refused) not in (409, 422):
            raise
        return _page(key, number, typed, message, refused), status_of(refused)
    kind, key, number = done.versions[0]
    flash(gettext("已提交，等待另一位设计员审核。"), "success")
    return redirect(url_for("studio.definition", kind=kind, key=key, number=number), 303)


def _place(name: str) -> tuple[int, int, int]:
    sheet, rule, cell = (int(part) for part in name.split(".")[1:])
    return sheet, rule, cell


def _page(key: str, number: int, typed: dict[str, str], message: str, refused: YongzhiError | None = None) -> str:
    view = read_definition(tools(), actor=actor(), kind="decision", key=key, number=number)
    found = refused.attributes.get("findings", ()) if refused else ()
    english = language() == "en"
    said: list[Any] = [{"row": one.element, "text": (english and one.message_en) or one.message} for one in found]
    return render_template(
        "table_edit.html", row=view.row, version=view.version, tables=lay_out_tables(view.content), typed=typed,
        message=message, problem=say(refused) if refused else "", findings=said,
        errors=getattr(refused, "errors", None) or {},
    )  # fmt: skip
