"""The same request sent twice is done once: answers are kept under the sender's Idempotency-Key."""

import hashlib

from flask import Flask, Response, g, request

from app.domain.errors import Invalid, YongzhiError
from app.domain.records_traffic import KeptAnswer
from app.schemas.records import clean_name
from app.usecases.command.answer_once import Once, answer_once
from app.web.errors import answer_ours
from app.web.identity import SAFE_METHODS
from app.web.rooms import actor_or_none, tools

HEADER = "Idempotency-Key"
#: answers that contain secrets are never kept
_NEVER = frozenset({"session.open_session", "people.sign_in_now", "people.sign_out_now"})
#: verbs that are many transactions; only their answer is kept
_APART = frozenset({"traffic.post_clock"})
#: what these publish is visible when they are answered
_PUBLISHING = frozenset({"studio.decide"})
_LARGEST_ANSWER = 256 * 1024


def install(app: Flask) -> None:
    """Look for a kept answer before, and keep the answer after."""
    app.before_request(_recall)
    app.after_request(_keep)
    app.teardown_request(_give_back)


def _recall() -> Response | None:
    key = request.headers.get(HEADER)
    person = actor_or_none()
    if not key or request.method in SAFE_METHODS or request.endpoint in _NEVER or person is None:
        return None
    if not clean_name(key):
        raise Invalid(errors={HEADER: ["1 … 200"]})
    route = f"{request.method} {request.path}"[:200]
    once = answer_once(tools(), actor_id=person.id, key=key, route=route, request_hash=_digest())
    if once.kept is None:
        g.once = once
        if request.endpoint not in _APART:
            g.tools = once.tools
        return None
    response = Response(bytes(once.kept.body), once.kept.status, mimetype=once.kept.media_type)
    response.headers["Idempotency-Replayed"] = "true"
    return response


def _digest() -> bytes:
    """Hash what was sent; the boundary of a multipart body does not count."""
    whole = hashlib.sha256(f"{request.method} {request.path}?{request.query_string.decode('latin-1')}".encode())
    if request.mimetype == "multipart/form-data":
        for name, value in sorted(request.form.items(multi=True), key=repr):
            whole.update(repr((name, value)).encode("utf-8", "surrogatepass"))
        files = request.files.items(multi=True)
        for name, file in sorted(files, key=lambda pair: (str(pair[0]), str(pair[1].filename))):
            whole.update(repr((name, file.filename)).encode("utf-8", "surrogatepass"))
            whole.update(hashlib.file_digest(file.stream, "sha256").digest())  # type: ignore[arg-type]
            file.stream.seek(0)
    else:
        whole.update(request.get_data(cache=True))
    return whole.digest()


def _keep(response: Response) -> Response:
    once: Once | None = g.get("once")
    if once is None or response.status_code >= 400:
        return response
    kept = response.status_code < 300 and not response.is_streamed and not response.direct_passthrough
    body = response.get_data() if kept else b""
    kept = kept and len(body) <= _LARGEST_ANSWER
    if not kept and not once.worked:
        return response
    g.pop("once")
    try:
        once.finish(KeptAnswer(response.status_code, body, response.mimetype or "") if kept else None)
    except YongzhiError as failure:
        return answer_ours(failure)
    if request.endpoint in _PUBLISHING:
        # the verb looked before there was anything to see
        tools().library.forget()
    return response


def _give_back(_: BaseException | None) -> None:
    """A refused or failed request did nothing: its key is free again."""
    once: Once | None = g.pop("once", None)
    if once is not None:
        once.abandon()
