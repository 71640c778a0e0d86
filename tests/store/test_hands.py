"""Whose hands a task goes through, statement by statement."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from app.domain.actor import Actor
from app.domain.errors import NotDelegated, TaskAlreadyDone, TaskNotFound, TaskNotHeld
from app.domain.ids import new_id
from app.domain.records import RoleRow, TaskRow
from app.store import Store
from tests.store.cast import AT, PLATFORM, ROOM, STREET, Cast, claim, only_task, open_task, start, step

BOTH = (("street_duty", ROOM), ("platform_public_order", PLATFORM))


def done(store: Store, verb: Callable[[Any], TaskRow]) -> TaskRow:
    with store.unit_of_work() as uow:
        row = verb(uow)
        uow.commit()
    return row


def lend(store: Store, task: UUID, actor: Actor, to: Actor) -> TaskRow:
    return done(store, lambda uow: uow.hands.lend(task, actor, (to.id, to.name), AT))


def give_back(store: Store, task: UUID, actor: Actor) -> TaskRow:
    return done(store, lambda uow: uow.hands.give_back(task, actor, AT))


def test_who_is_seated_at_a_task_and_how_much_he_holds(store: Store, cast: Cast) -> None:
    case = start(store, opened=[open_task("accept", *BOTH, ("citizen", "33.02"))])
    claim(store, only_task(store, case), cast.duty)
    with store.unit_of_work() as uow:
        found = uow.hands.seated([*BOTH, ("citizen", "33.02")], AT)
        assert [(one.username, one.held) for one in found] == [
            ("both", 0), ("duty", 1), ("platform", 0), ("second_duty", 0),
        ]  # fmt: skip
        assert (found[0].roles, found[0].units) == (("platform_public_order", "street_duty"), (PLATFORM, ROOM))
        assert [one.username for one in uow.hands.seated(BOTH, AT, "SECOND_")] == ["second_duty"]
        assert uow.hands.seated(BOTH, AT, "_nobody%") == () == uow.hands.seated([], AT)
        # before anybody had a role, nobody sat anywhere
        assert uow.hands.seated(BOTH, AT - timedelta(days=30)) == ()


def test_each_is_asked_what_a_claim_asks_of_him(store: Store, cast: Cast) -> None:
    case = start(store, opened=[open_task("accept", *BOTH, excluded_people=("second_duty",),
                                          excluded_units=(STREET + ".p-market",))])  # fmt: skip
    task = only_task(store, case)
    everybody = [cast.duty, cast.second_duty, cast.both, cast.platform, cast.water]
    with store.unit_of_work() as uow:
        assert uow.hands.fit(task, everybody) == {
            cast.duty.id: (True, True), cast.both.id: (True, True), cast.second_duty.id: (True, False),
            cast.platform.id: (True, False), cast.water.id: (False, True),
        }  # fmt: skip
        assert uow.hands.fit(task, []) == {} == uow.hands.fit(new_id(11, AT), everybody)
    # the claim says the same
    for one, may in ((cast.second_duty, False), (cast.platform, False), (cast.water, False), (cast.both, True)):
        try:
            claim(store, task, one)
        except Exception as no:
            assert not may, no
        else:
            assert may


def test_who_is_gone_or_has_another_post_sits_there_no_more(store: Store, cast: Cast) -> None:
    with store.unit_of_work() as uow:
        assert cast.duty.person_id and cast.second_duty.person_id and cast.water.person_id
        uow.people.change(cast.duty.person_id, active=False)
        uow.roles.end(cast.second_duty.person_id, "street_duty", ROOM, AT)
        uow.roles.grant_many([RoleRow(cast.water.person_id, "street_duty", ROOM, AT + timedelta(hours=1))])
        uow.commit()
    with store.unit_of_work() as uow:
        assert [one.username for one in uow.hands.seated(BOTH[:1], AT)] == ["both"]
        assert [one.username for one in uow.hands.seated(BOTH[:1], AT + timedelta(hours=1))] == ["both", "water"]


def test_a_task_is_lent_once_and_comes_back_by_either_side(store: Store, cast: Cast) -> None:
    task = only_task(store, start(store, opened=[open_task()]))
    for verb in (lambda: lend(store, task, cast.duty, cast.both), lambda: give_back(store, task, cast.duty)):
        with pytest.raises((TaskNotHeld, NotDelegated)):
            verb()
    claim(store, task, cast.duty)
    lent = lend(store, task, cast.duty, cast.both)
    assert (lent.holder, lent.owner, lent.owner_name, lent.revision) == (cast.both.id, cast.duty.id, cast.duty.name, 2)
    for one in (cast.duty, cast.both, cast.second_duty):
        with pytest.raises(TaskNotHeld):
            lend(store, task, one, cast.platform)
        with pytest.raises(TaskNotHeld):
            done(store, lambda uow, one=one: uow.tasks.hand_over(task, one, (cast.platform.id, "x"), AT))
    with pytest.raises(NotDelegated):
        give_back(store, task, cast.second_duty)
    assert give_back(store, task, cast.both).holder == cast.duty.id
    lend(store, task, cast.duty, cast.both)
    back = give_back(store, task, cast.duty)
    assert (back.holder, back.owner, back.owner_name, back.revision) == (cast.duty.id, "", "", 5)


def test_a_release_by_a_superior_ends_the_delegation_too(store: Store, cast: Cast) -> None:
    task = only_task(store, start(store, opened=[open_task()]))
    claim(store, task, cast.duty)
    lend(store, task, cast.duty, cast.both)
    freed = done(store, lambda uow: uow.tasks.release(task, cast.director, by_superior=True))
    assert (freed.state, freed.holder, freed.owner) == ("open", "", "")


def test_a_lent_task_stands_in_both_boxes_and_is_gone_from_both_when_it_ends(store: Store, cast: Cast) -> None:
    case = start(store, opened=[open_task()])
    task = only_task(store, case)
    claim(store, task, cast.duty)
    lend(store, task, cast.duty, cast.both)

    def boxes() -> list[int]:
        with store.unit_of_work() as uow:
            listed = [len(uow.tasks.list(one, now=AT).rows) for one in (cast.duty, cast.both, cast.second_duty)]
            assert [uow.tasks.list_and_count(one, AT)[1]["todo"] for one in (cast.duty, cast.both)] == listed[:2]
            searched = [len(uow.tasks.list(one, now=AT, q="accept", role="street_duty").rows)
                        for one in (cast.duty, cast.both, cast.second_duty)]  # fmt: skip
            assert searched == listed
        return listed

    assert boxes() == [1, 1, 0]
    step(store, case, ended={open_task().key: "cancelled"})
    assert boxes() == [0, 0, 0]
    with pytest.raises(TaskAlreadyDone):
        give_back(store, task, cast.duty)
    with pytest.raises(TaskNotFound):
        give_back(store, new_id(11, AT), cast.duty)
