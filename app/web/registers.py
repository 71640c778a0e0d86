"""Pages of registers: what is declared becomes lists and forms."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import Conflict, Invalid
from app.domain.registers import Register, StaleRow
from app.schemas.records import clean_name, read
from app.schemas.register_names import kind_of
from app.schemas.register_records import PLAIN, RowQuery, values_of, where_of
from app.schemas.texts import say as say_text
from app.usecases.register_leaving import MOST
from app.usecases.registering import register_for
from app.usecases.registers.add_row import add_row
from app.usecases.registers.change_row import change_row
from app.usecases.registers.list_registers import list_registers
from app.usecases.registers.list_rows import list_rows
from app.usecases.registers.offer_named import offer_named
from app.usecases.registers.read_names import read_names
from app.usecases.registers.read_row import RowView, read_row
from app.usecases.registers.restore_row import restore_row
from app.usecases.registers.retire_row import retire_row
from app.web.errors import say
from app.web.identity import allow
from app.web.languages import language
from app.web.paging import SHOWN
from app.web.register_words import columns, shown, title_of, typed
from app.web.rooms import actor, tools

registers = Blueprint("registers", __name__, url_prefix="/registers")


@registers.get("")
@allow("register.read")
def index() -> str:
    """List the registers."""
    return render_template("registers.html", views=list_registers(tools(), actor=actor()))


@registers.get("/<word:key>")
@allow("register.read")
def rows(key: str) -> str:
    """List the rows of one, searched and filtered."""
    register = register_for(tools(), actor(), key)
    plain, asked = query_of(register)
    query = read(RowQuery, {"limit": str(SHOWN), **plain})
    errors: Mapping[str, Any] = {}
    meant, several = meant_in(register, asked)
    try:
        if several:
            raise Invalid(errors=several)
        page = list_rows(tools(), actor=actor(), key=key, where=where_of(register, meant), **query)
    except Invalid as refused:
        errors = refused.errors
        page = list_rows(tools(), actor=actor(), key=key)
    kept = [(name, value) for name, value in plain.items() if name not in ("after", "limit")] + asked
    return render_template(
        "register_rows.html", page=page, register=register, columns=columns(register), q=query["q"],
        sort=query["sort"], asked=dict(asked), errors=errors, filtered=bool(asked or query["q"]),
        shown=shown, title_of=title_of, label=label,
        next_url=_link(key, kept, page.next) if page.next else None,
        first_url=_link(key, kept) if query["after"] else None,
        retired=query["retired"], most=MOST,
        book_url=url_for("registers.export_workbook", key=key, **_pairs(kept)),
        export_url=url_for("registers.export", key=key, **_pairs(kept)),
    )  # fmt: skip


@registers.get("/<word:key>/rows/<uuid:row_id>")
@allow("register.read")
def row(key: str, row_id: UUID) -> str:
    """Show a row with its history."""
    view = read_row(tools(), actor=actor(), key=key, row_id=row_id)
    return render_template(
        "register_row.html", view=view, register=view.register, shown=shown, title_of=title_of
    )


@registers.get("/<word:key>/new")
@allow("register.write")
def new(key: str) -> AnyResponse:
    """Show the empty form."""
    register = register_for(tools(), actor(), key, to_write=True)
    return _form(register, {})


@registers.post("/<word:key>/new")
@allow("register.write")
def add(key: str) -> AnyResponse:
    """Add a row."""
    register = register_for(tools(), actor(), key, to_write=True)
    values, unit, errors = _sent(register)
    try:
        if errors:
            raise Invalid(errors=errors)
        made = add_row(
            tools(), actor=actor(), key=key, values=values, unit=unit or None, reason=request.form.get("reason", ""),
        )  # fmt: skip
    except Invalid as refused:
        return _form(register, request.form, errors=refused.errors, status=422)
    flash(gettext("已登记。"), "success")
    return redirect(url_for("registers.row", key=key, row_id=made.id), 303)


@registers.get("/<word:key>/rows/<uuid:row_id>/edit")
@allow("register.write")
def edit(key: str, row_id: UUID) -> AnyResponse:
    """Show the form of a row."""
    view = read_row(tools(), actor=actor(), key=key, row_id=row_id)
    return _form(view.register, typed(view), view=view)


@registers.post("/<word:key>/rows/<uuid:row_id>/edit")
@allow("register.write")
def change(key: str, row_id: UUID) -> AnyResponse:
    """Change a row."""
    register = register_for(tools(), actor(), key, to_write=True)
    view = read_row(tools(), actor=actor(), key=key, row_id=row_id)
    values, unit, errors = _sent(register)
    version = request.form.get("version", "")
    try:
        if errors or not (version.isascii() and version.isdecimal() and len(version) < 9):
            raise Invalid(errors=errors or {"version": [say_text("number")]})
        changed = {name: value for name, value in values.items() if value != view.row.data.get(name)}
        change_row(
            tools(), actor=actor(), key=key, row_id=row_id, version=int(version), values=changed,
            unit=unit if unit and unit != view.row.unit and not register.unit_field else None,
            reason=request.form.get("reason", ""),
        )  # fmt: skip
    except Invalid as refused:
        return _form(register, request.form, view=view, errors=refused.errors, status=422)
    except StaleRow as refused:
        return _form(register, request.form, view=view, problem=say(refused), status=409)
    flash(gettext("已保存。"), "success")
    return redirect(url_for("registers.row", key=key, row_id=row_id), 303)


@registers.post("/<word:key>/rows/<uuid:row_id>/retire")
@allow("register.write")
def retire(key: str, row_id: UUID) -> AnyResponse:
    """Take a row out of use."""
    return _used(retire_row, key, row_id, gettext("已撤下，不再列出；记录和理由都留存。"))


@registers.post("/<word:key>/rows/<uuid:row_id>/restore")
@allow("register.write")
def restore(key: str, row_id: UUID) -> AnyResponse:
    """Bring a row back into use."""
    return _used(restore_row, key, row_id, gettext("已重新启用并列出。"))


def _used(act: Callable[..., object], key: str, row_id: UUID, done: str) -> AnyResponse:
    """Take a row out of use or bring it back, and show it; what is refused is said at its top."""
    version = request.form.get("version", "")
    try:
        if not (version.isascii() and version.isdecimal() and len(version) < 9):
            raise Invalid(errors={"version": [say_text("number")]})
        reason = request.form.get("reason", "")
        act(tools(), actor=actor(), key=key, row_id=row_id, version=int(version), reason=reason)
    except (Invalid, Conflict) as refused:
        flash(" ".join([say(refused), *(text for texts in getattr(refused, "errors", {}).values() for text in texts)]),
              "warning")  # fmt: skip
    else:
        flash(done, "success")
    return redirect(url_for("registers.row", key=key, row_id=row_id), 303)


def _sent(register: Register) -> tuple[dict[str, Any], str, dict[str, list[str]]]:
    """Read the form: values with the codes of what was named, whose row it is, and what is wrong."""
    values, errors = values_of(register, request.form)
    texts = {name: value for name, value in values.items() if isinstance(value, str)}
    own = {} if register.unit_field else {"unit": request.form.get("unit", "").strip()}
    codes, several = read_names(tools(), actor=actor(), key=register.key, typed=texts | own)
    unit = codes.pop("unit", "") if own else ""
    return {**values, **codes}, unit, {**errors, **several}


def meant_in(
    register: Register, asked: list[tuple[str, str]]
) -> tuple[list[tuple[str, str]], dict[str, list[str]]]:
    """Read names of units and people in the conditions of a list as their codes."""
    errors: dict[str, list[str]] = {}
    meant = []
    for name, text in asked:
        field = "unit" if name in ("unit", "unit_within", "unit_covers") else name
        codes, several = read_names(tools(), actor=actor(), key=register.key, typed={field: text})
        meant.append((name, codes.get(field, text)))
        errors |= several
    return meant, errors


def label(register: Register, name: str) -> str:
    """Name a field, or a condition that is none of a field, for people."""
    field = register.find(name) or register.find(name.rpartition("_")[0])
    if field:
        return field.en if language() == "en" else field.zh
    return gettext("单位") if name.startswith("unit") else name


def query_of(register: Register) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Split the query of this request: the list's own parameters, and what is asked of fields."""
    given = [(name, value.strip()) for name, value in request.args.items(multi=True) if value.strip()]
    given = [(name, value) for name, value in given if clean_name(name) and len(value) <= 4000]
    asked = [pair for pair in given if pair[0] not in PLAIN]
    return {name: value for name, value in given if name in PLAIN}, asked


