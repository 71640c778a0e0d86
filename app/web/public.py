"""The citizen's pages: report without an account, follow the report, rate what came of it."""

from collections.abc import Mapping
from typing import Any, BinaryIO, cast

from flask import (
    Blueprint,
    Response,
    flash,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import ActNotOpen, Invalid, InvalidReport, NotFound, TooManyAttempts, YongzhiError
from app.schemas.records import plain, read
from app.schemas.reports import ObjectRecord, RateRecord, ReportRecord, SuggestQuery, SupplementRecord, WithdrawRecord
from app.schemas.texts import LANGUAGE
from app.schemas.texts import say as say_text
from app.usecases.intake.admit_report import admit_report
from app.usecases.intake.answer_tracking import answer_tracking
from app.usecases.intake.attach_file import Attachment, attach_file
from app.usecases.intake.submit_report import submit_report
from app.usecases.intake.track_report import Tracking, track_report
from app.web.errors import RETRY_AFTER, answer_protocol, say, status_of, wants_document
from app.web.identity import allow
from app.web.intake import OFFERED, report_fields, suggested
from app.web.languages import language
from app.web.rooms import config, tools
from app.web.salvage import typed_fields

public = Blueprint("public", __name__, url_prefix="/public")
_MOST_PHOTOS, _MOST_VOICES = 6, 3
_MOST_FILES = {"photos": _MOST_PHOTOS, "voices": _MOST_VOICES}
#: fields beside which the page says what is wrong
_FIELDS = frozenset({"nature", "content", "photos", "voices", "lat", "lon", "address", "reporter", "reporter_name"})
_PLACES = {"reporter.name": "reporter_name"}
_BROKEN = 500
_ACTS = {"rate": RateRecord, "supplement": SupplementRecord, "withdraw": WithdrawRecord, "object": ObjectRecord}
#: what a citizen without account may say about himself: where he reports from
_CHANNELS = ("CITY_APP",)
_NATURES = tuple(nature for nature in OFFERED if nature != "patrol")


@public.get("/report")
@allow("report.public")
def report_page() -> str:
    """Show the public report form."""
    return _report_page({})


def _report_page(typed: Mapping[str, str], errors: Mapping[str, Any] | None = None, problem: str = "") -> str:
    """Show the form, with what was typed and refused; what no field of the page shows is said at its top."""
    shown: dict[str, list[str]] = {}
    for name, texts in (errors or {}).items():
        place = _PLACES.get(name) or name.partition(".")[0]
        shown.setdefault(place if place in _FIELDS else "", []).extend(texts)
    return render_template(
        "public_report.html", natures=_NATURES, most=_MOST_PHOTOS, most_voices=_MOST_VOICES, typed=typed, errors=shown,
        problem=" ".join([problem, *shown.pop("", [])]).strip(), max_bytes=_most_bytes(),
    )  # fmt: skip


def _most_bytes() -> int:
    return config().max_upload_mb * 1024 * 1024


@public.post("/report")
@allow("report.public")
def report_now() -> AnyResponse:
    """Take a citizen's report with its photos, and lead to its tracking page.

    Raises:
        TooManyReports, InvalidReport and others: for a script, which keeps its form; people get the form back as
            they filled it.
    """
    try:
        return _report_taken()
    except YongzhiError as refused:
        status = status_of(refused)
        if wants_document() or status == _BROKEN:
            raise
        errors = refused.errors if isinstance(refused, Invalid) else {}
        answer = make_response(_report_page(request.form, errors, say(refused)), status)
        answer.headers.extend({"Retry-After": RETRY_AFTER[status]} if status in RETRY_AFTER else {})
        return answer


@public.errorhandler(RequestEntityTooLarge)
@public.errorhandler(CSRFError)
def report_back(failure: RequestEntityTooLarge | CSRFError) -> AnyResponse:
    """Give a form back that was not even read: too large, or from a page that has grown old."""
    if request.endpoint != "public.report_now" or wants_document():
        return answer_protocol(failure)
    g.setdefault("actor", None)
    # it was refused before anybody asked for its language
    LANGUAGE.set(language())
    if isinstance(failure, CSRFError):
        return make_response(_report_page(request.form, None, gettext("页面已过期，请再提交一次。")), failure.code)
    errors = {"photos": [say_text("size_all", n=config().max_upload_mb)]}
    typed = typed_fields(request, _most_bytes())
    return make_response(_report_page(typed, errors, gettext("文件太大，没有提交。")), failure.code)


def _report_taken() -> AnyResponse:
    fields = report_fields(request.form, _CHANNELS, _NATURES)
    # files of this page come with it: an id that a stranger names is nobody's
    for name in ("photos", "voices", "after_photos"):
        fields.pop(name, None)
    report = read(ReportRecord, {**fields, "self_handled": False}, InvalidReport)
    files = {name: [file for file in request.files.getlist(name) if file.filename] for name in _MOST_FILES}
    for name, most in _MOST_FILES.items():
        if len(files[name]) > most:
            raise InvalidReport(errors={name: [say_text("too_many", n=most)]})
    admit_report(tools(), address=request.remote_addr or "")
    for name, chosen in files.items():
        report[name] = [str(_kept(name, file, report).id) for file in chosen]
    taken = submit_report(tools(), actor=None, report=report, at=None)
    _remember(taken.event_no, taken.tracking_code)
    flash(gettext("已收到您的上报，请记下编号和查询码。"), "success")
    where = url_for("public.tracking", event_no=taken.event_no)
    if request.headers.get("X-CSRFToken"):
        return jsonify(location=where)
    return redirect(where, 303)


def _kept(name: str, file: FileStorage, report: Mapping[str, Any]) -> Attachment:
    """Keep a file of the form; what is wrong with it is said at its field."""
    try:
        kept = attach_file(tools(), actor=None, stream=cast(BinaryIO, file.stream), filename=file.filename or "",
                           phase="before", lat=report["lat"], lon=report["lon"])  # fmt: skip
    except Invalid as refused:
        raise InvalidReport(errors={name: [f"{file.filename}: {say(refused)}"]}) from refused
    if name == "voices" and kept.kind != "voice":
        raise InvalidReport(errors={name: [f"{file.filename}: {say_text('voice_type')}"]})
    return kept


def _remember(event_no: str, code: str) -> None:
    """Keep the code of this browser's own reports in its signed cookie, never in an address."""
    known = session.get("tracking", {})
    session["tracking"] = dict([*known.items(), (event_no, code)][-5:])


@public.get("/suggestions")
@allow("report.public")
def suggestions() -> Response:
    """Guess the affair that a citizen's text is about."""
    return jsonify(suggestions=suggested(read(SuggestQuery, request.args.to_dict())))


@public.get("/track")
@allow("report.public")
def track_page() -> str:
    """Ask for number and tracking code."""
    return render_template("track.html", event_no=request.args.get("event_no", "")[:40], problem="")


@public.post("/track")
@allow("report.public")
def track_now() -> AnyResponse | tuple[str, int]:
    """Check number and code, and go to the report."""
    event_no, code = request.form.get("event_no", "").strip()[:40], request.form.get("code", "").strip()[:40]
    try:
        track_report(tools(), event_no=event_no, tracking_code=code, address=request.remote_addr or "")
    except (NotFound, Invalid):
        problem = gettext("编号或查询码不正确。")
        return render_template("track.html", event_no=event_no, problem=problem), 422
    except TooManyAttempts as refused:
        return render_template("track.html", event_no=event_no, problem=say(refused)), 429
    _remember(event_no, code)
    return redirect(url_for("public.tracking", event_no=event_no), 303)


@public.get("/track/<word:event_no>")
@allow("report.public")
def tracking(event_no: str) -> AnyResponse | str:
    """Show a reporter what became of his report."""
    code = _code(event_no)
    if code is None:
        return redirect(url_for("public.track_page", event_no=event_no), 303)
    try:
        view = track_report(tools(), event_no=event_no, tracking_code=code)
    except (NotFound, Invalid):
        return redirect(url_for("public.track_page", event_no=event_no), 303)
    return _tracking_page(view, code, {})


def _tracking_page(view: Tracking, code: str, typed: Mapping[str, str], errors: Any = None, problem: str = "") -> str:
    return render_template("tracking.html", view=view, code=code, typed=typed, errors=errors or {}, problem=problem)


@public.post("/track/<word:event_no>/<word:act>")
@allow("report.public")
def tracking_act(event_no: str, act: str) -> AnyResponse | tuple[str, int]:
    """Take a rating, a supplement, a withdrawal or an objection; what is refused comes back as it was typed.

    Raises:
        NotFound: there is no such act.
    """
    code = _code(event_no)
    if act not in _ACTS or code is None:
        raise NotFound
    sent: dict[str, Any] = {name: value for name, value in request.form.items() if name != "csrf_token" and value}
    try:
        answers = plain(read(_ACTS[act], sent))
        answer_tracking(tools(), event_no=event_no, tracking_code=code, act=act, answers=answers)
    except (Invalid, ActNotOpen) as refused:
        view = track_report(tools(), event_no=event_no, tracking_code=code)
        errors = refused.errors if isinstance(refused, Invalid) else {}
        return _tracking_page(view, code, sent, errors, say(refused)), status_of(refused)
    flash(gettext("已提交，谢谢。"), "success")
    return redirect(url_for("public.tracking", event_no=event_no), 303)


def _code(event_no: str) -> str | None:
    found = session.get("tracking", {}).get(event_no)
    return found if isinstance(found, str) else None
