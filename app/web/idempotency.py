"""The same request sent twice is done once: answers are kept under the sender's Idempotency-Key."""

import hashlib
import secrets

from flask import Flask, Request, Response, g, session

from app.domain.errors import Invalid, YongzhiError
from app.domain.records_traffic import KeptAnswer
from app.schemas.records import clean_name
from app.usecases.command.answer_once import Once, answer_once
from app.web.errors import answer_ours
from app.web.identity import SAFE_METHODS
from app.web.rooms import actor_or_none, current_request, kept, tools

HEADER = "Idempotency-Key"
#: answers that contain secrets are never kept
NEVER = frozenset({
    "session.open_session", "people.sign_in_now", "people.sign_out_now", "entering.code", "entering.enrol",
    "entering.outside", "account.factor", "account.tie", "account.untie", "account.password", "office.password",
})  # fmt: skip
#: verbs that are many transactions; only their answer is kept
_APART = frozenset({"traffic.post_clock", "migrations.post_migrations", "migrating.migrate",
                   "desk_acts.post_bulk", "desk.bulk", "desk.bulk_complete", "office.leave", "sheets.bring",
                   "standing_in.post_leave"})
#: what these publish is visible when they are answered
_PUBLISHING = frozenset({"studio.decide"})
_LARGEST_ANSWER = 256 * 1024
#: a stranger's name in the signed session of his pages
_VISITOR = "visitor"
#: what a stranger's page knows after his report; without it a replayed answer would lead to a closed door
_TRACKING = "tracking"
#: where Flask keeps what the next page says
_SAID = "_flashes"


def install(app: Flask) -> None:
    """Look for a kept answer before, and keep the answer after."""
    app.before_request(_recall)
    app.after_request(_keep)
    app.teardown_request(_give_back)


def _recall() -> Response | None:
    sent = current_request()
    key = sent.headers.get(HEADER)
    if not key or sent.method in SAFE_METHODS or sent.endpoint in NEVER:
        return None
    sender = _sender()
    if not sender:
        return None
    if not clean_name(key):
        raise Invalid(errors={HEADER: ["1 … 200"]})
    here = kept()
    once: Once = here.get("once") or answer_once(
        tools(), actor_id=sender, key=key, route=route_of(sent), request_hash=digest(sent)
    )
    if once.kept is None:
        here.update(once=once, sender=sender)
        if sent.endpoint not in _APART:
            here["tools"] = once.tools
        return None
    return _replayed(once.kept, sender)


def _sender() -> str:
    """Name who sends this request: a person, or the browser of a stranger; empty for programs without either."""
    person = actor_or_none()
    if person is not None:
        return person.id
    return f"visitor:{session[_VISITOR]}" if _VISITOR in session else ""


def _replayed(kept: KeptAnswer, sender: str) -> Response:
    body = bytes(kept.body)
    if actor_or_none() is None:
        opened = tools().secrets.decrypt(body, context=sender)
        body = opened["body"].encode()
        known = {name: code for name, code in opened.items() if name != "body"}
        if known:
            session[_TRACKING] = {**session.get(_TRACKING, {}), **known}
    if kept.status == 303:
        response = Response(status=303, headers={"Location": body.decode()})
    else:
        response = Response(body, kept.status, mimetype=kept.media_type)
    response.headers["Idempotency-Replayed"] = "true"
    return response


def route_of(sent: Request) -> str:
    """Say what a key is used for."""
    return f"{sent.method} {sent.path}"[:200]


def digest(sent: Request) -> bytes:
    """Hash what was sent; the boundary of a multipart body does not count."""
    whole = hashlib.sha256(f"{sent.method} {sent.path}?{sent.query_string.decode('latin-1')}".encode())
    if sent.mimetype == "multipart/form-data":
        for name, value in sorted(sent.form.items(multi=True), key=repr):
            whole.update(repr((name, value)).encode("utf-8", "surrogatepass"))
        files = sent.files.items(multi=True)
        for name, file in sorted(files, key=lambda pair: (str(pair[0]), str(pair[1].filename))):
            whole.update(repr((name, file.filename)).encode("utf-8", "surrogatepass"))
            whole.update(hashlib.file_digest(file.stream, "sha256").digest())  # type: ignore[arg-type]
            file.stream.seek(0)
    else:
        whole.update(sent.get_data(cache=True))
    return whole.digest()


def _answer(response: Response) -> bytes | None:
    """Write an answer as it is kept; None for one that is not.

    Of a redirection the place is kept, of an answer to a stranger the codes of his reports besides; that is closed
    with the data key, for a code opens a report.
    """
    if response.status_code == 303:
        body = response.headers.get("Location", "").encode()
    elif response.status_code < 300 and not response.is_streamed and not response.direct_passthrough:
        body = response.get_data()
    else:
        return None
    if actor_or_none() is None:
        try:
            text = body.decode()
        except UnicodeDecodeError:
            return None
        values = {**session.get(_TRACKING, {}), "body": text}
        body = tools().secrets.encrypt(values, context=g.sender)
    return body if len(body) <= _LARGEST_ANSWER else None


def _keep(response: Response) -> Response:
    if response.mimetype == "text/html" and actor_or_none() is None and "csrf_token" in session:
        # before the first post: two that follow each other at once carry the same name
        session.setdefault(_VISITOR, secrets.token_urlsafe(16))
    once: Once | None = kept().get("once")
    if once is None or response.status_code >= 400:
        return response
    # a redirection after nothing was done leads back to a form: its key is free
    body = _answer(response) if response.status_code != 303 or once.worked else None
    if body is None and not once.worked:
        return response
    g.pop("once")
    try:
        once.finish(None if body is None else KeptAnswer(response.status_code, body, response.mimetype or ""))
    except YongzhiError as failure:
        if _SAID in session:
            # the view has thanked already for what is lost; the next page must not repeat it
            session.pop(_SAID)
        return answer_ours(failure)
    if current_request().endpoint in _PUBLISHING:
        # the verb looked before there was anything to see
        tools().library.forget()
    return response


def _give_back(_: BaseException | None) -> None:
    """A refused or failed request did nothing: its key is free again."""
    once: Once | None = g.pop("once", None)
    if once is not None:
        once.abandon()
