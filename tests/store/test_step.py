"""The guarded step: everything, or nothing at all."""

import threading
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from app.domain.actor import Actor
from app.domain.errors import Forbidden, StaleRevision, TaskAlreadyClaimed, TaskAlreadyDone, TaskNotFound, TaskNotHeld
from app.domain.facts import FactDraft, first_break
from app.domain.ids import new_id
from app.domain.records import StoredCase
from app.store import Store
from tests.store.cast import (
    AT,
    DEPARTMENT,
    GRID,
    PLATFORM,
    ROOM,
    STREET,
    Cast,
    claim,
    linked,
    only_task,
    open_task,
    progress,
    start,
    step,
    subscription,
    timer,
)


def everything(store: Store, case: StoredCase) -> object:
    """Read all that a step may change."""
    with store.unit_of_work() as uow:
        return (
            uow.cases.get(case.id), uow.tasks.of_case(case.id), uow.facts.of_case(case.id), uow.timers.of_case(case.id),
            uow.subscriptions.of_case(case.id),
        )  # fmt: skip


def test_a_new_case_is_stored_with_all_that_its_first_command_did(store: Store) -> None:
    case = start(
        store,
        opened=[open_task("accept", ("street_duty", ROOM), ("street_affairs", ROOM), yellow=timedelta(minutes=40))],
        timers=[timer()],
        subscriptions=[subscription()],
        record={
            "event_no": "NB-330211-20260302-000001", "item_code": "C17-02", "urgency": "U2", "lat": 29.9, "lon": 121.7,
            "limits": {"business": {"due_at": "2026-03-05T09:00:00+08:00"},
                       "acceptance": {"started_at": "2026-03-02T09:00:00+08:00"}},
        },
    )  # fmt: skip
    found, (task,), facts, (due,), (waits,) = everything(store, case)  # type: ignore[misc]
    assert found == case
    assert (case.revision, case.seq, case.event_no) == (1, 1, "NB-330211-20260302-000001")
    assert (case.summary, case.status) == ("窨井盖缺失", "reported")
    assert first_break(facts) is None
    assert facts[-1].hash == case.head
    assert (task.state, task.role, task.unit, task.process_version) == ("open", "street_duty", ROOM, 3)
    assert task.candidates == (("street_duty", ROOM), ("street_affairs", ROOM))
    assert (task.event_no, task.item_code, task.urgency, task.unit_grid) == (case.event_no, "C17-02", "U2", GRID)
    assert (task.due_at, task.yellow_at) == (AT + timedelta(hours=1), AT + timedelta(minutes=40))
    assert task.started_at == AT
    assert (due.key, due.due_at, due.state) == ("event/late#1", AT + timedelta(hours=1), "waiting")
    assert (waits.message, waits.offered_to, waits.open) == ("extend", ("holder",), True)


def test_a_step_ends_moves_and_opens_tasks_and_replaces_what_waits(store: Store, cast: Cast) -> None:
    first, other = open_task("accept"), open_task("stay", ("platform_public_order", PLATFORM))
    case = start(store, opened=[first, other], timers=[timer("event/a#1"), timer("event/b#1")],
                 subscriptions=[subscription("event/x#1"), subscription("event/y#1")])  # fmt: skip
    with store.unit_of_work() as uow:
        accept = next(task for task in uow.tasks.of_case(case.id) if task.node == "accept")
    claim(store, accept.id, cast.duty)
    later = open_task("stay", ("platform_public_order", PLATFORM), due=timedelta(hours=9), paused=True)
    case = step(
        store, case, FactDraft("TaskCompleted"), FactDraft("TaskOpened"), finished=(first.key, cast.duty),
        guard=accept.id, ended={first.key: "completed"}, moved=[later], opened=[open_task("handle")],
        timers=[timer("event/b#1", timedelta(hours=5)), timer("event/c#1")],
        subscriptions=[subscription("event/y#1", open=False, closed_text="已过期")],
        record={"event_no": "NB-330211-20260302-000002", "urgency": "U1"},
    )  # fmt: skip
    found, tasks, facts, timers, subscriptions = everything(store, case)  # type: ignore[misc]
    assert found == case
    assert (case.revision, case.seq) == (2, 3)
    assert first_break(facts) is None
    by_node = {task.node: task for task in tasks}
    done, moved, opened = by_node["accept"], by_node["stay"], by_node["handle"]
    assert (done.state, done.finished_by, done.finished_name) == ("done", cast.duty.id, "duty 1")
    assert done.finished_at == AT + timedelta(minutes=5)
    assert (moved.state, moved.due_at, moved.paused, moved.revision) == ("open", AT + timedelta(hours=9), True, 1)
    assert (moved.event_no, moved.urgency) == ("NB-330211-20260302-000002", "U1")
    assert (opened.state, opened.event_no) == ("open", "NB-330211-20260302-000002")
    assert {t.key: t.due_at - AT for t in timers} == {"event/b#1": timedelta(hours=5), "event/c#1": timedelta(hours=1)}
    assert [(s.key, s.open, s.closed_text) for s in subscriptions] == [("event/y#1", False, "已过期")]


