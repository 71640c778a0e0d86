"""Deliver one piece of news by mail or by the message gateway."""

import logging
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from app.domain.actor import SYSTEM
from app.domain.connectors import SECRET, CallFailed
from app.domain.contact import WAYS
from app.domain.errors import Fault
from app.domain.records_traffic import OutboxRow
from app.store.outbox import ATTEMPTS
from app.usecases import Tools
from app.usecases.message_texts import message_texts
from app.usecases.news import GATEWAY
from app.usecases.offering import said

log = logging.getLogger("yongzhi.news")

#: a node that has not noted the end of a delivery after so long has died; longer than any delivery may take
LEASE = timedelta(minutes=6)
#: pause before the second attempt; each pause is twice the one before
PAUSE, URGENT_PAUSE = timedelta(minutes=1), timedelta(seconds=10)
#: kind of the incident of what could not be delivered
INCIDENT = "delivery"


def deliver_news(tools: Tools) -> bool:
    """Take the delivery that is due longest, perform it, and note how it ended.

    No transaction is open while the network runs: one claims the entry for a while, a second one notes the end. A
    node that dies in between leaves it to another, and mail server and gateway see the same key again; whose claim
    has run out meanwhile notes no failure, because another node sees to it.

    Returns:
        True if there was one: ask again. False: nothing is due.

    Writes:
        that it was sent; or the attempt and when the next one comes; after the last one, an incident for an operator,
        who has it sent again.

    Raises:
        StoreUnavailable: it stays due.
    """
    now = tools.clock.now()
    with tools.store.unit_of_work() as uow:
        entry = uow.outbox.next_due(now, *WAYS)
        if entry is None:
            return False
        held = now + LEASE
        uow.outbox.put_off(entry.id, held)
        uow.commit()
    failure = _deliver(tools, entry)
    key, now = f"{entry.kind}|{entry.id}", tools.clock.now()
    with tools.store.unit_of_work() as uow:
        if failure is None:
            uow.outbox.sent(entry.id)
            uow.incidents.done(None, INCIDENT, key, now, SYSTEM.id, county=entry.county)
        else:
            state = uow.outbox.failed(entry.id, failure.message, now + _pause(entry), held)
            if state == "parked" or state and not failure.again and uow.outbox.park(entry.id):
                cause = f"{failure.code} {failure.message}"
                uow.incidents.open(None, INCIDENT, key, "", cause, now, county=entry.county)
        uow.commit()
    return True


def _deliver(tools: Tools, entry: OutboxRow) -> CallFailed | None:
    """Send it; give how it failed."""
    try:
        _send(tools, entry)
    except CallFailed as failure:
        log.warning("Delivery %s failed: %s %s", entry.id, failure.code, failure.message)
        return failure
    except Exception as failure:
        # also a defect of our own: this entry must not hold up the others
        log.exception("Delivery %s failed.", entry.id)
        return CallFailed("delivery.failed", said(failure), again=isinstance(failure, Fault))
    return None


def _send(tools: Tools, entry: OutboxRow) -> None:
    address, locale = _addressed(tools, entry)
    if not address:
        log.info("Delivery %s: there is no address any more.", entry.id)
        return
    zh, en = message_texts(tools, str(entry.payload["text"]), entry.payload["params"])
    text = en if locale == "en" else zh
    if entry.kind == "mail":
        if tools.mail is None:
            raise CallFailed("smtp.none", "There is no mail server; see the setting SMTP_URL.", again=False)
        name = "Yongzhi" if locale == "en" else "甬治"
        tools.mail.send(address, f"[{name}] {text}", text, key=str(entry.id), at=tools.clock.wall())
    else:
        _through_gateway(tools, entry, address, text)


def _addressed(tools: Tools, entry: OutboxRow) -> tuple[str, str]:
    """Read the address as it is now, and the language."""
    with tools.store.unit_of_work() as uow:
        if case := entry.payload.get("report"):
            sealed = uow.reports.of_case(UUID(case))[0].reporter_enc
            plain = tools.secrets.decrypt(sealed, context=str(case)) if sealed else {}
            return plain.get("phone", ""), "zh"
        found = uow.contacts.of(UUID(entry.payload["person"]))
    return (found.address(entry.kind), found.locale) if found else ("", "zh")


def _through_gateway(tools: Tools, entry: OutboxRow, address: str, text: str) -> None:
    connector = tools.city.connectors.get(GATEWAY)
    if connector is None:
        raise CallFailed("call.unknown", f"city/connectors.yaml has no operation {GATEWAY}.", again=False)
    offered: dict[str, Any] = {
        "to": address, "text": text, "kind": entry.payload["kind"], "urgent": entry.payload["urgent"],
        "event_no": str(entry.payload["params"].get("event_no") or ""), "id": str(entry.id),
    }  # fmt: skip
    wanted = connector.required | connector.optional
    request = connector.request({name: value for name, value in offered.items() if name in wanted})
    filled = {
        name: SECRET.sub(lambda hole: tools.secrets.named(hole[1]), value) for name, value in request.headers.items()
    }
    tools.outside.call(replace(request, headers=filled), key=str(entry.id))


def _pause(entry: OutboxRow) -> timedelta:
    first = URGENT_PAUSE if entry.payload.get("urgent") else PAUSE
    return first * int(2 ** min(entry.attempts, ATTEMPTS))
