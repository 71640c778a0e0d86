"""Two doors into the product with one set of verbs: the use cases with PostgreSQL, and HTTP to a running server."""

import http.client
import io
import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import quote
from uuid import UUID

from app.domain.actor import Actor
from app.domain.errors import YongzhiError
from app.schemas.records import plain, read
from app.schemas.reports import ReportRecord
from app.usecases import Tools
from app.usecases.audit.read_history import read_history
from app.usecases.audit.verify_case import verify_case
from app.usecases.command.move_clock import move_clock
from app.usecases.desk.claim_task import claim_task
from app.usecases.desk.complete_task import complete_task
from app.usecases.desk.perform_act import perform_act
from app.usecases.desk.read_case import read_case
from app.usecases.desk.read_inbox import read_inbox
from app.usecases.desk.read_task import read_task
from app.usecases.intake.answer_tracking import answer_tracking
from app.usecases.intake.attach_file import attach_file
from app.usecases.intake.own_report import MESSAGES
from app.usecases.intake.submit_report import submit_report
from app.web.errors import status_of
from tests.stories.cast import AUDITOR, GATEWAY

_FACTS = 1000
#: seconds after which a quiet connection is not trusted: the server hangs up after two
_QUIET = 1


class Refused(Exception):
    """The product said no; as an officer's program sees it."""

    def __init__(self, status: int, kind: str, errors: Mapping[str, Any], message: str = "") -> None:
        super().__init__(f"{status} {kind}: {message} {dict(errors)}")
        self.status, self.kind, self.errors = status, kind, errors


@dataclass(frozen=True)
class Reported:
    """A report that was taken."""

    event_no: str
    case_id: str
    tracking_code: str


@dataclass(frozen=True)
class Line:
    """A recorded fact."""

    seq: int
    at: datetime
    kind: str
    actor_name: str
    role: str
    unit: str
    process: str
    node: str
    body: dict[str, Any]


class Desk(Protocol):
    """What people and programs can do; answers are JSON values with the keys of /api/v1."""

    def report(self, username: str | None, report: dict[str, Any]) -> Reported: ...
    def attach(self, username: str | None, content: bytes, name: str, phase: str, task_id: str | None = None,
               case_id: str | None = None) -> str: ...
    def inbox(self, username: str, box: str = "todo") -> list[dict[str, Any]]: ...
    def task(self, username: str, task_id: str) -> dict[str, Any]: ...
    def claim(self, username: str, task_id: str) -> dict[str, Any]: ...
    def complete(self, username: str, task_id: str, answers: dict[str, Any]) -> dict[str, Any]: ...
    def act(self, username: str, case_id: str, key: str, answers: dict[str, Any]) -> None: ...
    def tell(self, reported: Reported, act: str, answers: dict[str, Any]) -> None: ...
    def case(self, username: str, case_id: str) -> dict[str, Any]: ...
    def history(self, case_id: str) -> list[Line]: ...
    def verify(self, case_id: str) -> dict[str, Any]: ...
    def move_clock(self, to: datetime) -> None: ...


