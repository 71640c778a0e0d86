"""Taking running cases over to another version: what survives, what is refused, and many at once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from app.domain.actor import SYSTEM, Actor
from app.domain.errors import CaseNotFound, DefinitionNotFound, Invalid, MigrationRefused, StepFailed
from app.usecases import Tools
from app.usecases.command.fire_due_timers import fire_due_timers
from app.usecases.desk.claim_task import claim_task
from app.usecases.desk.complete_task import complete_task
from app.usecases.desk.save_draft import save_draft
from app.usecases.migrating import moved
from app.usecases.migrating.list_versions import list_versions
from app.usecases.migrating.migrate_cases import Migrated, migrate_cases
from app.usecases.migrating.plan_migration import plan_migration
from app.usecases.steering.cancel_case import cancel_case
from app.usecases.steering.move_token import move_token
from app.usecases.steering.suspend_case import suspend_case
from tests.engine.running import flow
from tests.usecases.drawn import END, START, Stage, drawn, work

WHY = "流程改版"


def timer(key: str, host: str, length: str = "PT2H") -> str:
    return (f'<bpmn:boundaryEvent id="{key}" attachedToRef="{host}"><bpmn:timerEventDefinition id="{key}_d">'
            f"<bpmn:timeDuration>{length}</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>")


def named(element: str, name: str) -> str:
    """Give an element another name than its id."""
    key = element.split('id="', 1)[1].split('"', 1)[0]
    return element.replace(f'name="{key}"', f'name="{name}"', 1)


def version_one() -> tuple[str, bytes]:
    late = work("late") + timer("due", "check") + flow("due", "late") + flow("late", "e")
    return drawn("steps", START, named(work("check"), "核查"), work("gone"), work("sign"), END, ways=late)


def version_two() -> tuple[str, bytes]:
    """The check has another id, a step is gone, one is new."""
    late = work("late") + timer("due_new", "look") + flow("due_new", "late") + flow("late", "e")
    return drawn("steps", START, named(work("look"), "核查"), work("fresh"), work("sign"), END, ways=late)


@pytest.fixture
def designer(add_person: Callable[..., Actor]) -> Actor:
    return add_person("draws", "process_designer")


@pytest.fixture
def staged(stage: Stage) -> Stage:
    stage.publish(version_one())
    return stage


def migrate_one(tools: Tools, *, case_id: UUID, **more: Any) -> Migrated:
    """Migrate one case, and hear what became of it."""
    (done,) = migrate_cases(tools, cases=[case_id], **more).results
    return done


def rows(stage: Stage, case_id: UUID) -> tuple[list[Any], list[Any]]:
    with stage.tools.store.unit_of_work() as uow:
        return [one for one in uow.tasks.of_case(case_id) if one.state in ("open", "claimed")], list(
            uow.timers.of_case(case_id))  # fmt: skip


def renewed(stage: Stage) -> dict[str, str]:
    stage.publish(version_two())
    return {"due": "due_new"}


def test_a_claimed_task_keeps_holder_and_draft_and_the_timer_its_moment(
    staged: Stage, designer: Actor, add_person: Callable[..., Actor]
) -> None:
    tools, case_id, officer = staged.tools, staged.start("steps"), add_person("officer", "city_duty")
    ((task,), (timer_before,)) = rows(staged, case_id)
    claim_task(tools, actor=officer, task_id=task.id)
    save_draft(tools, actor=officer, task_id=task.id, values={"note": "half"})
    given = renewed(staged)
    plan = plan_migration(tools, actor=designer, process="steps", old=1, new=2, mapping=given)
    said = {one.node: (one.target, one.why) for one in plan.elements}
    assert said["check"] == ("look", "name") and said["sign"] == ("sign", "id") and said["due"] == ("due_new", "given")
    assert {one.node: one.cases for one in plan.elements}["check"] == 1 and plan.cases == 1 and not plan.blocking
    dry = migrate_one(tools, actor=designer, case_id=case_id, process="steps", old=1, new=2, mapping=given,
                       reason=WHY, dry_run=True)  # fmt: skip
    assert staged.case(case_id).version == 1 and not staged.facts(case_id, "CaseMigrated")
    done = migrate_one(tools, actor=designer, case_id=case_id, process="steps", old=1, new=2, mapping=given,
                        reason=WHY)  # fmt: skip
    assert done == dry and done.outcome == "migrated" and not done.opened and not done.ended
    ((held,), (timer_after,)) = rows(staged, case_id)
    assert (held.id, held.key, held.holder, held.draft) == (task.id, task.key, officer.id, {"note": "half"})
    assert (held.node, held.process_version, staged.case(case_id).version) == ("look", 2, 2)
    assert (timer_after.key, timer_after.due_at) == (timer_before.key, timer_before.due_at)
    assert timer_after.node == "due_new"
    complete_task(tools, actor=officer, task_id=task.id, answers={"note": "x"})
    assert staged.open(case_id) == ["fresh"] and rows(staged, case_id)[1] == []
    staged.verified(case_id)


def test_a_timer_of_a_renamed_event_fires_at_its_old_moment(staged: Stage, designer: Actor) -> None:
    tools, case_id = staged.tools, staged.start("steps")
    migrate_one(tools, actor=designer, case_id=case_id, process="steps", old=1, new=2, mapping=renewed(staged),
                 reason=WHY)  # fmt: skip
    with tools.store.unit_of_work() as uow:
        uow.clock.move(timedelta(hours=2, minutes=1))
        uow.commit()
    assert fire_due_timers(tools) == 1 and staged.open(case_id) == ["late"]
    staged.verified(case_id)


def test_a_case_on_a_lost_element_is_refused_and_named(staged: Stage, designer: Actor) -> None:
    tools, case_id = staged.tools, staged.start("steps")
    admin = Actor("SYSTEM", "SYSTEM", machine=True)
    move_token(tools, actor=admin, case_id=case_id, key="steps/check#1", target="gone", reason=WHY)
    given = renewed(staged)
    plan = plan_migration(tools, actor=designer, process="steps", old=1, new=2, mapping=given)
    # same kind between the same neighbours: the place says what the name does not
    assert {one.node: one.why for one in plan.elements}["gone"] == "place"
    staged.publish(drawn("steps", START, named(work("look"), "核查"), END))
    plan = plan_migration(tools, actor=designer, process="steps", old=1, new=3)
    assert "gone" in plan.lost and plan.blocking == ["gone"]
    before = staged.case(case_id)
    refused = migrate_one(tools, actor=designer, case_id=case_id, process="steps", old=1, new=3, reason=WHY)
    assert refused.outcome == "refused" and list(refused.elements) == ["gone"] and refused.reason
    assert staged.case(case_id).state == before.state and staged.case(case_id).revision == before.revision


def test_what_is_wrong_is_said_before_anything_is_touched(
    staged: Stage, designer: Actor, add_person: Callable[..., Actor]
) -> None:
    tools, case_id = staged.tools, staged.start("steps")
    given = renewed(staged)

    def go(**more: Any) -> Any:
        return migrate_one(tools, **{"actor": designer, "case_id": case_id, "process": "steps", "old": 1, "new": 2,
                                      "mapping": given, "reason": WHY, **more})  # fmt: skip

    for error, more in (
        (Invalid, {"reason": ""}), (DefinitionNotFound, {"new": 9}), (DefinitionNotFound, {"process": "none"}),
        (MigrationRefused, {"mapping": {"check": "due_new"}}), (MigrationRefused, {"mapping": {"x": "y"}}),
        (MigrationRefused, {"new": 1}),
    ):  # fmt: skip
        with pytest.raises(error):
            go(**more)
    assert go(case_id=UUID(int=7)).reason == CaseNotFound.__doc__
    cancel_case(tools, actor=add_person("machines", "sys_admin"), case_id=case_id, reason=WHY)
    assert go().outcome == "refused" and staged.case(case_id).version == 1


def test_a_suspended_case_goes_over_and_stands_still(
    staged: Stage, designer: Actor, add_person: Callable[..., Actor]
) -> None:
    tools, case_id = staged.tools, staged.start("steps")
    suspend_case(tools, actor=add_person("machines", "sys_admin"), case_id=case_id, reason=WHY)
    done = migrate_one(tools, actor=designer, case_id=case_id, process="steps", old=1, new=2,
                        mapping=renewed(staged), reason=WHY)  # fmt: skip
    ((task,), waiting) = rows(staged, case_id)
    assert done.outcome == "migrated" and task.suspended and task.node == "look" and waiting == []
    staged.verified(case_id)


@pytest.mark.parametrize("failure", [StepFailed("The table lacks a row for 张三."), KeyError("张三")])
def test_what_a_failure_quotes_of_a_case_is_told_only_to_who_may_read_it(
    staged: Stage, designer: Actor, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    tools, case_id, given = staged.tools, staged.start("steps"), renewed(staged)

    def broken(*_: Any, **__: Any) -> None:
        raise failure

    monkeypatch.setattr(moved.migration, "migrate", broken)
    going = {"process": "steps", "old": 1, "new": 2, "mapping": given, "reason": WHY}
    (told,) = migrate_cases(tools, actor=designer, **going).results
    assert told.outcome == ("refused" if isinstance(failure, StepFailed) else "failed")
    assert told.reason and "张三" not in told.reason
    (read,) = migrate_cases(tools, actor=SYSTEM, **going).results
    assert ("张三" in read.reason) is isinstance(failure, StepFailed)
    assert staged.case(case_id).version == 1


def test_two_hundred_cases_with_mixed_results_page_by_page(
    staged: Stage, designer: Actor, add_person: Callable[..., Actor]
) -> None:
    tools, admin = staged.tools, add_person("machines", "sys_admin")
    cases = [staged.start("steps") for _ in range(200)]
    stuck, over = set(cases[::10]), set(cases[5::20])
    for case_id in stuck:
        move_token(tools, actor=admin, case_id=case_id, key="steps/check#1", target="late", reason=WHY)
    for case_id in over:
        cancel_case(tools, actor=admin, case_id=case_id, reason=WHY)
    staged.publish(drawn("steps", START, named(work("look"), "核查"), END))
    assert [(one.number, one.cases) for one in list_versions(tools, actor=designer, process="steps").versions] == [
        (2, 0), (1, 190)]  # fmt: skip
    going = {"process": "steps", "old": 1, "new": 2, "reason": WHY}
    dry = migrate_cases(tools, actor=designer, dry_run=True, **going)
    assert len(dry.results) == 100 and dry.next and not any(staged.facts(one, "CaseMigrated") for one in cases[:20])
    results, after = [], None
    while True:
        page = migrate_cases(tools, actor=designer, after=after, limit=70, **going)
        results += page.results
        after = page.next
        if after is None:
            break
    assert [one.outcome for one in results[:100]] == [one.outcome for one in dry.results]
    outcomes = {one.case_id: one for one in results}
    assert set(outcomes) == set(cases) - over and len(results) == 190
    assert {one for one, found in outcomes.items() if found.outcome == "refused"} == stuck
    assert all(list(outcomes[one].elements) == ["late"] and outcomes[one].reason for one in stuck)
    assert {staged.case(one).version for one in stuck} == {1}
    assert all(staged.case(one).version == 2 for one in set(cases) - stuck - over)
    staged.verified(cases[1], cases[0], cases[199])
    # asked again, only those are left that were refused; named ones are told one by one
    assert {one.case_id for one in migrate_cases(tools, actor=designer, **going).results} == stuck
    closed, unknown = next(iter(over)), UUID(int=7)
    named_ones = migrate_cases(tools, actor=designer, cases=[cases[1], closed, unknown], **going).results
    assert [one.outcome for one in named_ones] == ["refused"] * 3
    other = add_person("elsewhere", "process_designer", unit="33.02.12")
    assert migrate_cases(tools, actor=other, cases=[cases[0]], **going).results[0].outcome == "refused"
