"""The citizen's pages on which he follows his report: rate it, add to it, withdraw it, object to its refusal."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import ActNotOpen, Invalid, NotFound, TooManyAttempts
from app.schemas.records import plain, read
from app.schemas.reports import ObjectRecord, RateRecord, SupplementRecord, WithdrawRecord
from app.usecases.intake.answer_tracking import answer_tracking
from app.usecases.intake.track_report import Tracking, track_report
from app.web.errors import say, status_of
from app.web.identity import allow
from app.web.public import BACK, MOST_PHOTOS, kept_file, most_bytes, public, remember, sent_files
from app.web.rooms import tools

_ACTS = {"rate": RateRecord, "supplement": SupplementRecord, "withdraw": WithdrawRecord, "object": ObjectRecord}
_WITH_PHOTOS = ("supplement", "object")


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
    remember(event_no, code)
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
    return render_template(
        "tracking.html", view=view, code=code, typed=typed, errors=errors or {}, problem=problem, most=MOST_PHOTOS,
        max_bytes=most_bytes(),
    )  # fmt: skip


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
    # files of this page come with it: an id that a stranger names is nobody's
    sent.pop("photos", None)
    try:
        answers = plain(read(_ACTS[act], sent))
        answers |= _photos(event_no, code, act)
        answer_tracking(tools(), event_no=event_no, tracking_code=code, act=act, answers=answers)
    except (Invalid, ActNotOpen) as refused:
        view = track_report(tools(), event_no=event_no, tracking_code=code)
        errors = refused.errors if isinstance(refused, Invalid) else {}
        return _tracking_page(view, code, sent, errors, say(refused)), status_of(refused)
    flash(gettext("已提交，谢谢。"), "success")
    return redirect(url_for("public.tracking", event_no=event_no), 303)


def _photos(event_no: str, code: str, act: str) -> dict[str, list[str]]:
    """Keep the photos that came with an act, once it is sure that the case waits for it.

    Raises:
        ActNotOpen: it does not.
        InvalidReport: too many, or no photos.
    """
    files = sent_files("photos", MOST_PHOTOS) if act in _WITH_PHOTOS else []
    if not files:
        return {}
    view = track_report(tools(), event_no=event_no, tracking_code=code)
    if not (view.can_object if act == "object" else view.can_supplement):
        raise ActNotOpen
    kept = [kept_file("photos", file, {}) for file in files]
    return {"photos": [str(one.id) for one in kept]}


def _given_back(typed: Mapping[str, str], errors: Mapping[str, Any], problem: str) -> str | None:
    """Show the page again whose form was not even read."""
    event_no = str((request.view_args or {}).get("event_no", ""))
    code = _code(event_no)
    if code is None:
        return None
    try:
        view = track_report(tools(), event_no=event_no, tracking_code=code)
    except (NotFound, Invalid):
        return None
    return _tracking_page(view, code, typed, errors, problem)


BACK["public.tracking_act"] = _given_back


def _code(event_no: str) -> str | None:
    found = session.get("tracking", {}).get(event_no)
    return found if isinstance(found, str) else None
