"""Files that go out of registers and come in, as pages."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import Any
from uuid import UUID

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import Invalid
from app.domain.registers import Register
from app.schemas.records import read
from app.schemas.register_csv import MOST_LINES, clean_text
from app.schemas.register_records import RowQuery, where_of
from app.schemas.texts import say as say_text
from app.usecases.registering import register_for
from app.usecases.registers.export_rows import export_rows
from app.usecases.registers.import_rows import Imported, UploadGone, import_rows
from app.usecases.registers.list_exports import list_exports
from app.web.errors import say
from app.web.identity import allow
from app.web.registers import query_of, registers
from app.web.rooms import actor, tools

#: bytes of a file that is imported
LARGEST = 3_000_000
#: signs that are sent at once
_SENT = 50_000


@registers.get("/<word:key>/export.csv")
@allow("register.read")
def export(key: str) -> Response:
    """Write the rows of a list as CSV; who took them is recorded."""
    register = register_for(tools(), actor(), key)
    plain, asked = query_of(register)
    query = read(RowQuery, plain)
    lines = export_rows(tools(), actor=actor(), key=key, where=where_of(register, asked), q=query["q"],
                        retired=query["retired"])  # fmt: skip
    sent = {"Content-Disposition": f'attachment; filename="{key}.csv"'}
    return Response(_together(lines), mimetype="text/csv", headers=sent)


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
    return render_template("register_exports.html", found=list_exports(tools(), actor=actor(), key=key))


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
    text = clean_text(content)
    if not text.strip():
        raise Invalid(errors={"file": [say_text("required")]})
    return text


def _import(
    register: Register, *, found: Imported | None = None, errors: Any = None, status: int = 200
) -> AnyResponse:
    return make_response(render_template(
        "register_import.html", register=register, found=found, errors=errors or {}, most=MOST_LINES,
        largest=LARGEST // 1_000_000,
    ), status)  # fmt: skip
