"""The pages of a party without account or report: he answers the one question that his code opens."""

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, session, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import NotFound, TooManyAttempts
from app.schemas.records import read
from app.schemas.tasks import CompleteRecord
from app.usecases.intake.answer_question import answer_question
from app.usecases.intake.read_question import Question, read_question
from app.web.errors import say
from app.web.identity import allow
from app.web.languages import language
from app.web.reading import document
from app.web.rooms import tools

answers = Blueprint("answers", __name__, url_prefix="/public/answer")
_LONGEST = 40


@answers.get("")
@allow("report.public")
def door() -> str:
    """Ask for number and code."""
    return render_template("answer_door.html", event_no=request.args.get("event_no", "")[:_LONGEST], problem="")


@answers.post("")
@allow("report.public")
def enter() -> AnyResponse | tuple[str, int]:
    """Check number and code, and go to the question."""
    event_no, code = (request.form.get(name, "").strip()[:_LONGEST] for name in ("event_no", "code"))
    try:
        place = request.remote_addr or ""
        read_question(tools(), event_no=event_no, code=code, locale=language(), address=place)
    except NotFound:
        problem = gettext("编号或答复码不正确，或者已经答复过了。")
        return render_template("answer_door.html", event_no=event_no, problem=problem), 422
    except TooManyAttempts as refused:
        return render_template("answer_door.html", event_no=event_no, problem=say(refused)), 429
    # the code stays in the signed cookie, never in an address
    session["answering"] = dict([*session.get("answering", {}).items(), (event_no, code)][-5:])
    return redirect(url_for("answers.page", event_no=event_no), 303)


@answers.get("/<word:event_no>")
@allow("report.public")
def page(event_no: str) -> AnyResponse | str:
    """Show the question with its form."""
    found = _question(event_no)
    if found is None:
        return redirect(url_for("answers.door", event_no=event_no), 303)
    return render_template("answer.html", asked=found)


@answers.post("/<word:event_no>")
@allow("report.public")
def give(event_no: str) -> Response:
    """Take the answer."""
    sent = read(CompleteRecord, document())
    answer_question(
        tools(), event_no=event_no, code=_code(event_no), answers=sent["answers"], locale=language()
    )
    flash(gettext("已提交，谢谢。"), "success")
    return jsonify(location=url_for("answers.door"))


def _question(event_no: str) -> Question | None:
    try:
        return read_question(tools(), event_no=event_no, code=_code(event_no), locale=language())
    except NotFound:
        return None


def _code(event_no: str) -> str:
    return str(session.get("answering", {}).get(event_no, ""))
