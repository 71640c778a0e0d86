"""The citizen's page for a report without an account."""

from collections.abc import Callable, Mapping
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

from app.domain.errors import Invalid, InvalidReport, YongzhiError
from app.schemas.records import read
from app.schemas.reports import ReportRecord, SuggestQuery
from app.schemas.texts import LANGUAGE
from app.schemas.texts import say as say_text
from app.usecases.intake.admit_report import admit_report
from app.usecases.intake.attach_file import Attachment, attach_file
from app.usecases.intake.submit_report import submit_report
from app.web.errors import RETRY_AFTER, answer_protocol, say, status_of, wants_document
from app.web.identity import allow
from app.web.intake import OFFERED, report_fields, suggested
from app.web.languages import language
from app.web.rooms import config, tools
from app.web.salvage import typed_fields

public = Blueprint("public", __name__, url_prefix="/public")
MOST_PHOTOS, _MOST_VOICES = 6, 3
_MOST_FILES = {"photos": MOST_PHOTOS, "voices": _MOST_VOICES}
#: fields beside which the page says what is wrong
_FIELDS = frozenset({"nature", "content", "photos", "voices", "lat", "lon", "address", "reporter", "reporter_name"})
_PLACES = {"reporter.name": "reporter_name"}
_BROKEN = 500
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
        "public_report.html", natures=_NATURES, most=MOST_PHOTOS, most_voices=_MOST_VOICES, typed=typed, errors=shown,
        problem=" ".join([problem, *shown.pop("", [])]).strip(), max_bytes=most_bytes(),
    )  # fmt: skip


def most_bytes() -> int:
    """Say how large a request may be."""
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


#: endpoint -> how its form is shown again: (what was typed, errors by field, the problem) -> page; None: it cannot be
BACK: dict[str, Callable[[Mapping[str, str], Mapping[str, Any], str], str | None]] = {"public.report_now": _report_page}


@public.errorhandler(RequestEntityTooLarge)
@public.errorhandler(CSRFError)
def form_back(failure: RequestEntityTooLarge | CSRFError) -> AnyResponse:
    """Give a form back that was not even read: too large, or from a page that has grown old."""
    shown = BACK.get(request.endpoint or "")
    if shown is None or wants_document():
        return answer_protocol(failure)
    g.setdefault("actor", None)
    # it was refused before anybody asked for its language
    LANGUAGE.set(language())
    if isinstance(failure, CSRFError):
        page = shown(request.form, {}, gettext("页面已过期，请再提交一次。"))
    else:
        errors = {"photos": [say_text("size_all", n=config().max_upload_mb)]}
        page = shown(typed_fields(request, most_bytes()), errors, gettext("文件太大，没有提交。"))
    return answer_protocol(failure) if page is None else make_response(page, failure.code)


def _report_taken() -> AnyResponse:
    fields = report_fields(request.form, _CHANNELS, _NATURES)
    # files of this page come with it: an id that a stranger names is nobody's
    for name in ("photos", "voices", "after_photos"):
        fields.pop(name, None)
    report = read(ReportRecord, {**fields, "self_handled": False}, InvalidReport)
    files = {name: sent_files(name, most) for name, most in _MOST_FILES.items()}
    admit_report(tools(), address=request.remote_addr or "")
    for name, chosen in files.items():
        report[name] = [str(kept_file(name, file, report).id) for file in chosen]
    taken = submit_report(tools(), actor=None, report=report, at=None)
    remember(taken.event_no, taken.tracking_code)
    flash(gettext("已收到您的上报，请记下编号和查询码。"), "success")
    where = url_for("public.tracking", event_no=taken.event_no)
    if request.headers.get("X-CSRFToken"):
        return jsonify(location=where)
    return redirect(where, 303)


def sent_files(name: str, most: int) -> list[FileStorage]:
    """List the files that came in a field of a form.

    Raises:
        InvalidReport: too many, at the field.
    """
    files = [file for file in request.files.getlist(name) if file.filename]
    if len(files) > most:
        raise InvalidReport(errors={name: [say_text("too_many", n=most)]})
    return files


def kept_file(name: str, file: FileStorage, report: Mapping[str, Any]) -> Attachment:
    """Keep a file of the form; what is wrong with it is said at its field."""
    try:
        kept = attach_file(tools(), actor=None, stream=cast(BinaryIO, file.stream), filename=file.filename or "",
                           phase="before", lat=report.get("lat"), lon=report.get("lon"))  # fmt: skip
    except Invalid as refused:
        raise InvalidReport(errors={name: [f"{file.filename}: {say(refused)}"]}) from refused
    if name == "voices" and kept.kind != "voice":
        raise InvalidReport(errors={name: [f"{file.filename}: {say_text('voice_type')}"]})
    return kept


def remember(event_no: str, code: str) -> None:
    """Keep the code of this browser's own reports in its signed cookie, never in an address."""
    known = session.get("tracking", {})
    session["tracking"] = dict([*known.items(), (event_no, code)][-5:])


@public.get("/suggestions")
@allow("report.public")
def suggestions() -> Response:
    """Guess the affair that a citizen's text is about."""
    return jsonify(suggestions=suggested(read(SuggestQuery, request.args.to_dict())))