def _link(key: str, kept: list[tuple[str, str]], after: str | None = None) -> str:
    pairs = _pairs(kept)
    if after:
        pairs["after"] = after
    return url_for("registers.rows", key=key, **pairs)


def _pairs(kept: list[tuple[str, str]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in kept:
        # names that a link takes for itself are asked for by no field
        if not name.startswith("_") and name not in ("key", "endpoint"):
            found.setdefault(name, []).append(value)
    return found


def _form(
    register: Register, given: Mapping[str, str], *, view: RowView | None = None, errors: Any = None,
    problem: str = "", status: int = 200,
) -> AnyResponse:  # fmt: skip
    wrong = errors or {}
    kinds = {field.name: f"f.{field.name}" for field in register.fields if kind_of(register, field.name)}
    if not register.unit_field:
        kinds["unit"] = "unit"
    # without scripts what was typed in vain is looked for here
    offered = {
        name: offer_named(
            tools(), actor=actor(), key=register.key, field=name, locale=language(),
            q=given.get(key, "")[:60] if name in wrong else "",
        )
        for name, key in kinds.items()
    }  # fmt: skip
    return make_response(render_template(
        "register_form.html", register=register, typed=given, view=view, errors=wrong, problem=problem,
        offered=offered,
    ), status)  # fmt: skip