def test_the_second_writer_is_stale_and_changes_nothing(store: Store) -> None:
    case = start(store, opened=[open_task()], timers=[timer()], subscriptions=[subscription()])
    step(store, case, opened=[open_task("handle")], timers=[timer()], subscriptions=[subscription()])
    before = everything(store, case)
    with pytest.raises(StaleRevision):
        step(
            store, case, ended={"event/accept#1": "completed"}, opened=[open_task("wrong")],
            timers=[timer("event/wrong#1")], subscriptions=[subscription("event/wrong#1")],
            effects=[("notify.reporter", {"text": "wrong"})],
        )  # fmt: skip
    assert everything(store, case) == before


def test_a_task_that_is_done_cannot_be_finished_again(store: Store, cast: Cast) -> None:
    case = start(store, opened=[open_task()])
    task = only_task(store, case)
    claim(store, task, cast.duty)
    case = step(store, case, finished=("event/accept#1", cast.duty), guard=task, ended={"event/accept#1": "completed"})
    before = everything(store, case)
    # the revision is right this time: only the task's own guard stops it
    with pytest.raises(TaskAlreadyDone):
        step(store, case, finished=("event/accept#1", cast.duty), guard=task, opened=[open_task("wrong")])
    assert everything(store, case) == before


def test_only_the_holder_finishes_a_task(store: Store, cast: Cast) -> None:
    case = start(store, opened=[open_task()])
    task = only_task(store, case)
    ending = {"finished": ("event/accept#1", cast.second_duty), "guard": task, "ended": {"event/accept#1": "completed"}}
    with pytest.raises(TaskNotHeld):
        step(store, case, **ending)
    claim(store, task, cast.duty)
    with pytest.raises(TaskNotHeld):
        step(store, case, **ending)
    with pytest.raises(TaskNotFound):
        step(store, case, **ending | {"guard": new_id(11, AT)})
    assert everything(store, case)[0] == case  # type: ignore[index]


def test_a_task_of_another_case_does_not_open_the_guard(store: Store, cast: Cast) -> None:
    mine, other = start(store, opened=[open_task()]), start(store, opened=[open_task()])
    task = only_task(store, other)
    claim(store, task, cast.duty)
    with pytest.raises(TaskNotHeld):
        step(store, mine, finished=("event/accept#1", cast.duty), guard=task)


def test_what_ends_with_the_case_is_cancelled(store: Store, cast: Cast) -> None:
    case = start(store, opened=[open_task(), open_task("other")], timers=[timer()], subscriptions=[subscription()])
    case = step(store, case, FactDraft("CaseClosed"), closed=True, record={"status": "closed", "close_reason": "done"},
                ended={"event/accept#1": "cancelled", "event/other#1": "cancelled"})  # fmt: skip
    assert case.closed_at == AT + timedelta(minutes=5)
    found, tasks, _, timers, subscriptions = everything(store, case)  # type: ignore[misc]
    assert found.closed_at == case.closed_at
    assert {task.state for task in tasks} == {"cancelled"}
    assert {task.finished_by for task in tasks} == {""}
    assert (timers, subscriptions) == ((), ())
    with store.unit_of_work() as uow:
        assert uow.tasks.list(cast.duty, now=AT).rows == ()


def test_a_task_can_open_held_by_a_named_person(store: Store, cast: Cast) -> None:
    case = start(store, opened=[open_task("named", assignee="duty"), open_task("nobody", assignee="who")])
    with store.unit_of_work() as uow:
        named, nobody = sorted(uow.tasks.of_case(case.id), key=lambda task: task.node)
        assert (named.state, named.holder, named.holder_name, named.claimed_at) == (
            "claimed",
            cast.duty.id,
            "duty 1",
            AT,
        )
        # a name that nobody has leaves the task to its seats
        assert (nobody.state, nobody.holder) == ("open", "")
        assert [task.node for task in uow.tasks.list(cast.second_duty, now=AT).rows] == ["nobody"]


