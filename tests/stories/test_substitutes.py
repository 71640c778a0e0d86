"""An officer goes on leave: his tasks move to a substitute, come back, and the audit trail names everyone rightly."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from app.domain.actor import Actor
from app.domain.errors import Forbidden, Invalid, NotFound, TaskAlreadyClaimed, TaskNotFound
from app.domain.office import PersonNotFound
from app.domain.records import RoleRow
from app.usecases import Tools
from app.usecases.audit.verify_case import verify_case
from app.usecases.desk.claim_task import claim_task
from app.usecases.desk.complete_task import complete_task
from app.usecases.desk.inbox_row import InboxRow
from app.usecases.desk.read_inbox import read_inbox
from app.usecases.desk.read_task import read_task
from app.usecases.people.act_for import NotStandingIn, act_for
from app.usecases.people.approve_substitute import NothingToApprove, NotTwice, approve_substitute
from app.usecases.people.end_substitute import SubstitutionOver, end_substitute
from app.usecases.people.list_substitutes import list_substitutes
from app.usecases.people.list_waiting import list_waiting
from app.usecases.people.name_substitute import name_substitute
from app.usecases.steering.withdraw_completion import withdraw_completion
from app.usecases.steering.withdrawal import NotWithdrawable
from tests.stories.cast import AUDITOR, ZHUANGSHI
from tests.stories.telling import Event, Scene, moment
from tests.stories.test_main_job import GRID_LEADER, dispatched, review, working

Z = ZHUANGSHI
FAR = "river-wall"
FROM, UNTIL = moment("03-03 08:00"), moment("03-06 18:00")


def signed_in(tools: Tools, username: str) -> Actor:
    """Somebody as the door lets him in, with those for whom he stands in."""
    with tools.store.unit_of_work() as uow:
        person = uow.people.by_username(username)
        assert person is not None
        now = tools.clock.now()
        actor = uow.people.actor(person.id, now)
        return replace(actor, standing=uow.substitutes.standing(actor, now))


def away(tools: Tools, by: str = Z.handler, substitute: str = Z.affairs, **more: Any) -> UUID:
    given = {"from_at": FROM, "until_at": UNTIL, "reason": "年休假", **more}
    return name_substitute(tools, actor=signed_in(tools, by), substitute=substitute, **given)


def boxes(tools: Tools, username: str, event: Event) -> dict[str, str]:
    """What somebody finds to do in a case: {element: for whom}."""
    page = read_inbox(tools, actor=signed_in(tools, username), limit=100)
    return {row.node: row.for_name for row in page.tasks if str(row.case_id) == event.reported.case_id}


def finish(tools: Tools, username: str, task_id: UUID, answers: dict[str, Any]) -> None:
    actor = act_for(tools, actor=signed_in(tools, username), task_id=task_id)
    claim_task(tools, actor=actor, task_id=task_id)
    complete_task(tools, actor=actor, task_id=task_id, answers=answers)


def done_by(tools: Tools, username: str, task_id: UUID) -> list[InboxRow]:
    """What somebody finds of a task among what he has done."""
    page = read_inbox(tools, actor=signed_in(tools, username), box="done", limit=200)
    return [row for row in page.tasks if row.id == task_id]


def handled(event: Event, shot: str) -> dict[str, Any]:
    place = {"lat": event.spot["lat"], "lon": event.spot["lon"]}
    return {"on_site_at": f"{event.scene.now:%Y-%m-%dT%H:%M}", **place, "result": "solved",
            "action": "已清运全部建筑杂物，恢复人行道", "after_photos": [shot]}


def test_tasks_move_to_the_substitute_and_come_back(scene: Scene, tools: Tools) -> None:
    event = working(scene)
    task = UUID(event.task(Z.handler, "办理")["id"])
    event.desk.claim(Z.handler, str(task))
    handler = signed_in(tools, Z.handler)
    away(tools)
    assert boxes(tools, Z.affairs, event) == {}, "the leave has not begun"
    scene.at("03-03 09:00")
    assert boxes(tools, Z.affairs, event) == {"handle": handler.name}
    assert boxes(tools, Z.handler, event) == {"handle": ""}, "he may look in from where he is"
    counts = read_inbox(tools, actor=signed_in(tools, Z.affairs)).counts["todo"]
    assert counts >= 1
    substitute = act_for(tools, actor=signed_in(tools, Z.affairs), task_id=task)
    assert substitute.absent and substitute.absent.username == Z.handler
    view = read_task(tools, actor=substitute, task_id=task)
    assert view.held_by_me and view.row.for_name == handler.name
    shot = event.shot(Z.handler, "handle")
    finish(tools, Z.affairs, task, handled(event, shot))
    done = [line for line in event.desk.history(event.reported.case_id)
            if line.kind == "TaskCompleted" and line.node == "handle"]  # fmt: skip
    assert [(line.actor_name, line.role, line.body["for"]["username"]) for line in done] == [
        (signed_in(tools, Z.affairs).name, "platform_enforce", Z.handler)]  # fmt: skip
    assert event.record["handled_by"] in (substitute.id, Z.affairs)
    with tools.store.unit_of_work() as uow:
        row = uow.tasks.get(task)
    assert row.finished_by == handler.id and Z.affairs not in row.finished_name
    assert row.finished_name == f"{substitute.name}（代{handler.name}）"
    # it is done work of both, signed with both names, and of nobody else
    for username in (Z.affairs, Z.handler):
        (seen,) = done_by(tools, username, task)
        assert (seen.finished_name, seen.state) == (row.finished_name, "done")
    assert not done_by(tools, Z.colleague, task)
    # a new event while he is still away is the substitute's to take, and lies on the officer's desk
    second = dispatched(scene, at="03-06 17:00", place=FAR)
    sign = next(row for row in read_inbox(tools, actor=signed_in(tools, Z.affairs), limit=100).tasks
                if str(row.case_id) == second.reported.case_id and row.node == "sign")  # fmt: skip
    claim_task(tools, actor=act_for(tools, actor=signed_in(tools, Z.affairs), task_id=sign.id), task_id=sign.id)
    assert boxes(tools, Z.affairs, second) == {"sign": handler.name}
    scene.at("03-06 18:00")
    assert boxes(tools, Z.affairs, second) == {}
    assert boxes(tools, Z.handler, second) == {"sign": ""}
    with pytest.raises(TaskAlreadyClaimed):
        finish(tools, Z.affairs, sign.id, {"decision": "accept"})
    # what he did stays among his own, and he may read it; what he did not do is not his any more
    back = signed_in(tools, Z.affairs)
    assert not back.standing and [one.id for one in done_by(tools, Z.affairs, task)] == [task]
    assert read_task(tools, actor=back, task_id=task).row.finished_name == row.finished_name
    assert not read_task(tools, actor=back, task_id=task).held_by_me
    with pytest.raises(NotWithdrawable):
        withdraw_completion(tools, actor=back, task_id=task, reason="误操作")
    proposed = second.desk.task(Z.handler, str(sign.id))["values"]
    second.desk.complete(Z.handler, str(sign.id), {"decision": proposed["decision"]})
    for one in (event, second):
        verdict = verify_case(tools, actor=signed_in(tools, AUDITOR), case_id=UUID(one.reported.case_id))
        assert verdict.chain_ok and verdict.replay_ok, verdict


def test_both_are_excluded_from_checking_what_one_did_for_the_other(scene: Scene, tools: Tools) -> None:
    event = working(scene)
    task = UUID(event.task(Z.handler, "办理")["id"])
    away(tools)
    scene.at("03-03 09:00")
    shot = event.shot(Z.handler, "handle")
    finish(tools, Z.affairs, task, handled(event, shot))
    review(event)
    verify = UUID(event.task(GRID_LEADER, "现场验收")["id"])
    with tools.store.unit_of_work() as uow:
        role, unit = uow.tasks.get(verify).candidates[0]
        excluded = set(uow.tasks.get(verify).excluded_people)
        assert Z.handler in excluded and not excluded.isdisjoint({Z.affairs, signed_in(tools, Z.affairs).id})
        for username in (Z.affairs, Z.handler, Z.colleague):
            person = signed_in(tools, username).person_id
            assert person
            uow.roles.grant_many([RoleRow(person, role, unit, tools.clock.now())])
        uow.commit()
    assert "verify" not in "".join(boxes(tools, Z.affairs, event)) + "".join(boxes(tools, Z.handler, event))
    assert verify in {row.id for row in read_inbox(tools, actor=signed_in(tools, Z.colleague), limit=100).tasks}
    # nor does anybody see it who stands in for one of them, though he himself did nothing
    for username in (Z.affairs, Z.handler):
        actor = signed_in(tools, username)
        with pytest.raises((TaskNotFound, Forbidden)):
            claim_task(tools, actor=act_for(tools, actor=actor, task_id=verify), task_id=verify)


def test_a_substitute_is_bound_by_what_excludes_the_officer(scene: Scene, tools: Tools) -> None:
    event = working(scene)
    task = UUID(event.task(Z.handler, "办理")["id"])
    away(tools)
    scene.at("03-03 09:00")
    for excluded in (Z.handler, Z.affairs):
        with tools.store.unit_of_work() as uow:
            uow._tx.write("update tasks set excluded_people = %(who)s::text[] where id = %(id)s",
                          {"who": [excluded], "id": task})
            uow._tx.write("update task_candidates set guarded = true where task_id = %(id)s", {"id": task})
            uow.commit()
        assert boxes(tools, Z.affairs, event) == {}
        actor = signed_in(tools, Z.affairs)
        hat = actor.standing[0]
        with pytest.raises(NotFound):
            read_task(tools, actor=hat, task_id=task)


def test_in_part_only(scene: Scene, tools: Tools) -> None:
    event = working(scene)
    process = event.task(Z.handler, "办理")["process"]
    away(tools, substitute=Z.affairs, role="platform_enforce", process=process)
    scene.at("03-03 09:00")
    assert list(boxes(tools, Z.affairs, event)) == ["handle"]
    other = next(key for key in ("joint_enforcement", "instant_consult") if key != process)
    end_substitute(tools, actor=signed_in(tools, Z.handler),
                   substitution_id=list_substitutes(tools, actor=signed_in(tools, Z.handler))[0].id)
    away(tools, substitute=Z.affairs, process=other, from_at=scene.now)
    assert boxes(tools, Z.affairs, event) == {}
    task = UUID(event.task(Z.handler, "办理")["id"])
    assert act_for(tools, actor=signed_in(tools, Z.affairs), task_id=task).absent is None


def test_who_may_name_whom(scene: Scene, tools: Tools) -> None:
    handler = signed_in(tools, Z.handler)
    made = away(tools, by=Z.director, person_id=handler.person_id)
    assert [one.substitute for one in list_substitutes(tools, actor=handler)] == [Z.affairs]
    with pytest.raises(PersonNotFound):
        away(tools, by=Z.affairs, person_id=handler.person_id, substitute=Z.colleague)
    with pytest.raises(Invalid) as refused:
        away(tools, substitute=Z.handler)
    assert "substitute" in refused.value.errors
    with pytest.raises(Invalid) as refused:
        away(tools, substitute=AUDITOR)
    assert "substitute" in refused.value.errors
    with pytest.raises(Invalid) as refused:
        away(tools, until_at=FROM)
    assert "until" in refused.value.errors
    with pytest.raises(Invalid) as refused:
        away(tools)
    assert "until" in refused.value.errors, "he is named already"
    with pytest.raises(NotFound):
        end_substitute(tools, actor=signed_in(tools, Z.colleague), substitution_id=made)
    end_substitute(tools, actor=signed_in(tools, Z.affairs), substitution_id=made)
    with pytest.raises(SubstitutionOver):
        end_substitute(tools, actor=signed_in(tools, Z.director), substitution_id=made)
    with tools.store.unit_of_work() as uow:
        assert handler.person_id
        facts = uow.office_facts.of(handler.person_id)
    assert [(fact.kind, fact.actor_name) for fact in facts] == [
        ("SubstituteEnded", signed_in(tools, Z.affairs).name), ("SubstituteNamed", signed_in(tools, Z.director).name)]


def test_the_history_of_people_is_guarded(scene: Scene, tools: Tools) -> None:
    away(tools)
    for order in ("update office_facts set actor = ''", "delete from office_facts", "truncate office_facts"):
        with pytest.raises(Exception, match="append-only"), tools.store.engine.begin() as connection:
            connection.exec_driver_sql(order)




def test_who_stands_in_in_part_names_the_officer_in_that_part_only(scene: Scene, tools: Tools) -> None:
    event = working(scene)
    handled_task = event.task(Z.handler, "办理")
    case_id, task, process = UUID(event.reported.case_id), UUID(handled_task["id"]), handled_task["process"]
    away(tools, substitute=Z.affairs, process="instant_consult")
    scene.at("03-03 09:00")
    officer = signed_in(tools, Z.affairs)
    asked: list[dict[str, Any]] = [{}, {"task_id": task}, {"case_id": case_id}, {"beside": task}]
    for one in asked:
        with pytest.raises(NotStandingIn):
            act_for(tools, actor=officer, whom=Z.handler, **one)
    away(tools, substitute=Z.affairs, process=process, from_at=scene.now)
    officer = signed_in(tools, Z.affairs)
    for one in ({"task_id": task}, {"case_id": case_id}):
        found = act_for(tools, actor=officer, whom=Z.handler, **one)
        assert found.absent and found.absent.process == process
    # a task of the part opens neither lists nor other cases
    assert act_for(tools, actor=officer, beside=task).absent is None
    assert act_for(tools, actor=officer, beside=task, case_id=UUID(int=0)).absent is None
    assert act_for(tools, actor=officer, beside=task, case_id=case_id).absent is not None
    with pytest.raises(NotStandingIn):
        act_for(tools, actor=officer, whom=Z.handler)


def test_a_leader_gives_himself_nobodys_place(scene: Scene, tools: Tools) -> None:
    handler = signed_in(tools, Z.handler)
    with pytest.raises(Invalid) as refused:
        away(tools, by=Z.director, person_id=handler.person_id, substitute=Z.director)
    assert "substitute" in refused.value.errors


# --- sensitive posts -----------------------------------------------------------------------------


def waiting(tools: Tools, username: str) -> list[UUID]:
    return [one.id for one in list_waiting(tools, actor=signed_in(tools, username))]


def in_whose_place(tools: Tools, username: str) -> list[str]:
    return [one.absent.username for one in signed_in(tools, username).standing if one.absent]


def test_for_a_sensitive_post_a_second_person_approves_whom_a_leader_names(scene: Scene, tools: Tools) -> None:
    duty = signed_in(tools, Z.duty)
    made = away(tools, by=Z.director, person_id=duty.person_id, substitute=Z.affairs)
    scene.at("03-03 09:00")
    assert in_whose_place(tools, Z.affairs) == [], "nobody has approved it"
    assert [one.waits for one in list_substitutes(tools, actor=duty)] == [True]
    # neither who named him, nor the substitute, nor somebody who leads others
    for username, error in ((Z.director, NotTwice), (Z.affairs, NotTwice), (Z.colleague, PersonNotFound),
                            (Z.leader, PersonNotFound)):  # fmt: skip
        with pytest.raises(error):
            approve_substitute(tools, actor=signed_in(tools, username), substitution_id=made)
        assert made not in waiting(tools, username)
    assert in_whose_place(tools, Z.affairs) == []
    assert waiting(tools, Z.county_director) == [made]
    approve_substitute(tools, actor=signed_in(tools, Z.county_director), substitution_id=made)
    assert in_whose_place(tools, Z.affairs) == [Z.duty] and waiting(tools, Z.county_director) == []
    for username in (Z.county_director, Z.duty):
        with pytest.raises(NothingToApprove):
            approve_substitute(tools, actor=signed_in(tools, username), substitution_id=made)
    with tools.store.unit_of_work() as uow:
        assert duty.person_id
        facts = [(fact.kind, fact.actor_name) for fact in uow.office_facts.of(duty.person_id)]
    assert facts == [("SubstituteApproved", signed_in(tools, Z.county_director).name),
                     ("SubstituteNamed", signed_in(tools, Z.director).name)]  # fmt: skip


def test_the_officer_approves_himself_and_whom_he_names_needs_nobody(scene: Scene, tools: Tools) -> None:
    duty = signed_in(tools, Z.duty)
    made = away(tools, by=Z.director, person_id=duty.person_id, substitute=Z.affairs, role="street_duty")
    away(tools, by=Z.duty, substitute=Z.command)
    scene.at("03-03 09:00")
    assert (in_whose_place(tools, Z.affairs), in_whose_place(tools, Z.command)) == ([], [Z.duty])
    # who stands in for him does not approve in his place
    hat = signed_in(tools, Z.command).standing[0]
    with pytest.raises(Forbidden):
        approve_substitute(tools, actor=hat, substitution_id=made)
    approve_substitute(tools, actor=duty, substitution_id=made)
    assert in_whose_place(tools, Z.affairs) == [Z.duty]


def test_a_post_that_becomes_a_sensitive_one_waits_too(scene: Scene, tools: Tools) -> None:
    handler = signed_in(tools, Z.handler)
    away(tools, by=Z.director, person_id=handler.person_id)
    scene.at("03-03 09:00")
    assert in_whose_place(tools, Z.affairs) == [Z.handler]
    with tools.store.unit_of_work() as uow:
        assert handler.person_id
        uow.roles.grant_many([RoleRow(handler.person_id, "street_duty", "33.02.11.004.cmd", tools.clock.now())])
        uow.commit()
    assert in_whose_place(tools, Z.affairs) == []


def test_what_was_refused_by_ending_it_is_approved_by_nobody(scene: Scene, tools: Tools) -> None:
    duty = signed_in(tools, Z.duty)
    made = away(tools, by=Z.director, person_id=duty.person_id, substitute=Z.affairs)
    end_substitute(tools, actor=duty, substitution_id=made)
    with pytest.raises(NothingToApprove):
        approve_substitute(tools, actor=duty, substitution_id=made)
    assert waiting(tools, Z.county_director) == []
