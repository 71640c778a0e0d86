"""News by mail and message, end to end: a real mail server, a gateway that goes away and comes back, quiet hours."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.domain.actor import Actor
from app.domain.connectors import CallFailed
from app.domain.errors import Invalid
from app.ports.mail import MailServer
from app.ports.outside import Outside
from app.store.outbox import ATTEMPTS
from app.usecases import Tools
from app.usecases.city import City
from app.usecases.command.deliver_news import LEASE, deliver_news
from app.usecases.command.list_incidents import list_incidents
from app.usecases.command.next_delivery import next_delivery
from app.usecases.command.retry_incident import retry_incident
from app.usecases.command.spread_news import spread_news
from app.usecases.people.change_contact import change_contact
from app.usecases.people.read_contact import read_contact
from app.usecases.people.send_trial import send_trial
from tests.ports.other_system import OtherSystem, running
from tests.ports.post_office import PostOffice, post_office
from tests.usecases.drawn import END, START, Stage, drawn, work

CITY = "33.02"
SHANGHAI = timezone(timedelta(hours=8))
CONNECTORS = """
connectors:
  message.send:
    {{zh: 消息网关, en: Message gateway, method: POST, url: "{url}/send", required: [to, text, id],
     optional: [urgent, kind, event_no], timeout: 2}}
