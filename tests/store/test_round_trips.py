"""How often a command waits for the server, counted in libpq's own record of what crosses the wire."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from app.domain.errors import CaseNotFound, StaleRevision, TaskAlreadyDone
from app.domain.facts import FactDraft
from app.domain.ids import new_id
from app.domain.records import PersonRow, StoredCase
from app.store import ForgottenCommit, Store
from app.store.joined import Joined, JoinedStore
from app.store.unit_of_work import UnitOfWork
from bench.wire import Crossing, Wire
from tests.store.cast import AT, Cast, claim, linked, only_task, open_task, progress, start, step, subscription, timer


@pytest.fixture
def wire(store: Store) -> Wire:
    """Listens to the store's connections."""
    found = Wire(store.engine)
    with store.unit_of_work() as uow:
        uow.clock.offset()
    return found


def add(uow: UnitOfWork, name: str) -> None:
    uow.people.add_many([PersonRow(11, new_id(11, AT), name, name, "", "", "zh", True, AT)])


def counted(wire: Wire, act: Callable[[], object]) -> tuple[int, int, int]:
    found: Crossing = wire.during(act)
    return found.round_trips, len(found.statements), found.commits


def test_a_read_waits_once(store: Store, wire: Wire) -> None:
    def read() -> None:
        with store.unit_of_work() as uow:
            assert uow.people.by_username("nobody") is None

    assert counted(wire, read) == (1, 1, 0)


def test_a_lock_opens_the_transaction_in_the_same_wait(store: Store, wire: Wire) -> None:
    def look() -> None:
        with store.unit_of_work() as uow, pytest.raises(CaseNotFound):
            uow.cases.lock(new_id(11, AT))

    # the second wait ends the transaction
    assert counted(wire, look) == (2, 1, 0)


def moved(store: Store, case: StoredCase, cast: Cast, *, before: Callable[[UnitOfWork], None] | None = None) -> None:
    """Finish the case's task as the desk does: lock both, write."""
    task_id = only_task(store, case)
    done = progress(
        FactDraft("TaskCompleted"), FactDraft("TaskOpened"), ended={"event/accept#1": "completed"},
        opened=[open_task("handle")], timers=[timer("event/b#1")],
    )  # fmt: skip
    with store.unit_of_work() as uow:
        locked, task = uow.cases.lock_held(task_id, cast.duty)
        if before:
            before(uow)
        uow.cases.write_step(locked, done, linked(locked, case.id, done.facts), at=AT + timedelta(minutes=5),
                             finished=(task.key, cast.duty), guard_task=task.id)  # fmt: skip
        uow.commit()


def held(store: Store, cast: Cast) -> StoredCase:
    case = start(store, opened=[open_task()], timers=[timer()])
    claim(store, only_task(store, case), cast.duty)
    return case


def test_a_step_waits_twice(store: Store, wire: Wire, cast: Cast) -> None:
    for _ in range(3):
        case = held(store, cast)
        # one more is the look for the task's id, which belongs to the test
        assert counted(wire, lambda case=case: moved(store, case, cast)) == (2 + 1, 2 + 1, 1)  # type: ignore[misc]
        with store.unit_of_work() as uow:
            assert uow.cases.get(case.id).revision == 2
            assert [task.node for task in uow.tasks.of_case(case.id) if task.state == "open"] == ["handle"]


def test_a_step_after_a_write_waits_for_the_commit_too(store: Store, wire: Wire, cast: Cast) -> None:
    def note(uow: UnitOfWork) -> None:
        uow.refusals.add(AT, actor="a", route="b", reason="c")

    case = held(store, cast)
    assert counted(wire, lambda: moved(store, case, cast, before=note)) == (3 + 1, 3 + 1, 1)
    with store.unit_of_work() as uow:
        assert len(uow.refusals.since(AT, AT + timedelta(days=1))) == 1 and uow.cases.get(case.id).revision == 2


