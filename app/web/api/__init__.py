"""The interface for machines: /api/v1, described by its own OpenAPI document."""

from typing import Any, ClassVar

import orjson
from flask import Flask, Request, Response
from flask_smorest import Api, Blueprint
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from app.schemas import values
from app.schemas.form_fields import Several
from app.schemas.records import At, Json, ProblemRecord, Record, Words
from app.web.identity import allow

PREFIX = "/api/v1"
#: how our fields are called in OpenAPI
TYPES: tuple[tuple[type, str | None, str | None], ...] = (
    (values.Text, "string", None), (values.Code, "string", None), (values.Identifier, "string", "uuid"),
    (values.Moment, "string", "date-time"), (values.Amount, "number", None), (values.Truth, "boolean", None),
    (values.Anything, None, None), (Several, "array", None), (At, "string", "date-time"), (Words, "string", None),
    (Json, None, None),
)  # fmt: skip


class StrictParser(FlaskParser):
    """Reads arguments; a document that is none is refused before any field is looked at."""

    def load_json(self, req: Request, schema: Any) -> Any:
        """Read the JSON body.

        Raises:
            BadRequest: it is not JSON.
            UnsupportedMediaType: something else was sent.
        """
        raw = req.get_data(cache=True)
        if not raw:
            return {}
        if not req.is_json:
            raise UnsupportedMediaType
        try:
            return orjson.loads(raw)
        except orjson.JSONDecodeError as cause:
            raise BadRequest from cause


class MachineApi(Api):
    """Our errors are answered by the house, in one shape for all."""

    ERROR_SCHEMA = ProblemRecord

    def _register_error_handlers(self) -> None:
        """Leave the answers to `app.web.errors`."""


class Room(Blueprint):
    """A part of the interface."""

    ARGUMENTS_PARSER: ClassVar[Any] = StrictParser()

    def arguments(self, schema: type[Record], **options: Any) -> Any:
        """Read what is sent with one instance of a record; one for each request would cost more than the reading."""
        return super().arguments(schema(), **options)


class Ready:
    """Keeps the finished document, which never changes while a process runs."""

    document: bytes | None = None


def install(app: Flask) -> None:
    """Open every part of the interface."""
    from app.web.api import (
        acts,
        cases,
        desk,
        incidents,
        lookups,
        migrations,
        people,
        processes,
        registers,
        reports,
        session,
        steering,
        tasks,
        traffic,
    )

    app.config.update(
        API_TITLE="Yongzhi", API_VERSION="v1", OPENAPI_VERSION="3.0.3", OPENAPI_URL_PREFIX=None,
        API_SPEC_OPTIONS={"info": {"description": "Cases, tasks and reports of a city's grassroots governance."}},
    )  # fmt: skip
    api = MachineApi(app)
    for field, kind, shape in TYPES:
        api.register_field(field, kind, shape)
    api.spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    for part in (
        session, reports, tasks, acts, desk, cases, processes, traffic, lookups, incidents, steering, migrations,
        registers, people,
    ):  # fmt: skip
        api.register_blueprint(part.room, url_prefix=PREFIX)
    kept = Ready()

    @app.get(f"{PREFIX}/openapi.json")
    @allow("door.open")
    def openapi() -> Response:
        """Describe the interface."""
        if kept.document is None:
            kept.document = orjson.dumps(_finished(api.spec.to_dict()), option=orjson.OPT_NON_STR_KEYS)
        return Response(kept.document, mimetype="application/json")


def _finished(document: dict[str, Any]) -> dict[str, Any]:
    """Say what every operation has in common: problems, tokens and the idempotency key."""
    key = {
        "name": "Idempotency-Key", "in": "header", "required": False, "schema": {"type": "string", "maxLength": 200},
        "description": "the same key with the same request is answered again and done once",
    }  # fmt: skip
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if method not in ("get", "post", "put", "patch", "delete"):
                continue
            if method != "get" and not path.endswith("/session"):
                operation.setdefault("parameters", []).append(key)
            if not path.endswith("/session"):
                operation["security"] = [{"token": []}]
            responses = operation.setdefault("responses", {})
            problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemRecord"}}}
            for status in ("400", "401", "403", "404", "409", "413", "415", "422", "429", "503"):
                responses[status] = {"description": "problem document", "content": problem}
            responses.pop("default", None)
    return document
