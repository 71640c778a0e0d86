"""Every act that any diagram offers, over HTTP: its page in both languages, refused empty, and done.

The stories of the packs bring each case to the moment of the act; from there somebody goes on who has just the seat to
which it is offered. Citizens go on at the page of their report, programs with a message.
"""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import psycopg
import pytest
from flask.testing import FlaskClient

from app.bootstrap import create_app
from app.config import Config
from app.domain.ids import new_id
from app.domain.org import seat_of
from app.domain.records import PersonRow, RoleRow, SubscriptionRow
from app.domain.records_traffic import ReportRow
from app.ports.passwords import hash_password
from app.usecases import Tools
from app.usecases.clock import Clock
from app.usecases.intake.own_report import MESSAGES
from app.usecases.opening import open_tools
from tests.stories.flow.flow_case import NUMBER
from tests.stories.moments import ROOT, Album, Moment, Place, offered, write
from tests.web.world import read_csrf

OFFERED = offered()
OF_CITIZENS = {place for place, roles in OFFERED.items() if roles == "citizen"}
OF_PROGRAMS = {place for place, roles in OFFERED.items() if roles.startswith("sys_admin")}
OF_OFFICERS = set(OFFERED) - OF_CITIZENS - OF_PROGRAMS
#: acts that are answered with what a case alone has not: where they are done instead
ELSEWHERE = {
    ("event_lifecycle", "merged_later"): "tests/browser/test_every_event_act.py",
    ("joint_enforcement", "event_added"): "tests/stories/test_whistle_linked.py",
    **dict.fromkeys((("department_answer", "acked_by_system"), ("department_report", "checked_in_by_system"),
                     ("department_work", "reported_by_system")), "tests/stories/test_whistle.py"),
}  # fmt: skip
BEFORE = datetime.fromisoformat("2026-03-01T00:00:00+08:00")
PASSWORD = "one who may do just this"
HAN = re.compile(r"[\u4e00-\u9fff]")
#: what a citizen says on his page
SAID = {"supplement": {"text": "就在小区北门旁边"}, "withdraw": {"reason": "已自行解决"},
        "rate": {"solved": "yes", "satisfaction": "satisfied"}}  # fmt: skip


class Stopped(Clock):
    """A clock that stands where a story stands."""

    at = BEFORE

    def now(self) -> datetime:
        return self.at


@dataclass
class Door:
    """The product, and one person who takes one seat after the other."""

    tools: Tools
    clock: Stopped
    person: PersonRow
    browser: FlaskClient
    csrf: str

    def bring(self, moment: Moment) -> tuple[UUID, SubscriptionRow, str]:
        """Bring a case to the database as it stood, alone with its number: its id, the act, the code of its report."""
        self.clock.at = moment.now
        with psycopg.connect(self.tools.config.database_url, autocommit=True) as link:
            link.execute("update cases set event_no = null")
            link.execute("delete from attachments")
            link.execute("delete from register_keys")
        with self.tools.store.unit_of_work() as uow:
            case = write(self.tools, uow, moment)
            code = self.tools.secrets.new_tracking_code()
            found = self.tools.secrets.tracking_hash(code)
            uow.reports.add(ReportRow(
                county=11, id=new_id(11, moment.now), case_id=case.id, received_at=moment.now, nature="complaint",
                content="小区门口有人乱堆杂物", tracking_hash=found,
            ))  # fmt: skip
            uow.commit()
        with self.tools.store.unit_of_work() as uow:
            (row,) = [one for one in uow.subscriptions.of_case(case.id) if one.key == moment.act.key]
            return case.id, row, code

    def sit(self, role: str, unit: str) -> None:
        """Take this seat, and no other."""
        with psycopg.connect(self.tools.config.database_url, autocommit=True) as link:
            link.execute("delete from person_roles where person_id = %s", [self.person.id])
        with self.tools.store.unit_of_work() as uow:
            uow.roles.grant_many([RoleRow(self.person.id, role, unit, BEFORE)])
            uow.commit()

    def sit_for(self, case_id: UUID, row: SubscriptionRow) -> str:
        """Take a seat to which an act is offered, with the task in hand where it is its holder's; gives its page."""
        if row.offered_to != ("holder",):
            role = next(one for one in row.offered_to if one != "citizen")
            self.sit(role, seat_of(self.tools.city.roles[role], row.unit) or row.unit)
            return f"/cases/{case_id}/acts/{quote(row.key)}"
        with self.tools.store.unit_of_work() as uow:
            (task,) = [one for one in uow.tasks.of_case(case_id) if one.key == row.task_key]
        self.sit(*task.candidates[0])
        assert self.send(f"/tasks/{task.id}/claim").status_code == 303
        return f"/tasks/{task.id}/acts/{quote(row.key)}"

    def send(self, path: str, **more: Any) -> Any:
        """Send a form or a script's request."""
        return self.browser.post(path, headers={"X-CSRFToken": self.csrf}, **more)

    def last_act(self, case_id: UUID) -> tuple[str, str]:
        """Name the last act that is recorded, and who did it."""
        with self.tools.store.unit_of_work() as uow:
            fact = uow.facts.of_kinds(case_id, ["MessageReceived"])[-1]
        return str(fact.content["message"]), fact.actor

    def page(self, path: str, language: str) -> str:
        """Read a page that must be there."""
        self.browser.set_cookie("yongzhi_language", language)
        answer = self.browser.get(path)
        assert answer.status_code == 200, (path, answer.status_code, re.sub(r"<[^>]*>|\s+", " ", answer.text)[-400:])
        return str(answer.text)