def test_a_step_that_begins_to_wait_while_messages_are_kept_asks_for_them_first(store: Store, cast: Cast) -> None:
    case = start(store)
    with store.unit_of_work() as uow:
        locked = uow.cases.lock(case.id)
        assert (locked.waits, locked.calls, locked.kept, locked.mail) == (b"", False, False, False)
    case = step(store, case, subscriptions=[subscription()])
    with store.unit_of_work() as uow:
        assert uow.cases.lock(case.id).waits
    case = step(store, case)
    with store.unit_of_work() as uow:
        assert not uow.cases.lock(case.id).waits and uow.subscriptions.of_case(case.id) == ()


def refused(store: Store, case: StoredCase, cast: Cast, expected: type[Exception], *, write: bool) -> None:
    """Try a step that comes too late; what was written before it in its transaction is gone with it."""
    done = progress(FactDraft("TaskCompleted"), ended={"event/accept#1": "completed"})
    task = only_task(store, case)
    with pytest.raises(expected), store.unit_of_work() as uow:
        uow.cases.get(case.id)
        if write:
            add(uow, "lost")
        uow.cases.write_step(case, done, linked(case, case.id, done.facts), at=AT,
                             finished=("event/accept#1", cast.duty), guard_task=task)  # fmt: skip
        uow.commit()
    with store.unit_of_work() as uow:
        assert uow.people.by_username("lost") is None


@pytest.mark.parametrize("write", [False, True])
def test_a_refused_step_keeps_nothing_and_says_why(store: Store, cast: Cast, write: bool) -> None:
    case = held(store, cast)
    later = step(store, case, opened=[open_task("other")], record={"title": "窨井盖缺失"})
    with store.unit_of_work() as uow:
        task = next(task.id for task in uow.tasks.of_case(case.id) if task.node == "accept")
        before = (uow.cases.get(case.id), uow.tasks.of_case(case.id), uow.facts.of_case(case.id))
    assert before[0] == later
    done = progress(FactDraft("TaskCompleted"), ended={"event/accept#1": "completed"})
    with pytest.raises(StaleRevision), store.unit_of_work() as uow:
        uow.cases.get(case.id)
        if write:
            add(uow, "lost")
        uow.cases.write_step(case, done, linked(case, case.id, done.facts), at=AT,
                             finished=("event/accept#1", cast.duty), guard_task=task)  # fmt: skip
        uow.commit()
    with store.unit_of_work() as uow:
        assert (uow.cases.get(case.id), uow.tasks.of_case(case.id), uow.facts.of_case(case.id)) == before
        assert uow.people.by_username("lost") is None


@pytest.mark.parametrize("write", [False, True])
def test_a_finished_task_is_named_as_the_reason(store: Store, cast: Cast, write: bool) -> None:
    case = held(store, cast)
    case = step(store, case, finished=("event/accept#1", cast.duty), guard=only_task(store, case),
                ended={"event/accept#1": "completed"})  # fmt: skip
    refused(store, case, cast, TaskAlreadyDone, write=write)


def test_a_refused_step_inside_a_kept_request_leaves_the_earlier_command(store: Store, cast: Cast) -> None:
    case = held(store, cast)
    step(store, case, record={"title": "other"})
    done = progress(FactDraft("TaskCompleted"))
    with store.unit_of_work() as outer:
        add(outer, "key")
        joined = Joined(outer)
        inner = JoinedStore(store, joined)
        with inner.unit_of_work() as uow:
            add(uow, "first")
            uow.commit()
        with pytest.raises(StaleRevision), inner.unit_of_work() as uow:
            add(uow, "second")
            uow.cases.write_step(case, done, linked(case, case.id, done.facts), at=AT)
            uow.commit()
        outer.commit()
    with store.unit_of_work() as uow:
        assert [uow.people.by_username(name) is not None for name in ("key", "first", "second")] == [True, True, False]


def test_a_step_left_without_commit_is_forgotten_and_says_so(store: Store, cast: Cast) -> None:
    case = held(store, cast)
    done = progress(FactDraft("TaskCompleted"))
    with pytest.raises(ForgottenCommit), store.unit_of_work() as uow:
        locked = uow.cases.lock(case.id)
        uow.cases.write_step(locked, done, linked(locked, case.id, done.facts), at=AT)
    with store.unit_of_work() as uow:
        assert uow.cases.get(case.id) == case
