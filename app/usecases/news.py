"""News for people outside the product: from a notice, a task or a message to an entry of the outbox for each way."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.actor import Actor
from app.domain.contact import Preferences, Recipient
from app.domain.errors import NotFound
from app.domain.ids import derived_id
from app.domain.records import TaskRow
from app.domain.records_traffic import ReporterMessage
from app.store.contacts import Untold
from app.store.sight import is_excluded
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools

#: operation of `city/connectors.yaml` that takes a message for a person
GATEWAY = "message.send"
URGENT = "U1"
#: what is said outside of a confidential case: that there is something to read in the product, and no more
SEALED = "contact.sealed"


@dataclass(frozen=True)
class News:
    """What is told: a text of the city with its words, and what it comes from."""

    kind: str
    source: UUID
    at: datetime
    text: str
    params: Mapping[str, Any]

    def entry(self, to: str, way: str) -> UUID:
        """Make the id of the outbox entry: the same news goes to the same person on the same way once."""
        return derived_id(self.source, f"news/{to}/{way}", self.at)

    def payload(self, **to: str) -> dict[str, Any]:
        """Write the entry; it names who is told, and never his address."""
        said = {"text": self.text, "params": dict(self.params)}
        return {**to, "kind": self.kind, "urgent": self.kind == "urgent", **said}


def open_ways(tools: Tools) -> frozenset[str]:
    """Say which ways this installation has: mail with a server, the gateway with its connector."""
    ways = {"mail"} if tools.mail is not None else set()
    return frozenset(ways | ({"gateway"} if GATEWAY in tools.city.connectors else set()))


def spread_notice(tools: Tools, uow: UnitOfWork, untold: Untold, at: datetime) -> None:
    """Have everybody told whom a notice is for, and who wants to hear of it; of a confidential case only that."""
    notice = untold.notice
    news = News("notice", notice.id, notice.at, notice.text, notice.params)
    if notice.case_id and uow.contacts.is_confidential(notice.case_id):
        news = replace(news, text=SEALED, params={})
    if untold.person_id:
        _tell(tools, uow, _person(uow, untold.person_id), news, at)
    else:
        holders = uow.contacts.of_seat(notice.role, notice.unit, at)
        _tell(tools, uow, [one for one in holders if uow.notices.is_for(_acting(uow, one, at), notice.id)], news, at)


def spread_task(tools: Tools, uow: UnitOfWork, task: TaskRow, at: datetime) -> None:
    """Have everybody told who may take a new task, or holds it; what it is not, where its case is confidential."""
    urgent = task.urgency == URGENT
    params = {"task": task.name, "task_en": task.name_en or task.name, "event_no": task.event_no or ""}
    text, kind = ("contact.urgent", "urgent") if urgent else ("contact.task", "task")
    news = News(kind, task.id, task.created_at, text, params)
    if uow.contacts.is_confidential(task.case_id):
        news = replace(news, text=SEALED, params={})
    known: dict[UUID, Recipient] = {}
    if task.state == "claimed":
        known = {one.person_id: one for one in _person(uow, task.holder)}
    else:
        for role, unit in task.candidates:
            known.update({one.person_id: one for one in uow.contacts.of_seat(str(role), str(unit), at)})
    _tell(tools, uow, [one for one in known.values() if not is_excluded(_acting(uow, one, at), task)], news, at)


def spread_message(tools: Tools, uow: UnitOfWork, message: ReporterMessage, at: datetime) -> None:
    """Have a reporter told by the number that he left, or by the ways of his account.

    Nothing of a confidential or anonymous report leaves the house: somebody else may read his telephone.
    """
    reports = uow.reports.of_case(message.case_id)
    if not reports or any(report.confidential or report.anonymous for report in reports):
        return
    news = News("report", message.id, message.at, message.text, message.params)
    first = reports[0]
    if first.reporter_enc is None:
        _tell(tools, uow, _person(uow, first.reported_by), news, at)
    elif "gateway" in open_ways(tools):
        # the number stays encrypted until it is used
        due = Preferences().send_at(at, tools.city.calendar, urgent=False)
        entry = news.entry("reporter", "gateway")
        uow.outbox.add_once(entry, "gateway", news.payload(report=str(message.case_id)), at, due)


def _person(uow: UnitOfWork, person_id: str) -> tuple[Recipient, ...]:
    try:
        found = uow.contacts.of(UUID(person_id))
    except ValueError:
        return ()
    return () if found is None else (found,)


def _acting(uow: UnitOfWork, one: Recipient, at: datetime) -> Actor:
    try:
        return uow.people.actor(one.person_id, at)
    except NotFound:
        return Actor(str(one.person_id), "")


def _tell(tools: Tools, uow: UnitOfWork, people: Iterable[Recipient], news: News, at: datetime) -> None:
    ways = open_ways(tools)
    for one in people:
        due = one.preferences.send_at(at, tools.city.calendar, urgent=news.kind == "urgent")
        for way in one.preferences.ways(news.kind):
            if way in ways and one.address(way):
                uow.outbox.add_once(
                    news.entry(str(one.person_id), way), way, news.payload(person=str(one.person_id)), at, due
                )
