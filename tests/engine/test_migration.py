"""A running case goes over to another version; keys, moments and values stay."""

import pytest

from app.domain.errors import MigrationRefused
from app.engine import migration
from tests.engine.running import Running, flow, line, user_task
from tests.engine.test_steering import steer

START, END = '<bpmn:startEvent id="s"/>', '<bpmn:endEvent id="e"/>'
TIMER = ('<bpmn:boundaryEvent id="{0}" attachedToRef="{1}" cancelActivity="false"><bpmn:timerEventDefinition>'
         "<bpmn:timeDuration>{2}</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
         '<bpmn:endEvent id="end_{0}"/>')


def published(*bodies: str) -> Running:
    case = Running()
    for body in bodies[:1]:
        case.publish("p", body)
    case.start("p")
    for body in bodies[1:]:
        case.publish("p", body)
    return case


def planned(case: Running, new: int = 2, given: dict[str, str] | None = None) -> migration.MigrationPlan:
    return migration.plan(case.library.process("p", 1), case.library.process("p", new), given)


def test_a_renamed_task_keeps_its_key_its_timer_and_the_rest_is_new():
    old = START + user_task("a") + TIMER.format("t", "a", "PT2H") + END + line("s", "a", "e") + flow("t", "end_t")
    new = (START + user_task("a2") + TIMER.format("t", "a2", "PT9H") + TIMER.format("new", "a2", "PT1H")
           + user_task("b") + END + line("s", "a2", "b", "e") + flow("t", "end_t") + flow("new", "end_new"))
    case = published(old, new)
    due = case.progress.timers[0].due_at
    plan = planned(case, given={"a": "a2"})
    assert plan.why["a"] == "given" and plan.lost == ()
    moved = steer(case, migration.migrate, "p", 1, 2, plan.mapping, reason="new table")
    assert moved.opened == () and moved.ended == {} and list(case.open) == ["p/a#1"]
    assert {timer.node: timer.due_at for timer in moved.timers}["t"] == due and len(moved.timers) == 2
    case.complete("p/a#1")
    case.complete("b")
    assert case.progress.closed and moved.versions == {"p": 2} and case.again() is None


def test_elements_are_paired_by_id_then_name_then_place():
    def body(second: str, third: str) -> str:
        tasks = user_task("a") + f'<bpmn:userTask id="{second}" name="核实"/>' + user_task(third)
        return START + tasks + END + line("s", "a", second, third, "e")

    old, new = body("b", "c"), body("b9", "c9")
    plan = planned(published(old, new))
    assert {key: plan.why[key] for key in "abc"} == {"a": "id", "b": "name", "c": "place"}
    assert plan.mapping["c"] == "c9"


def test_a_case_that_stands_where_nothing_is_any_more_is_refused():
    case = published(START + user_task("a") + END + line("s", "a", "e"),
                     START + '<bpmn:task id="other"/>' + END + line("s", "other", "e"))
    before = case.state
    with pytest.raises(MigrationRefused) as refused:
        steer(case, migration.migrate, "p", 1, 2, planned(case).mapping)
    assert refused.value.attributes["elements"] == ["a"] and case.state == before


def test_a_token_that_waits_at_a_join_needs_its_arrow():
    gates = '<bpmn:parallelGateway id="f"/><bpmn:parallelGateway id="j"/>'
    tasks = user_task("a") + user_task("b")
    body = (START + gates + tasks + END + flow("s", "f") + flow("f", "a") + flow("f", "b") + flow("a", "j")
            + flow("b", "j") + flow("j", "e"))
    other = (START + gates + tasks + user_task("x") + END + flow("s", "f") + flow("f", "a") + flow("f", "b")
             + flow("a", "x") + flow("x", "j") + flow("b", "j") + flow("j", "e"))
    case = published(body, other)
    case.complete("a")
    with pytest.raises(MigrationRefused):
        steer(case, migration.migrate, "p", 1, 2, planned(case).mapping)
    fresh = published(body, other)
    steer(fresh, migration.migrate, "p", 1, 2, planned(fresh).mapping)
    for node in ("a", "b", "x"):
        fresh.complete(node)
    assert fresh.progress.closed and fresh.again() is None


def test_a_scope_goes_over_with_what_runs_inside_it():
    def body(extra: str, *ways: str) -> str:
        inner = f'<bpmn:startEvent id="ws"/>{user_task("x")}{extra}<bpmn:endEvent id="we"/>{line("ws", *ways, "we")}'
        return START + f'<bpmn:subProcess id="w">{inner}</bpmn:subProcess>' + END + line("s", "w", "e")

    case = published(body("", "x"), body(user_task("y"), "x", "y"))
    steer(case, migration.migrate, "p", 1, 2, planned(case).mapping)
    case.complete("x")
    assert list(case.open) == ["p/y#1"]
    case.complete("y")
    assert case.progress.closed and case.again() is None


def test_only_an_older_version_that_runs_here_can_be_migrated():
    case = published(START + user_task("a") + END + line("s", "a", "e"))
    with pytest.raises(MigrationRefused):
        steer(case, migration.migrate, "p", 1, 1, {})
    with pytest.raises(MigrationRefused):
        planned(case, new=1, given={"a": "nothing"})


def test_a_mapping_made_for_another_version_is_not_applied():
    def body(*tasks: str) -> str:
        return START + "".join(user_task(task) for task in tasks) + END + line("s", *tasks, "e")

    case = published(body("a"), body("a", "b"), body("b", "a"))
    for_the_second = migration.plan(case.library.process("p", 2), case.library.process("p", 3))
    with pytest.raises(MigrationRefused):
        steer(case, migration.migrate, "p", 2, 3, for_the_second.mapping)