def test_effects_become_notices_messages_and_outbox(store: Store, cast: Cast) -> None:
    case = start(
        store,
        effects=[
            ("notify.unit", {"role": "street_duty", "unit": ROOM, "text": "new_event", "event_no": "7"}),
            ("notify.reporter", {"text": "accepted", "days": 3}),
            ("webhook", {"url": "x"}),
        ],
    )
    with store.unit_of_work() as uow:
        (notice,) = uow.notices.of_actor(cast.duty)
        assert (notice.text, notice.params, notice.case_id) == ("new_event", {"event_no": "7"}, case.id)
        assert uow.notices.of_actor(cast.platform) == ()
        (message,) = uow.notices.for_reporter(case.id)
        assert (message.text, message.params, message.at) == ("accepted", {"days": 3}, AT)
        sent = []
        while entry := uow.outbox.next_due(AT):
            sent.append(entry)
            uow.outbox.sent(entry.id)
        uow.commit()
    assert [(entry.kind, entry.case_id) for entry in sent] == [("webhook", case.id)]


def test_a_failure_after_the_step_takes_the_step_back(store: Store) -> None:
    case = start(store, opened=[open_task()])
    before = everything(store, case)
    done = progress(FactDraft("TaskCompleted"), ended={"event/accept#1": "completed"})
    with pytest.raises(RuntimeError), store.unit_of_work() as uow:
        uow.cases.write_step(case, done, linked(case, case.id, done.facts), at=AT)
        raise RuntimeError
    assert everything(store, case) == before


def test_a_record_of_any_shape_is_stored(store: Store) -> None:
    case = start(
        store,
        opened=[open_task()],
        record={
            "assist_units": "not a list", "lat": "north", "lon": True, "limits": [1], "business_due_at": "soon",
            "confidential": "yes", "urgency": None, "lead_unit": 7, "title": {"a": 1}, "content": "看" * 500,
            "event_no": None, "street": STREET,
        },
    )  # fmt: skip
    assert (case.summary, case.confidential, case.event_no) == ("看" * 120, False, None)
    with store.unit_of_work() as uow:
        assert uow.cases.get(case.id).record["limits"] == [1]


