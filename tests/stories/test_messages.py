"""Messages from outside: programs reach every case, officers only what they could do on the case's own page."""

from typing import Any
from uuid import UUID

from app.domain.actor import SYSTEM, Actor
from app.usecases import Tools
from app.usecases.desk.deliver_message import Delivered, deliver_message
from tests.stories.cast import GATEWAY, QIANTONG
from tests.stories.desk import Refused
from tests.stories.telling import Event, Scene, refused
from tests.stories.test_main_job import Z, dispatched, fixed

GOOD = {"solved": "yes", "satisfaction": "satisfied"}


def actor_of(tools: Tools, username: str) -> Actor:
    with tools.store.unit_of_work() as uow:
        person = uow.people.by_username(username)
        assert person is not None
        return uow.people.actor(person.id, tools.clock.now())


def send(tools: Tools, actor: Actor, event: Event, name: str, id: str = "m", **payload: Any) -> Delivered:
    correlation = {"event_no": event.reported.event_no}
    try:
        return deliver_message(tools, actor=actor, name=name, correlation=correlation, payload=payload, id=id)
    except Exception as no:
        if getattr(no, "slug", "") == "forbidden":
            raise Refused(403, "forbidden", {}) from no
        raise


def test_a_duty_officer_of_another_street_finds_nothing(scene: Scene, tools: Tools) -> None:
    event = fixed(scene)
    stranger = actor_of(tools, QIANTONG.duty)
    assert send(tools, stranger, event, "citizen.rated", "a", **GOOD) == Delivered("unmatched", None)
    by_id = {"case_id": event.reported.case_id}
    told = deliver_message(tools, actor=stranger, name="citizen.rated", correlation=by_id, payload=GOOD, id="b")
    assert told == Delivered("unmatched", None)
    own = UUID(str(event.reported.case_id))
    # numbers are each sender's own, and a repeated one tells no more than the first
    assert send(tools, SYSTEM, event, "nobody.waits", "c") == Delivered("buffered", own)
    assert send(tools, SYSTEM, event, "nobody.waits", "c") == Delivered("duplicate", own)
    assert send(tools, stranger, event, "citizen.rated", "c", **GOOD) == Delivered("unmatched", None)
    assert send(tools, stranger, event, "citizen.rated", "c", **GOOD) == Delivered("duplicate", None)
    assert event.status == "callback"


def test_a_duty_officer_cannot_rate_for_the_reporter(scene: Scene, tools: Tools) -> None:
    event = fixed(scene)
    with refused(403):
        send(tools, actor_of(tools, Z.duty), event, "citizen.rated", "a", **GOOD)
    assert event.status == "callback"
    # the refused message was not kept: its number is still free
    assert send(tools, actor_of(tools, GATEWAY), event, "citizen.rated", "a", **GOOD).outcome == "delivered"
    assert event.status == "closed"
    event.verified()


def test_another_system_that_names_no_unit_of_ours_is_told_so_at_the_desk(scene: Scene, tools: Tools) -> None:
    """Nobody gets the event by mistake: the duty officer decides, and reads which unit was meant."""
    event = dispatched(scene)
    event.desk.claim(Z.handler, event.task(Z.handler, "签收")["id"])
    event.act(Z.handler, "ret.requested", reason="not_mine", competent_unit="33.02.11.004.p-order",
              note="属综治平台职责")
    gateway, before = actor_of(tools, GATEWAY), event.record["lead_unit"]
    for number, unit in enumerate(("33.02.11.004.p-nowhere", "33.02.26.106.p-enforce", before)):
        assert send(tools, gateway, event, "ret.decided", f"r{number}", decision="accept",
                    new_unit=unit).outcome == "delivered"
        assert (event.nodes, event.record["lead_unit"]) == (["return_decide"], before)
        values = event.desk.task(Z.duty, event.task(Z.duty, "退单研判")["id"])["values"]
        # what the returning unit asked for is still proposed
        assert (values["unknown_unit_said"], values["competent_unit"]) == (unit, "33.02.11.004.p-order")
    assert send(tools, gateway, event, "ret.decided", "r9", decision="accept",
                competent_unit="33.02.11.004.p-market").outcome == "delivered"
    assert (event.nodes, event.record["lead_unit"]) == (["sign"], "33.02.11.004.p-market")
    event.verified()


def test_what_only_the_holder_may_ask_is_closed_to_others_here_too(scene: Scene, tools: Tools) -> None:
    event = dispatched(scene)
    with refused(403):
        send(tools, actor_of(tools, Z.affairs), event, "ret.requested", reason="not_ours")
    assert event.nodes == ["sign"]