class UseCaseDesk:
    """Everybody at once, straight through the use cases."""

    def __init__(self, tools: Tools) -> None:
        self.tools = tools

    def report(self, username: str | None, report: dict[str, Any]) -> Reported:
        # the interface checks a report's shape before the use case sees it
        actor = self._actor(username) if username else None
        done = _say(submit_report, self.tools, actor=actor, report=read(ReportRecord, report))
        return Reported(done.event_no, str(done.case_id), done.tracking_code)

    def attach(self, username: str | None, content: bytes, name: str, phase: str, task_id: str | None = None,
               case_id: str | None = None) -> str:
        kept = _say(
            attach_file, self.tools, actor=self._actor(username) if username else None, stream=io.BytesIO(content),
            filename=name, phase=phase, task_id=_uuid(task_id), case_id=_uuid(case_id),
        )  # fmt: skip
        return str(kept.id)

    def inbox(self, username: str, box: str = "todo") -> list[dict[str, Any]]:
        page = _say(read_inbox, self.tools, actor=self._actor(username), box=box, limit=100)
        return [_json(row) for row in page.tasks]

    def task(self, username: str, task_id: str) -> dict[str, Any]:
        view = _json(_say(read_task, self.tools, actor=self._actor(username), task_id=UUID(task_id)))
        return {**view, "task": view["row"], "form_schema": view["form"]}

    def claim(self, username: str, task_id: str) -> dict[str, Any]:
        return _json(_say(claim_task, self.tools, actor=self._actor(username), task_id=UUID(task_id)))

    def complete(self, username: str, task_id: str, answers: dict[str, Any]) -> dict[str, Any]:
        return _json(
            _say(complete_task, self.tools, actor=self._actor(username), task_id=UUID(task_id), answers=answers)
        )

    def act(self, username: str, case_id: str, key: str, answers: dict[str, Any]) -> None:
        _say(perform_act, self.tools, actor=self._actor(username), case_id=UUID(case_id), act_key=key, answers=answers)

    def tell(self, reported: Reported, act: str, answers: dict[str, Any]) -> None:
        """Act on one's own report with the code that one got."""
        _say(answer_tracking, self.tools, event_no=reported.event_no, tracking_code=reported.tracking_code, act=act,
             answers=answers)

    def case(self, username: str, case_id: str) -> dict[str, Any]:
        view = _json(_say(read_case, self.tools, actor=self._actor(username), case_id=UUID(case_id)))
        return {**view, "case": view["summary"]}

    def history(self, case_id: str) -> list[Line]:
        facts = _say(read_history, self.tools, actor=self._actor(AUDITOR), case_id=UUID(case_id), limit=_FACTS)
        return [Line(f.seq, f.at, f.kind, f.actor_name, f.role, f.unit, f.process, f.node, f.content) for f in facts]

    def verify(self, case_id: str) -> dict[str, Any]:
        return asdict(_say(verify_case, self.tools, actor=self._actor(AUDITOR), case_id=UUID(case_id)))

    def move_clock(self, to: datetime) -> None:
        _say(move_clock, self.tools, actor=self._actor(AUDITOR), to=to)

    def _actor(self, username: str) -> Actor:
        with self.tools.store.unit_of_work() as uow:
            person = uow.people.by_username(username)
            assert person is not None, f"the city has no {username}"
            return uow.people.actor(person.id, self.tools.clock.now())