"""
BOTH = {kind: ["mail", "gateway"] for kind in ("task", "notice", "report", "urgent")}


@pytest.fixture
def gateway() -> Iterator[OtherSystem]:
    with running() as found:
        yield found


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as found:
        yield found


@pytest.fixture
def told(stage: Stage, gateway: OtherSystem, office: PostOffice, tmp_path: Path) -> Stage:
    """A server with a mail server and a gateway; its clock stands at Monday morning."""
    folder = tmp_path / "city"
    folder.mkdir()
    for path in stage.tools.config.city_dir.iterdir():
        if path.name != "connectors.yaml":
            (folder / path.name).symlink_to(path.resolve())
    (folder / "connectors.yaml").write_text(CONNECTORS.format(url=gateway.url), encoding="utf-8")
    config = replace(stage.tools.config, city_dir=folder, outside_hosts=(gateway.host,))
    stage.tools = replace(
        stage.tools, config=config, city=City(stage.tools.store, folder), outside=Outside(config.outside_hosts),
        mail=MailServer(office.url, "yongzhi@example.cn", stage.tools.secrets),
    )  # fmt: skip
    set_clock(stage.tools, datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI))
    spread_news(stage.tools)
    return stage


def set_clock(tools: Tools, at: datetime) -> None:
    with tools.store.unit_of_work() as uow:
        uow.clock.move(at - tools.clock.wall())
        uow.commit()


def reach(tools: Tools, actor: Actor, **more: object) -> None:
    sent = {"mail": f"{actor.username}@example.cn", "phone": "13800000000", "choices": BOTH, "quiet_from": "22:00",
            "quiet_to": "07:00", **more}  # fmt: skip
    change_contact(tools, actor=actor, sent=sent)


def notice(tools: Tools, *, person: Actor | None = None, role: str = "", text: str = "unit.dispatched") -> UUID:
    with tools.store.unit_of_work() as uow:
        found = uow.notices.add(0, tools.clock.now(), text, person_id=person.id if person else "", role=role,
                                unit=CITY if role else "", params={"event_no": "NB-1"})  # fmt: skip
        uow.commit()
    return found


def deliver(tools: Tools) -> int:
    spread_news(tools)
    done = 0
    while deliver_news(tools):
        done += 1
        assert done < 50
    return done


def test_a_notice_goes_out_by_mail_and_message_once(
    told: Stage, add_person: Callable[..., Actor], gateway: OtherSystem, office: PostOffice
) -> None:
    officer = add_person("officer", "city_duty")
    reach(told.tools, officer)
    entry = notice(told.tools, role="city_duty")
    assert deliver(told.tools) == 2
    assert deliver(told.tools) == 0
    letter = office.letters[0]
    assert len(office.letters) == 1 and letter["To"] == "officer@example.cn" and letter["From"] == "yongzhi@example.cn"
    assert "NB-1" in letter["Subject"] and "NB-1" in letter.get_content()
    assert letter["Auto-Submitted"] == "auto-generated"
    assert len(gateway.received) == 1
    sent = gateway.received[0]
    assert sent.body["to"] == "13800000000" and "NB-1" in sent.body["text"] and sent.body["event_no"] == "NB-1"
    assert sent.headers["idempotency-key"] == sent.body["id"] and entry


def test_everybody_is_told_as_he_wishes(
    told: Stage, add_person: Callable[..., Actor], gateway: OtherSystem, office: PostOffice
) -> None:
    mails, texts, none, silent = (add_person(name, "city_duty") for name in ("mails", "texts", "none", "silent"))
    reach(told.tools, mails, choices={"notice": ["mail"]})
    reach(told.tools, texts, choices={"notice": ["gateway"]}, phone="13900000001")
    reach(told.tools, none, choices={})
    assert silent
    notice(told.tools, role="city_duty")
    notice(told.tools, person=none)
    deliver(told.tools)
    assert [letter["To"] for letter in office.letters] == ["mails@example.cn"]
    assert [one.body["to"] for one in gateway.received] == ["13900000001"]


def test_an_english_reader_gets_english(
    told: Stage, add_person: Callable[..., Actor], office: PostOffice
) -> None:
    officer = add_person("officer", "city_duty")
    reach(told.tools, officer)
    with told.tools.store.unit_of_work() as uow:
        uow.people.change(UUID(officer.id), locale="en")
        uow.commit()
    notice(told.tools, person=officer)
    deliver(told.tools)
    assert "has been dispatched" in office.letters[0].get_content()


def test_nothing_is_lost_while_the_gateway_is_down_and_nothing_comes_twice(
    told: Stage, add_person: Callable[..., Actor], gateway: OtherSystem, office: PostOffice
) -> None:
    officer = add_person("officer", "city_duty")
    reach(told.tools, officer, choices={"notice": ["gateway"]})
    gateway.usual = lambda exchange: exchange.answer(503)
    for _ in range(3):
        notice(told.tools, role="city_duty")
    assert deliver(told.tools) == 3
    assert deliver(told.tools) == 0, "each waits a while before it is tried again"
    begun = told.tools.clock.now()
    for _ in range(3):
        set_clock(told.tools, told.tools.clock.now() + timedelta(minutes=10))
        assert deliver(told.tools) == 3
    assert len(gateway.received) == 12
    gateway.usual = lambda exchange: exchange.answer(200, {})
    set_clock(told.tools, begun + timedelta(hours=4))
    assert deliver(told.tools) == 3
    good = [one.body["id"] for one in gateway.received[12:]]
    assert len(set(good)) == 3 and {one.body["id"] for one in gateway.received} == set(good)
    set_clock(told.tools, begun + timedelta(hours=9))
    assert deliver(told.tools) == 0 and next_delivery(told.tools) is None


class Dies(BaseException):
    """A node goes away."""


def test_a_letter_of_a_node_that_dies_is_recognised_when_it_comes_again(
    told: Stage, add_person: Callable[..., Actor], office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = add_person("officer", "city_duty")
    reach(told.tools, officer, choices={"notice": ["mail"]})
    notice(told.tools, person=officer)
    spread_news(told.tools)
    real = MailServer.send

    def send_and_die(self: MailServer, *words: str, **more: Any) -> None:
        real(self, *words, **more)
        raise Dies

    monkeypatch.setattr(MailServer, "send", send_and_die)
    with pytest.raises(Dies):
        deliver_news(told.tools)
    monkeypatch.setattr(MailServer, "send", real)
    assert not deliver_news(told.tools), "claimed before it was sent: another node leaves it alone"
    set_clock(told.tools, told.tools.clock.now() + LEASE + timedelta(seconds=1))
    assert deliver_news(told.tools) and not deliver_news(told.tools)
    first, second = office.letters
    assert first["Message-ID"] == second["Message-ID"] and first["Message-ID"].endswith("@example.cn>")
    assert first.get_content() == second.get_content() and first["Subject"] == second["Subject"]


def test_whose_claim_has_run_out_takes_nothing_back(
    told: Stage, add_person: Callable[..., Actor], office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = add_person("officer", "city_duty")
    reach(told.tools, officer, choices={"notice": ["mail"]})
    notice(told.tools, person=officer)
    spread_news(told.tools)
    real = MailServer.send
    asked = []

    def stall(self: MailServer, *words: str, **more: Any) -> None:
        asked.append(more["key"])
        if len(asked) > 1:
            return real(self, *words, **more)
        # so slow that another node takes over and sends it
        set_clock(told.tools, told.tools.clock.now() + LEASE + timedelta(seconds=1))
        assert deliver_news(told.tools)
        raise CallFailed("smtp.unreachable", "too late", again=True)

    monkeypatch.setattr(MailServer, "send", stall)
    assert deliver_news(told.tools)
    set_clock(told.tools, told.tools.clock.now() + timedelta(days=1))
    assert not deliver_news(told.tools) and next_delivery(told.tools) is None
    assert len(office.letters) == 1 and len(set(asked)) == 1 and len(asked) == 2


def test_a_rude_farewell_makes_no_second_letter(
    told: Stage, add_person: Callable[..., Actor], office: PostOffice
) -> None:
    officer = add_person("officer", "city_duty")
    reach(told.tools, officer, choices={"notice": ["mail"]})
    office.farewell = "421 shutting down"
    notice(told.tools, person=officer)
    assert deliver(told.tools) == 1
    set_clock(told.tools, told.tools.clock.now() + timedelta(days=1))
    assert deliver(told.tools) == 0
    assert len(office.letters) == 1


def test_after_the_last_try_an_operator_has_it_sent(
    told: Stage, add_person: Callable[..., Actor], office: PostOffice
) -> None:
    officer, operator = add_person("officer", "city_duty"), add_person("operator", "sys_admin")
    reach(told.tools, officer, choices={"notice": ["mail"]})
    office.refusal = "451 try later"
    notice(told.tools, person=officer)
    for _ in range(ATTEMPTS):
        assert deliver(told.tools) == 1
        set_clock(told.tools, told.tools.clock.now() + timedelta(hours=5))
    assert deliver(told.tools) == 0
    found = list_incidents(told.tools, actor=operator).incidents
    assert [(one.kind, one.event_no) for one in found] == [("delivery", None)]
    assert "smtp.451" in found[0].cause
    office.refusal = ""
    retry_incident(told.tools, actor=operator, incident_id=found[0].id)
    assert deliver(told.tools) == 1
    assert len(office.letters) == 1
    assert len(list_incidents(told.tools, actor=operator).incidents) == 0


def test_what_can_never_arrive_is_an_incident_at_once(
    told: Stage, add_person: Callable[..., Actor], gateway: OtherSystem
) -> None:
    officer, operator = add_person("officer", "city_duty"), add_person("operator", "sys_admin")
    reach(told.tools, officer, mail="nobody@example.cn")
    gateway.usual = lambda exchange: exchange.answer(400)
    notice(told.tools, person=officer)
    assert deliver(told.tools) == 2
    set_clock(told.tools, told.tools.clock.now() + timedelta(days=1))
    assert deliver(told.tools) == 0
    causes = sorted(one.cause.split()[0] for one in list_incidents(told.tools, actor=operator).incidents)
    assert causes == ["http.400", "smtp.550"]


def test_quiet_hours_wait_for_the_morning_and_urgent_news_does_not(
    told: Stage, add_person: Callable[..., Actor], office: PostOffice
) -> None:
    officer = add_person("officer", "city_duty")
    reach(told.tools, officer, choices={"notice": ["mail"], "urgent": ["mail"], "task": []})
    told.publish(drawn("night", START, work("look"), END))
    set_clock(told.tools, datetime(2026, 3, 2, 23, 30, tzinfo=SHANGHAI))
    deliver(told.tools)
    notice(told.tools, person=officer)
    case = told.start("night")
    with told.tools.store.unit_of_work() as uow:
        uow._tx.write("update tasks set urgency = 'U1', role = 'city_duty'"
                      ", candidates = '[[\"city_duty\", \"33.02\"]]' where case_id = %(id)s", {"id": case})  # fmt: skip
        uow.commit()
    assert deliver(told.tools) == 1
    assert [one["Subject"] for one in office.letters] == [f"[甬治] {URGENT}"]
    set_clock(told.tools, datetime(2026, 3, 3, 6, 59, tzinfo=SHANGHAI))
    assert deliver(told.tools) == 0
    set_clock(told.tools, datetime(2026, 3, 3, 7, 0, 1, tzinfo=SHANGHAI))
    assert deliver(told.tools) == 1


URGENT = "特急任务：look ，请立即办理。"


def test_a_new_task_is_told_once_to_who_asked_for_it(
    told: Stage, add_person: Callable[..., Actor], office: PostOffice
) -> None:
    wants, other = add_person("wants", "city_duty"), add_person("other", "city_duty")
    reach(told.tools, wants, choices={"task": ["mail"]})
    reach(told.tools, other, choices={"notice": ["mail"]})
    told.publish(drawn("day", START, work("look"), END))
    case = told.start("day")
    with told.tools.store.unit_of_work() as uow:
        offered = "'[[\"city_duty\", \"33.02\"]]'"
        uow._tx.write(f"update tasks set candidates = {offered} where case_id = %(id)s", {"id": case})
        uow.commit()
    assert deliver(told.tools) == 1
    for seconds in (1, 2, 20):
        set_clock(told.tools, told.tools.clock.now() + timedelta(seconds=seconds))
        assert deliver(told.tools) == 0
    assert [one["To"] for one in office.letters] == ["wants@example.cn"]


def test_nothing_of_a_confidential_case_leaves_the_house(
    told: Stage, add_person: Callable[..., Actor], gateway: OtherSystem, office: PostOffice
) -> None:
    officer = add_person("officer", "city_duty")
    reach(told.tools, officer)
    told.publish(drawn("day", START, work("look"), END))
    case = told.start("day")
    with told.tools.store.unit_of_work() as uow:
        key, offered = {"id": case}, "'[[\"city_duty\", \"33.02\"]]'"
        uow._tx.write(f"update tasks set candidates = {offered}, urgency = 'U1' where case_id = %(id)s", key)
        uow._tx.write("update cases set confidential = true where id = %(id)s", key)
        params = {"event_no": "NB-SECRET", "by": "某人", "text": "举报人住在三单元"}
        at = told.tools.clock.now()
        uow.notices.add(0, at, "unit.mentioned", person_id=officer.id, case_id=case, params=params)
        uow.commit()
    assert deliver(told.tools) == 4
    left = [f"{one['Subject']} {one.get_content()}" for one in office.letters]
    left += [str(one.body) for one in gateway.received]
    assert len(left) == 4 and all("请登录" in one for one in left)
    for word in ("NB-SECRET", "三单元", "某人", "look"):
        assert not any(word in one for one in left), word


def test_the_reporter_is_told_by_the_number_that_he_left(
    street_case: UUID, demo_city: Tools, gateway: OtherSystem, tmp_path: Path
) -> None:
    folder = tmp_path / "city"
    folder.mkdir()
    for path in demo_city.config.city_dir.iterdir():
        if path.name != "connectors.yaml":
            (folder / path.name).symlink_to(path.resolve())
    (folder / "connectors.yaml").write_text(CONNECTORS.format(url=gateway.url), encoding="utf-8")
    tools = replace(demo_city, city=City(demo_city.store, folder), outside=Outside((gateway.host,)))
    set_clock(tools, datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI))
    with tools.store.unit_of_work() as uow:
        uow._tx.write(
            "insert into reporter_messages (county, id, case_id, at, text, params) values ("
            " (select county from cases where id = %(case)s), %(case)s, %(case)s, %(at)s, 'reporter.closed',"
            " '{\"event_no\": \"NB-7\"}')", {"case": street_case, "at": datetime.now(UTC)},
        )  # fmt: skip
        uow.commit()
    deliver(tools)
    texts = [one.body["text"] for one in gateway.received if "NB-7" in one.body["text"]]
    assert len(texts) == 1 and {one.body["to"] for one in gateway.received} == {"13800000000"}
    with tools.store.unit_of_work() as uow:
        payloads = str(uow._tx.rows("select payload::text from outbox"))
    assert "13800000000" not in payloads, "the number stays encrypted"


@pytest.mark.parametrize(
    ("sent", "field"),
    [({"mail": "a b@c.cn"}, "mail"), ({"mail": "x@y.cn\r\nBcc: z@y.cn"}, "mail"), ({"phone": "110; drop"}, "phone"),
     ({"quiet_from": "25:00", "quiet_to": "07:00"}, "quiet_from"), ({"quiet_from": "22:00"}, "quiet_to"),
     ({"choices": {"notice": ["pigeon"]}}, "choices.notice"), ({"choices": {"all": ["mail"]}}, "choices.all")],
)  # fmt: skip
def test_what_is_no_address_or_hour_is_refused(
    told: Stage, add_person: Callable[..., Actor], sent: dict[str, object], field: str
) -> None:
    officer = add_person("officer", "city_duty")
    with pytest.raises(Invalid) as refused:
        change_contact(told.tools, actor=officer, sent=sent)
    assert field in refused.value.errors
    assert read_contact(told.tools, actor=officer).person.mail == ""


def test_a_trial_goes_to_ones_own_addresses_at_any_hour(
    told: Stage, add_person: Callable[..., Actor], office: PostOffice, gateway: OtherSystem
) -> None:
    officer = add_person("officer", "city_duty")
    assert send_trial(told.tools, actor=officer) == ()
    reach(told.tools, officer, choices={})
    set_clock(told.tools, datetime(2026, 3, 2, 23, 30, tzinfo=SHANGHAI))
    assert send_trial(told.tools, actor=officer) == ("gateway", "mail")
    assert deliver(told.tools) == 2
    assert len(office.letters) == len(gateway.received) == 1
    # asked for again and again, an address that may be a stranger's gets no more
    for _ in range(3):
        assert send_trial(told.tools, actor=officer) == ("gateway", "mail")
    assert deliver(told.tools) == 0
    set_clock(told.tools, datetime(2026, 3, 2, 23, 41, tzinfo=SHANGHAI))
    send_trial(told.tools, actor=officer)
    assert deliver(told.tools) == 2
