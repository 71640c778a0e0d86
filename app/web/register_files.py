"""Files that go out of registers and come in, as pages."""

import csv
import io
from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import Any
from uuid import UUID

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import Invalid
from app.domain.registers import Register
from app.ports.spreadsheets import MEDIA_TYPE, read_book, write_book
from app.schemas.records import read
from app.schemas.register_csv import MOST_LINES, clean_text
from app.schemas.register_names import headings
from app.schemas.register_records import RowQuery, where_of
from app.schemas.texts import say as say_text
from app.usecases.registering import register_for
from app.usecases.registers.export_book import export_book
from app.usecases.registers.export_rows import export_rows
from app.usecases.registers.import_rows import Imported, UploadGone, import_rows
from app.usecases.registers.list_exports import list_exports
from app.web.errors import say
from app.web.identity import allow
from app.web.languages import language
from app.web.register_words import condition_text, shown
from app.web.registers import meant_in, query_of, registers
from app.web.rooms import actor, tools

#: bytes of a file that is imported
LARGEST = 3_000_000
#: bytes of what a workbook unfolds to, signs that are sent at once, and lines that are shown
_UNFOLDED, _SENT, _LISTED = 40_000_000, 50_000, 500


@registers.get("/<word:key>/export.csv")
@allow("register.read")
def export(key: str) -> Response:
    """Write the rows of a list as CSV, as programs read them; who took them is recorded."""
    lines = export_rows(tools(), actor=actor(), **_wanted(key))
    sent = {"Content-Disposition": f'attachment; filename="{key}.csv"'}
    return Response(_together(lines), mimetype="text/csv", headers=sent)


@registers.get("/<word:key>/export.xlsx")
@allow("register.read")
def export_workbook(key: str) -> Response:
    """Write the rows of a list as a workbook, as people read them; who took them is recorded."""
    return _book(key, export_book(tools(), actor=actor(), locale=language(), **_wanted(key)))


@registers.get("/<word:key>/template.xlsx")
@allow("register.write")
def template(key: str) -> Response:
    """Send an empty workbook with the headings of a register, to be filled and imported."""
    register = register_for(tools(), actor(), key, to_write=True)
    title = register.en if language() == "en" else register.zh
    return _book(f"{key}-template", write_book(list(headings(register, language()).values()), [], title=title))


def _book(name: str, content: bytes) -> Response:
    return Response(content, mimetype=MEDIA_TYPE, headers={
        "Content-Disposition": f'attachment; filename="{name}.xlsx"'})  # fmt: skip


def _wanted(key: str) -> dict[str, Any]:
    """Read which rows of a list are to leave."""
    register = register_for(tools(), actor(), key)
    plain, asked = query_of(register)
    query = read(RowQuery, plain)
    meant, several = meant_in(register, asked)
    if several:
        raise Invalid(errors=several)
    return {"key": key, "where": where_of(register, meant), "q": query["q"], "retired": query["retired"]}


def _together(lines: Iterable[str]) -> Iterator[str]:
    """Send many lines at once: each piece costs a write."""
    held: list[str] = []
    size = 0
    for line in lines:
        held.append(line)
        size += len(line)
        if size >= _SENT:
            yield "".join(held)
            held, size = [], 0
    yield "".join(held)


@registers.get("/<word:key>/exports")
@allow("audit.read")
def exports(key: str) -> str:
    """Show who took which rows."""
    found = list_exports(tools(), actor=actor(), key=key)
    return render_template("register_exports.html", found=found, condition_text=condition_text)


@registers.get("/<word:key>/import")
@allow("register.write")
def import_page(key: str) -> AnyResponse:
    """Ask for a file."""
    return _import(register_for(tools(), actor(), key, to_write=True))


@registers.post("/<word:key>/import")
@allow("register.write")
def import_file(key: str) -> AnyResponse:
    """Show what would become of a file; once it is confirmed, keep all of its rows."""
    register = register_for(tools(), actor(), key, to_write=True)
    try:
        confirmed = _confirmed()
        text = "" if confirmed else _sent()
        found = import_rows(tools(), actor=actor(), key=key, text=text, upload=confirmed)
    except Invalid as refused:
        return _import(register, errors=refused.errors, status=422)
    except UploadGone as gone:
        return _import(register, errors={"file": [say(gone)]}, status=409)
    if found.kept:
        flash(gettext("已导入 %(n)s 条记录。", n=len(found.lines)), "success")
        return redirect(url_for("registers.rows", key=key), 303)
    return _import(register, found=found, status=422 if confirmed else 200)


def _confirmed() -> UUID | None:
    """Read which file is confirmed."""
    given = request.form.get("upload", "")
    try:
        return UUID(given) if given else None
    except ValueError as cause:
        raise Invalid(errors={"file": [say_text("identifier")]}) from cause


def _sent() -> str:
    upload = request.files.get("file")
    content = b""
    if upload and upload.filename:
        with closing(upload):
            content = upload.stream.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise Invalid(errors={"file": [say_text("file_size", n=LARGEST // 1_000_000)]})
    text = _written(read_book(content, unfolded=_UNFOLDED, gaps=True)) if content[:2] == b"PK" else clean_text(content)
    if not text.strip():
        raise Invalid(errors={"file": [say_text("required")]})
    return text


def _written(table: list[list[str]]) -> str:
    """Write a workbook's first sheet as CSV: a file waits for its confirmation as text."""
    out = io.StringIO()
    csv.writer(out).writerows(table)
    return out.getvalue()


def _import(
    register: Register, *, found: Imported | None = None, errors: Any = None, status: int = 200
) -> AnyResponse:
    lines = sorted(found.lines, key=lambda line: not line.errors)[:_LISTED] if found else []
    told = {name for line in lines for name in (*line.typed, *line.errors)}
    return make_response(render_template(
        "register_import.html", register=register, found=found, errors=errors or {}, most=MOST_LINES,
        largest=LARGEST // 1_000_000, headings=headings(register, language()), shown=shown, lines=lines,
        columns=[field for field in register.fields if field.name in told],
    ), status)  # fmt: skip
