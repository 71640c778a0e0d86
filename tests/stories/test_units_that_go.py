"""Units are dissolved while whistles, disputes, petitions and supervisions lie there: nothing is nobody's."""

from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest

from app.domain.actor import SYSTEM
from app.domain.errors import Invalid
from app.domain.office import UnitInUse
from app.usecases import Tools
from app.usecases.city import City
from app.usecases.desk.deliver_message import deliver_message
from app.usecases.desk.read_notices import read_notices
from app.usecases.people.dissolve_unit import dissolve_unit
from app.usecases.people.reseat_tasks import reseat_tasks
from bench.city_figures import Checks
from tests.stories.cast import GATEWAY, ZHUANGSHI
from tests.stories.desk import UseCaseDesk
from tests.stories.photos import ROOT
from tests.stories.telling import Event, Scene, refused
from tests.stories.test_ac8_medical import CALM, CLAIM, VILLAGE, case_of
from tests.stories.test_ac10_workshop import begun
from tests.stories.test_leaving_office import last
from tests.stories.test_messages import actor_of
from tests.stories.test_supervision import LEADER, issued, late
from tests.stories.test_whistle import COORDINATOR, MARKET, POLICE, SQUAD, drafted
from tests.stories.test_whistle import begun as whistled

Z = ZHUANGSHI
STREET, COUNTY = "33.02.11.004", "33.02.11"
ENFORCE, TRADE = f"{STREET}.p-enforce", f"{STREET}.p-market"
DESK, CIVIL, ROOM = f"{STREET}.s-petition", f"{STREET}.s-civil", f"{STREET}.cmd"
CENTRE, PETITIONS = f"{COUNTY}.d-mediation", f"{COUNTY}.d-petition"
MATTER = {"title": "土地补偿", "facts": "反映土地征收补偿款未到位"}


@pytest.fixture
def tools(tools: Tools) -> Tools:
    """The city of this story alone: the others share what they know of units."""
    return replace(tools, city=City(tools.store, ROOT / "city"))


@pytest.fixture
def scene(tools: Tools) -> Scene:
    made = Scene(UseCaseDesk(tools))
    made.at("03-02 08:00")
    return made


