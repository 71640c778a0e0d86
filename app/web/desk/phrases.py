"""Phrases for texts that one writes again and again."""

from uuid import UUID

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import Invalid
from app.usecases.desk.add_phrase import add_phrase
from app.usecases.desk.drop_phrase import drop_phrase
from app.usecases.desk.list_phrases import list_phrases
from app.web.desk import desk
from app.web.identity import allow
from app.web.rooms import actor, tools


@desk.get("/phrases")
@allow("task.work")
def phrases() -> str:
    """Show one's phrases."""
    return render_template("phrases.html", book=list_phrases(tools(), actor=actor()))


@desk.get("/phrases.json")
@allow("task.work")
def phrase_list() -> Response:
    """Send all phrases that one may use, for the button beside a text."""
    book = list_phrases(tools(), actor=actor())
    return jsonify(phrases=list(dict.fromkeys([*(one.text for one in book.mine), *book.offered])))


@desk.post("/phrases")
@allow("task.work")
def phrase_add() -> AnyResponse:
    """Keep a phrase."""
    try:
        add_phrase(tools(), actor=actor(), text=request.form.get("text", ""))
        flash(gettext("已保存。"), "success")
    except Invalid as refused:
        flash(str(refused.errors["text"][0] if isinstance(refused.errors["text"], list) else refused), "warning")
    return redirect(url_for("desk.phrases"), 303)


@desk.post("/phrases/<uuid:phrase_id>/drop")
@allow("task.work")
def phrase_drop(phrase_id: UUID) -> AnyResponse:
    """Forget a phrase."""
    drop_phrase(tools(), actor=actor(), phrase_id=phrase_id)
    return redirect(url_for("desk.phrases"), 303)
