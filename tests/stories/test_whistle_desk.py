"""The whistle desk follows a whistle from the call to both ratings, and shows it only to those who may see the case."""

from uuid import UUID

import pytest

from app.domain.errors import CaseNotFound
from app.usecases import Tools
from app.usecases.desk.read_whistle import NoWhistle, WhistleView, read_whistle
from tests.stories.cast import QIANTONG, ZHUANGSHI
from tests.stories.telling import Event, Scene, told
from tests.stories.test_ac1_stalls import MARKET, POLICE, SQUAD, WHO, consulted, rated
from tests.stories.test_messages import actor_of
from tests.stories.test_whistle import accepts, begun, checks_in, sounded

Z = ZHUANGSHI


def desk(tools: Tools, event: Event, by: str = Z.director) -> WhistleView:
    return read_whistle(tools, actor=actor_of(tools, by), case_id=UUID(event.reported.case_id))


def test_answers_and_check_ins_stand_beside_their_departments(scene: Scene, tools: Tools) -> None:
    event = sounded(scene, tools)
    seen = desk(tools, event)
    assert seen.kind == "hard" and told(seen.sounded_at) == "03-02 09:00" and seen.place
    assert [(one.unit, one.lead, one.ack, one.state) for one in seen.departments] == [
        (SQUAD, True, "", ""), (MARKET, False, "", ""), (POLICE, False, "", "")]
    assert [[task.name for task in one.tasks] for one in seen.departments] == [["应哨"]] * 3
    accepts(event, SQUAD)
    scene.at("03-02 14:31")
    seen = desk(tools, event)
    assert [one.ack for one in seen.departments] == ["accept", "deemed", "deemed"]
    assert told(seen.departments[0].acked_at) == "03-02 09:00" and seen.departments[0].acked_by
    scene.at("03-03 08:50")
    checks_in(event, SQUAD)
    came = desk(tools, event).departments[0].check_in
    assert came and told(came.at) == "03-03 08:50" and came.lat and came.officers
    assert seen.place and abs(came.lat - seen.place[0]) < 0.01
    scene.at("03-03 09:31")
    assert [one.state for one in desk(tools, event).departments] == ["arrived", "absent", "absent"]
    assert [(row.name, unit) for row, unit in desk(tools, event).tasks] == [("会商", "庄市街道综合信息指挥室")]


def test_who_may_not_see_the_case_sees_no_whistle_and_other_cases_have_none(scene: Scene, tools: Tools) -> None:
    event = sounded(scene, tools)
    with pytest.raises(CaseNotFound):
        desk(tools, event, QIANTONG.duty)
    scene.at("03-02 09:05")
    with pytest.raises(NoWhistle):
        desk(tools, begun(scene, tools))


def test_what_was_agreed_and_both_ratings_stand_on_the_same_page(scene: Scene, tools: Tools) -> None:
    stalls, _ = consulted(scene)
    seen = desk(tools, stalls)
    assert seen.problems and seen.minutes and seen.attendees
    assert all(row.lead_label != row.lead for row in seen.problems)
    assert not seen.conclusion and seen.aftercare is None


def test_the_end_of_a_whistle(scene: Scene, tools: Tools) -> None:
    stalls, after = rated(scene)
    seen = desk(tools, stalls)
    assert seen.conclusion == "solved" and seen.conclusion_text and seen.concluded_by
    assert str(seen.aftercare) == after.reported.case_id
    assert {row.state for row in seen.problems} == {"done"} and any(one.check_in for one in seen.departments)
    assert all(one.points is None and not one.rated for one in seen.departments)
    for unit in (SQUAD, MARKET, POLICE):
        after.do(WHO[unit], "查看评分", decision="accept")
    after.do(Z.county_director, "申诉裁定", decision="uphold", note="维持")
    recorded = {line.body["unit"]: line.body["points"] for line in after.noted("department_rating")}
    assert len(recorded) == 4 and recorded[SQUAD] == 92
    assert {one.unit: one.points for one in desk(tools, stalls).departments} == recorded
    after.do(WHO[SQUAD], "rate_whistle", score_need=5, score_preparation=4, score_coordination=3, comment="准备充分")
    (squad,) = (one for one in desk(tools, stalls).departments if one.unit == SQUAD)
    assert squad.rated["score_preparation"] == 4 and squad.rated["comment"] == "准备充分" and squad.parts["ack"] == 18
