"""A request under its key: whatever fails inside, it is done once and its answer kept, or it is not done at all."""

from datetime import UTC, datetime

import pytest

from app.domain.errors import Conflict, IdempotencyMismatch
from app.domain.ids import new_id
from app.domain.records import PersonRow
from app.domain.records_traffic import KeptAnswer
from app.usecases import Tools
from app.usecases.command.answer_once import Once, answer_once

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
ANSWER = KeptAnswer(200, b"{}", "application/json")


def once(tools: Tools, digest: bytes = b"1") -> Once:
    return answer_once(tools, actor_id="me", key="k", route="POST /x", request_hash=digest)


def add(tools: Tools, name: str, *, fail: bool = False) -> None:
    with tools.store.unit_of_work() as uow:
        uow.people.add_many([PersonRow(11, new_id(11, AT), name, name, "", "", "zh", True, AT)])
        if fail:
            raise RuntimeError
        uow.commit()


def there(tools: Tools, *names: str) -> list[bool]:
    with tools.store.unit_of_work() as uow:
        return [uow.people.by_username(name) is not None for name in names]


def test_work_after_a_failed_look_is_done_once(tools: Tools) -> None:
    """A view looks, hears that it is not there, and does something else: all of that is one request."""
    first = once(tools)
    with pytest.raises(RuntimeError):
        add(first.tools, "lost", fail=True)
    add(first.tools, "work")
    assert first.worked and there(tools, "work") == [False]
    first.finish(ANSWER)
    again = once(tools)
    assert again.kept == ANSWER and there(tools, "lost", "work") == [False, True]
    with pytest.raises(IdempotencyMismatch):
        once(tools, b"2")


def test_a_request_in_which_all_failed_keeps_nothing(tools: Tools) -> None:
    first = once(tools)
    with pytest.raises(RuntimeError):
        add(first.tools, "lost", fail=True)
    assert not first.worked
    first.finish(ANSWER)
    # what the verbs of this request open from now on is their own
    add(first.tools, "own")
    second = once(tools)
    assert second.kept is None and there(tools, "own") == [True]
    second.abandon()


def test_of_two_equal_requests_the_one_that_lost_its_key_does_nothing(tools: Tools) -> None:
    first = once(tools)
    with pytest.raises(RuntimeError):
        add(first.tools, "lost", fail=True)
    second = once(tools)
    add(second.tools, "second")
    second.finish(ANSWER)
    with pytest.raises(Conflict):
        add(first.tools, "first")
    assert not first.worked
    first.abandon()
    assert there(tools, "first", "second") == [False, True]
