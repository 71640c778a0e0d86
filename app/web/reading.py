"""Reading what was sent: bounded, and never believed."""

from typing import Any

import orjson
from flask import Flask, Request, request
from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType
from werkzeug.routing import BaseConverter

from app.web.rooms import config, current_request

_WRITTEN = orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_DATETIME
#: largest JSON document; files have their own limit
JSON_BYTES = 4 * 1024 * 1024


class Word(BaseConverter):
    """A key in an address: letters, digits, _ . - only."""

    regex = r"[A-Za-z0-9_.\-]{1,120}"


class ActKey(BaseConverter):
    """The key of an act or form: words separated by / # and -."""

    regex = r"[A-Za-z0-9_.\-/#:]{1,200}"
    part_isolating = False


class Whole(BaseConverter):
    """A number that fits a column."""

    regex = r"[0-9]{1,9}"

    def to_python(self, value: str) -> int:
        """Read the digits."""
        return int(value)

    def to_url(self, value: Any) -> str:
        """Write the digits."""
        return str(int(value))


class StrictJson(DefaultJSONProvider):
    """JSON without NaN, endless digits or bottomless nesting."""

    ensure_ascii = False

    def dumps(self, obj: Any, **_: Any) -> str:
        """Write a document, keys in order."""
        try:
            return orjson.dumps(obj, self.default, _WRITTEN).decode()
        except TypeError:
            # numbers of any length, which orjson does not know
            return super().dumps(obj)

    def loads(self, s: str | bytes, **_: Any) -> Any:
        """Read a document.

        Raises:
            ValueError: it is none.
        """
        return orjson.loads(s)


def install(app: Flask) -> None:
    """Bound what comes in."""
    app.json = StrictJson(app)
    app.url_map.converters.update(word=Word, act=ActKey, whole=Whole)
    app.before_request(_bound)


def _bound() -> None:
    sent = current_request()
    if sent.endpoint != "static":
        limit = JSON_BYTES if sent.is_json else config().max_upload_mb * 1024 * 1024
        sent.max_content_length = limit
        length = sent.content_length
        if length is not None and length > limit:
            raise RequestEntityTooLarge


def document(of: Request | None = None) -> Any:
    """Read the JSON document of a request.

    Raises:
        BadRequest: it is not JSON.
        UnsupportedMediaType: something else was sent.
    """
    sent = of or request
    raw = sent.get_data(cache=True)
    if not raw:
        return {}
    if not sent.is_json:
        raise UnsupportedMediaType
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as cause:
        raise BadRequest from cause