class HttpDesk:
    """Everybody at once, each with his own token, over HTTP."""

    def __init__(self, port: int, passwords: Mapping[str, str]) -> None:
        self._port, self._passwords = port, passwords
        self._tokens: dict[str, str] = {}
        self._link: http.client.HTTPConnection | None = None
        self._used = 0.0

    def report(self, username: str | None, report: dict[str, Any]) -> Reported:
        done = self._send(username, "POST", "/reports", report)
        return Reported(done["event_no"], done["case_id"], done["tracking_code"])

    def attach(self, username: str | None, content: bytes, name: str, phase: str, task_id: str | None = None,
               case_id: str | None = None) -> str:
        edge = uuid.uuid4().hex
        said = {"phase": phase, "task_id": task_id, "case_id": case_id}
        parts = [f'--{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
                 for key, value in said.items() if value]
        parts.append(f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n')
        body = "".join(parts).encode() + content + f"\r\n--{edge}--\r\n".encode()
        kept = self._send(username, "POST", "/attachments", body, f"multipart/form-data; boundary={edge}")
        return str(kept["id"])

    def inbox(self, username: str, box: str = "todo") -> list[dict[str, Any]]:
        # in a city that many tests share a list is long
        rows, after = [], ""
        while after is not None:
            page = self._send(username, "GET", f"/tasks?box={box}&limit=200{after and f'&after={quote(after)}'}")
            rows += page["tasks"]
            after = page["next"]
        return rows

    def task(self, username: str, task_id: str) -> dict[str, Any]:
        return dict(self._send(username, "GET", f"/tasks/{task_id}"))

    def claim(self, username: str, task_id: str) -> dict[str, Any]:
        return dict(self._send(username, "POST", f"/tasks/{task_id}/claim", {}))

    def complete(self, username: str, task_id: str, answers: dict[str, Any]) -> dict[str, Any]:
        task = self.task(username, task_id)["task"]
        known = {"revision": task["revision"], "form_version": task["form_version"]}
        return dict(self._send(username, "POST", f"/tasks/{task_id}/complete", {"answers": answers, **known}))

    def act(self, username: str, case_id: str, key: str, answers: dict[str, Any]) -> None:
        self._send(username, "POST", f"/cases/{case_id}/acts", {"act": key, "answers": answers})

    def tell(self, reported: Reported, act: str, answers: dict[str, Any]) -> None:
        """Let the application's gateway bring the reporter's words, twice as gateways do."""
        message = {"name": MESSAGES[act], "correlation": {"event_no": reported.event_no}, "payload": answers,
                   "id": f"{reported.event_no}-{act}"}
        first, second = (self._send(GATEWAY, "POST", "/messages", message) for _ in range(2))
        assert (first["outcome"], second["outcome"]) == ("delivered", "duplicate"), (first, second)

    def case(self, username: str, case_id: str) -> dict[str, Any]:
        return dict(self._send(username, "GET", f"/cases/{case_id}"))

    def history(self, case_id: str) -> list[Line]:
        facts = self._send(AUDITOR, "GET", f"/cases/{case_id}/history?limit={_FACTS}")["facts"]
        return [Line(f["seq"], datetime.fromisoformat(f["at"]), f["kind"], f["actor_name"], f["role"], f["unit"],
                     f["process"], f["node"], json.loads(f["body"])) for f in facts]

    def verify(self, case_id: str) -> dict[str, Any]:
        return dict(self._send(AUDITOR, "GET", f"/cases/{case_id}/verify"))

    def move_clock(self, to: datetime) -> None:
        self._send(AUDITOR, "POST", "/clock", {"to": to.isoformat()})

    def close(self) -> None:
        """Hang up."""
        if self._link is not None:
            self._link.close()
            self._link = None

    def _token(self, username: str) -> str:
        if username not in self._tokens:
            asked = {"username": username, "password": self._passwords[username]}
            self._tokens[username] = self._send(None, "POST", "/session", asked)["token"]
        return self._tokens[username]

    def _send(self, username: str | None, method: str, path: str, content: Any = None, kind: str = "") -> Any:
        headers = {"Authorization": f"Bearer {self._token(username)}"} if username else {}
        if method == "POST":
            headers |= {"Idempotency-Key": uuid.uuid4().hex, "Content-Type": kind or "application/json"}
        body = content if isinstance(content, bytes) or content is None else json.dumps(content).encode()
        if time.monotonic() - self._used > _QUIET:
            self.close()
        self._link = self._link or http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        try:
            self._link.request(method, f"/api/v1{path}", body, headers)
            response = self._link.getresponse()
            raw = response.read()
            self._used = time.monotonic()
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        if response.will_close:
            self.close()
        said = json.loads(raw) if raw else {}
        if response.status >= 400:
            slug = str(said.get("type", "")).rpartition(":")[2]
            raise Refused(response.status, slug, said.get("errors") or {}, str(said.get("detail") or said))
        return said


def _say(verb: Any, *arguments: Any, **words: Any) -> Any:
    """Carry out a verb; a refusal looks as it does over HTTP."""
    try:
        return verb(*arguments, **words)
    except YongzhiError as no:
        errors = getattr(no, "errors", None) or no.attributes.get("errors") or {}
        raise Refused(status_of(no), no.slug, errors, no.message) from no


def _json(value: Any) -> dict[str, Any]:
    """Write a result as the interface would."""
    written: dict[str, Any] = plain(value)
    return written


def _uuid(text: str | None) -> UUID | None:
    return UUID(text) if text else None