@pytest.fixture
def link(city_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(city_url, autocommit=True) as found:
        yield found


def swept(link: psycopg.Connection) -> tuple[set[str], set[str]]:
    """What S1-03 finds: cases that wait for nothing, tasks that nobody may do."""
    checks = Checks()
    checks.sweep(link)
    return checks.unowned, checks.nobodys


def emptied(link: psycopg.Connection, *units: str) -> None:
    """Their people have other posts."""
    link.execute("delete from person_roles where unit = any(%s)", [list(units)])


def called(scene: Scene, tools: Tools) -> Event:
    """Three departments are called to the night market for tomorrow."""
    event = whistled(scene, tools)
    drafted(event, COORDINATOR, SQUAD, POLICE, MARKET, appointed_at="2026-03-10T09:00")
    event.do(Z.director, "审批哨单", keep=("kind",), decision="approve")
    assert event.nodes == ["ack"] * 3
    return event


def test_s1_03_what_a_dissolved_unit_had_in_hand_is_its_successors(
    scene: Scene, tools: Tools, link: psycopg.Connection
) -> None:
    _, supervision = late(scene)
    issued(supervision)
    whistle = called(scene, tools)
    petition = begun(scene, tools, "s.petition.zs", "petition", **MATTER)
    done = deliver_message(tools, actor=actor_of(tools, GATEWAY), name="med.applied", correlation={}, id="one",
                           payload={**CLAIM, "unit": VILLAGE, "slots": "工作日上午，视频"})
    dispute = case_of(scene, done.case_id)
    swept_before = swept(link)
    assert swept_before == (set(), set())

    emptied(link, ENFORCE, DESK, SQUAD, CENTRE)
    assert len(swept(link)[1]) >= 4, "their tasks are nobody's now"
    assert dissolve_unit(tools, actor=SYSTEM, code=ENFORCE, successor=TRADE) >= 1
    assert dissolve_unit(tools, actor=SYSTEM, code=DESK, successor=CIVIL) == 1
    assert dissolve_unit(tools, actor=SYSTEM, code=SQUAD, successor=MARKET) == 1
    # nobody takes the centre over: the county's own duty has its work
    assert dissolve_unit(tools, actor=SYSTEM, code=CENTRE) >= 1
    assert swept(link) == (set(), set())
    assert reseat_tasks(tools) == 0

    # each goes on in the new hands, with the people there and no other
    assert [row["node"] for row in whistle.offered("s.market.zs")] == ["ack", "ack"]
    assert supervision.offered(LEADER) == []
    supervision.do("lead.zs", "答复督办", cause="人手不足", measure="抽调两人", responsible="负责人01",
                   promised_at="2026-03-11T17:00")
    petition.do("s.civil.zs", "信访登记与分类", petition_kind="appeal", persons=1, running="none")
    dispute.do(Z.county_duty, "一窗登记", keep=tuple(CLAIM), **CALM)
    # the task that opened after the unit was gone found its heir by itself, and the history says how
    (opened,) = dispute.opened("accept_decide") or dispute.opened("accept")
    assert opened.body["heirs"] == {CENTRE: [COUNTY, "county_duty", "county_dispatcher", "county_director",
                                             "supervisor_county", "assessment_admin", "county_admin"]}
    assert swept(link) == (set(), set())

    who, _, _, said = last(petition, "TaskTransferred")
    assert (said["how"], said["from_unit"], said["to_unit"]) == ("unit_gone", DESK, CIVIL)
    assert any(petition.reported.event_no in line.text or "移交" in line.text
               for line in read_notices(tools, actor=actor_of(tools, "s.civil.zs")).lines)
    for case in (whistle, petition, dispute, supervision):
        case.verified()


def test_a_successor_may_go_itself_and_what_was_held_is_free_again(
    scene: Scene, tools: Tools, link: psycopg.Connection
) -> None:
    petition = begun(scene, tools, "s.petition.zs", "petition", **MATTER)
    task = petition.task("s.petition.zs", "信访登记与分类")["id"]
    petition.desk.claim("s.petition.zs", task)
    emptied(link, DESK)
    dissolve_unit(tools, actor=SYSTEM, code=DESK, successor=CIVIL)
    petition.desk.claim("s.civil.zs", task)
    emptied(link, CIVIL)
    dissolve_unit(tools, actor=SYSTEM, code=CIVIL)
    assert swept(link) == (set(), set())
    # whoever held it has lost it with his seat; the street's room has it now
    with refused(404):
        petition.desk.complete("s.civil.zs", task, {"petition_kind": "appeal", "persons": 1, "running": "none"})
    petition.do(Z.duty, "信访登记与分类", petition_kind="appeal", persons=1, running="none")
    assert [one.body["heirs"] for one in petition.opened("accept_petition")][0][DESK][0] == ROOM
    petition.verified()


def test_who_takes_over_must_be_there_with_people(scene: Scene, tools: Tools, link: psycopg.Connection) -> None:
    with pytest.raises(UnitInUse):
        dissolve_unit(tools, actor=SYSTEM, code=DESK, successor=CIVIL)
    emptied(link, DESK, CIVIL)
    for wrong in (CIVIL, DESK, f"{STREET}.s-nothing", "no code\x00"):
        with pytest.raises(Invalid) as no:
            dissolve_unit(tools, actor=SYSTEM, code=DESK, successor=wrong)
        assert "successor" in no.value.errors
    assert dissolve_unit(tools, actor=SYSTEM, code=CIVIL) == 0
    with pytest.raises(Invalid):
        dissolve_unit(tools, actor=SYSTEM, code=DESK, successor=CIVIL)