@pytest.fixture(scope="module")
def moments() -> dict[Place, Moment]:
    """Run the stories once."""
    return Album().collect()


@pytest.fixture(scope="module")
def door(module_city_url: str, shelf: Tools, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """A city of its own, whose clock stands, and somebody who has signed in."""
    own = open_tools(Config(
        secret_key="a key that only the stories use, forty", data_key=bytes(range(32)), testing=True,
        movable_clock=True, database_url=module_city_url, var_dir=tmp_path_factory.mktemp("acts"),
        bpmn_dir=ROOT / "bpmn", forms_dir=ROOT / "forms", city_dir=ROOT / "city",
    ))  # fmt: skip
    clock = Stopped(own.store, movable=True)
    tools = replace(own, clock=clock, city=shelf.city, library=shelf.library)
    secret = hash_password(PASSWORD)
    person = PersonRow(11, new_id(11, BEFORE), "everywhere", "处处在岗", secret, "", "zh", True, BEFORE)
    with own.store.unit_of_work() as uow:
        uow.people.add_many([person])
        uow.commit()
    made = Door(tools, clock, person, create_app(own.config, tools).test_client(), "")
    made.sit("unit_leader", "33.02.11.004.cmd")
    made.csrf = read_csrf(made.browser.get("/sign-in").text)
    names = {"csrf_token": made.csrf, "username": person.username, "password": PASSWORD}
    assert made.browser.post("/sign-in", data=names).status_code == 303
    made.csrf = read_csrf(made.browser.get("/rights").text)
    yield made
    own.store.dispose()


def test_the_stories_reach_every_act(moments: dict[Place, Moment]) -> None:
    assert set(moments) == set(OFFERED)
    undone = {place for place, moment in moments.items() if moment.answers is None}
    assert undone <= OF_CITIZENS | set(ELSEWHERE), "no story does it"
    assert all((ROOT / path).exists() for path in ELSEWHERE.values())


def shown(page: str) -> dict[str, Any]:
    """Read the form that a page hands to its script."""
    found = re.search(r'id="form-schema">(.*?)</script>', page, re.S)
    assert found
    schema: dict[str, Any] = json.loads(html.unescape(found[1]))
    return schema


def fields(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """List the fields of a form, those in its groups too."""
    for one in schema.get("components") or ():
        if one.get("key") or one.get("path"):
            yield one
        yield from fields(one)


@pytest.mark.parametrize("place", sorted(OF_OFFICERS), ids="-".join)
def test_an_officer_does_what_is_offered(moments: dict[Place, Moment], door: Door, place: Place) -> None:
    moment = moments[place]
    case_id, row, _ = door.bring(moment)
    path = door.sit_for(case_id, row)
    for language, name in (("zh", row.name), ("en", row.name_en)):
        page = door.page(path, language)
        assert f"<h1>{html.escape(name)}</h1>" in page and bool(HAN.search(name)) is (language == "zh")
    for one in fields(shown(page)):
        texts = one.get("label") or "", (one.get("properties") or {}).get("label_en") or ""
        assert HAN.search(texts[0]) and texts[1] and not HAN.search(texts[1]), one
    required = {one["key"] for one in shown(page)["components"] if (one.get("validate") or {}).get("required")
                and not one.get("conditional") and one.get("key")}  # fmt: skip
    if required:
        refused = door.send(path, json={"answers": {}})
        assert refused.status_code == 422 and set(refused.json["errors"]) >= required
    if place not in ELSEWHERE:
        done = door.send(path, json={"answers": moment.answers})
        assert done.status_code == 200, (done.json, moment.answers)
        assert door.last_act(case_id) == (row.message, str(door.person.id))


@pytest.mark.parametrize("place", sorted(OF_CITIZENS), ids="-".join)
def test_a_citizen_does_it_on_the_page_of_his_report(moments: dict[Place, Moment], door: Door, place: Place) -> None:
    case_id, _, code = door.bring(moments[place])
    act = next(name for name, message in MESSAGES.items() if message == moments[place].act.message)
    citizen = door.browser.application.test_client()
    csrf = {"csrf_token": read_csrf(citizen.get("/public/track").text)}
    assert citizen.post("/public/track", data={**csrf, "event_no": NUMBER, "code": code}).status_code == 303
    page = f"/public/track/{NUMBER}"
    for language in ("zh", "en"):
        citizen.set_cookie("yongzhi_language", language)
        assert f'action="{page}/{act}"' in citizen.get(page).text
    if act != "withdraw":
        assert citizen.post(f"{page}/{act}", data=csrf).status_code == 422
    done = citizen.post(f"{page}/{act}", data={**csrf, **SAID[act]})
    assert done.status_code == 303, re.sub(r"<[^>]*>|\s+", " ", done.text)
    message, by = door.last_act(case_id)
    assert message == moments[place].act.message and by.startswith("reporter:")


@pytest.mark.parametrize("place", sorted(OF_PROGRAMS), ids="-".join)
def test_a_program_does_it_by_a_message_and_has_no_page(
    moments: dict[Place, Moment], door: Door, place: Place
) -> None:
    moment = moments[place]
    case_id, row, _ = door.bring(moment)
    assert HAN.search(row.name) and row.name_en and not HAN.search(row.name_en)
    door.sit("sys_admin", "33.02")
    assert door.browser.get(f"/cases/{case_id}/acts/{quote(row.key)}").status_code == 403
    if place not in ELSEWHERE:
        message = {"name": row.message, "id": str(uuid4()), "payload": moment.answers,
                   "correlation": {**row.correlation, "case_id": str(case_id)}}  # fmt: skip
        done = door.browser.post("/api/v1/messages", json=message, headers={"X-CSRFToken": door.csrf})
        assert done.status_code == 200 and done.json["outcome"] == "delivered", done.json
        assert door.last_act(case_id) == (row.message, str(door.person.id))


def test_a_date_of_a_pack_names_the_row_of_its_table(moments: dict[Place, Moment], door: Door) -> None:
    case_id, row, _ = door.bring(moments["effect_giving", "accept_replied"])
    door.sit_for(case_id, row)
    for language, table, head in (("zh", "决策表“赋予效力的期限”第 1 版", "法院受理"),
                                  ("en", "Decision table “Limits for giving effect to an agreement”, version 1",
                                   "Acceptance by the court")):  # fmt: skip
        page = door.page(f"/cases/{case_id}/why?limit=court_accept", language)
        assert table in page and f"→ {head}</th>" in page and "第三十三条" in page