def test_of_two_who_finish_a_task_at_once_one_wins(store: Store, cast: Cast) -> None:
    """Both press the button of the same held task, in two browsers, five times over."""
    for _ in range(5):
        case = start(store, opened=[open_task()])
        task_id = only_task(store, case)
        claim(store, task_id, cast.duty)
        ready, outcomes = threading.Barrier(4), []

        def finish(task_id: UUID = task_id, ready: threading.Barrier = ready, outcomes: list[str] = outcomes) -> None:
            ready.wait(10)
            try:
                with store.unit_of_work() as uow:
                    locked, task = uow.cases.lock_for_task(task_id, cast.duty)
                    # whoever waited reads the task as the winner left it
                    outcomes.append(task.state)
                    done = progress(
                        FactDraft("TaskCompleted"), ended={task.key: "completed"}, opened=[open_task("next")]
                    )
                    uow.cases.write_step(
                        locked, done, linked(locked, locked.id, done.facts), at=AT,
                        finished=(task.key, cast.duty), guard_task=task.id,
                    )  # fmt: skip
                    uow.commit()
            except TaskAlreadyDone:
                outcomes.append("refused")

        threads = [threading.Thread(target=finish) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert sorted(outcomes) == ["claimed", *["done"] * 3, *["refused"] * 3]
        found, tasks, facts, *_ = everything(store, case)  # type: ignore[misc]
        assert (found.revision, len(tasks), len(facts)) == (2, 2, 2)
        assert first_break(facts) is None


def test_of_two_who_claim_a_task_at_once_one_gets_it(store: Store, cast: Cast) -> None:
    case = start(store, opened=[open_task()])
    task_id = only_task(store, case)
    ready, refused, got = threading.Barrier(2), [], []

    def take(actor: Actor) -> None:
        ready.wait(10)
        try:
            claim(store, task_id, actor)
            got.append(actor.id)
        except TaskAlreadyClaimed as failure:
            refused.append(failure.attributes["holder"])

    threads = [threading.Thread(target=take, args=(actor,)) for actor in (cast.duty, cast.second_duty)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with store.unit_of_work() as uow:
        task = uow.tasks.get(task_id)
    assert got == [task.holder]
    assert refused == [task.holder_name]


def test_a_held_task_is_released_handed_over_and_drafted_by_its_holder_only(store: Store, cast: Cast) -> None:
    case = start(store, opened=[open_task()])
    task_id = only_task(store, case)
    with store.unit_of_work() as uow:
        for refuse in (
            lambda: uow.tasks.release(task_id, cast.duty),
            lambda: uow.drafts.save(task_id, cast.duty, {}, AT),
            lambda: uow.tasks.hand_over(task_id, cast.duty, (cast.both.id, "x"), AT),
        ):
            with pytest.raises(TaskNotHeld):
                refuse()
        assert uow.tasks.claim(task_id, cast.duty, AT).revision == 1
        uow.drafts.save(task_id, cast.duty, {"opinion": "同意"}, AT)
        with pytest.raises(TaskNotHeld):
            uow.drafts.save(task_id, cast.second_duty, {"opinion": "x"}, AT)
        with pytest.raises(TaskNotHeld):
            uow.tasks.release(task_id, cast.second_duty)
        given = uow.tasks.hand_over(task_id, cast.duty, (cast.second_duty.id, "second"), AT)
        assert (given.holder, given.state, given.draft) == (cast.second_duty.id, "claimed", {"opinion": "同意"})
        with pytest.raises(TaskNotHeld):
            uow.tasks.release(task_id, cast.duty)
        back = uow.tasks.release(task_id, cast.duty, by_superior=True)
        assert (back.state, back.holder, back.draft, back.revision) == ("open", "", {"opinion": "同意"}, 3)
        uow.commit()
    step(store, case, ended={"event/accept#1": "cancelled"})
    with store.unit_of_work() as uow:
        assert uow.tasks.get(task_id).draft is None
        for late in (
            lambda: uow.tasks.claim(task_id, cast.duty, AT),
            lambda: uow.tasks.release(task_id, cast.duty),
            lambda: uow.drafts.save(task_id, cast.duty, {}, AT),
        ):
            with pytest.raises(TaskAlreadyDone):
                late()


def test_who_is_excluded_cannot_claim(store: Store, cast: Cast) -> None:
    case = start(store, opened=[open_task(excluded_people=(cast.duty.id,))])
    with pytest.raises(TaskNotFound), store.unit_of_work() as uow:
        uow.tasks.claim(only_task(store, case), cast.duty, AT)


def test_only_a_seat_that_it_is_offered_to_claims_a_task(store: Store, cast: Cast) -> None:
    case = start(store, opened=[open_task()])
    task_id = only_task(store, case)
    # they see it in their area, which is not the same as being asked
    for who in (cast.director, cast.county_duty, cast.auditor):
        with pytest.raises(Forbidden), store.unit_of_work() as uow:
            uow.tasks.claim(task_id, who, AT)
    for who in (cast.citizen, cast.other_director, cast.platform):
        with pytest.raises(TaskNotFound), store.unit_of_work() as uow:
            uow.tasks.claim(task_id, who, AT)
    with store.unit_of_work() as uow:
        given = uow.tasks.claim(task_id, cast.director, AT, holder=(cast.second_duty.id, "second"))
        assert (given.holder, given.state) == (cast.second_duty.id, "claimed")
        uow.commit()
    with pytest.raises(TaskAlreadyClaimed) as caught, store.unit_of_work() as uow:
        uow.tasks.claim(task_id, cast.duty, AT)
    assert caught.value.attributes["holder"] == "second"


def test_a_colleague_who_comes_too_late_hears_so(store: Store, cast: Cast) -> None:
    """They see the case only through the task that went to their seat, so it must not vanish under their hands."""
    water, seat = cast.water, ("county_dept_contact", DEPARTMENT)
    colleague = replace(water, id="another", username="another")
    for confidential, late in ((False, TaskAlreadyClaimed), (True, TaskNotFound)):
        case = start(store, opened=[open_task("handle", seat)], record={"confidential": confidential})
        task_id = only_task(store, case)
        claim(store, task_id, water)
        with pytest.raises(late):
            claim(store, task_id, colleague)
        step(store, case, finished=("event/handle#1", water), guard=task_id, ended={"event/handle#1": "completed"},
             record={"confidential": confidential})  # fmt: skip
        with pytest.raises(TaskNotFound if confidential else TaskAlreadyDone):
            claim(store, task_id, colleague)
        with store.unit_of_work() as uow:
            # whoever did the work goes on seeing it
            assert uow.tasks.visible_to(water, task_id).state == "done"
            assert uow.cases.visible_to(water, case.id).id == case.id
