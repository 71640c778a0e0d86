"""A write that waited for the commit and went down with another statement is never told as kept."""

import pytest

from app.domain.errors import Conflict, StaleRevision, TaskNotHeld, YongzhiError
from app.store import Store
from app.store.transaction import GUARDED, Transaction

pytestmark = pytest.mark.store
_NOTHING = "update cases set revision = revision where false"
_GUARDED = f"with c as (update cases set revision = revision where false returning id) select {GUARDED}"
_BROKEN = "update cases set revision = 1 where (select 1 / count(*) from cases where false) = 1"


def test_a_caught_failure_behind_a_waiting_write_fails_the_commit(store: Store) -> None:
    tx = Transaction(store.engine)
    # a write waits only where a connection is there already
    tx.value("select 1")
    tx.write_last(_NOTHING, {})
    with pytest.raises(YongzhiError):
        tx.write(_BROKEN, {})
    with pytest.raises(Conflict):
        tx.commit()


def test_what_was_taken_back_by_an_attempt_does_not_fail_the_commit(store: Store) -> None:
    tx = Transaction(store.engine)
    tx.value("select 1")
    with pytest.raises(YongzhiError), tx.attempt():
        tx.write_last(_NOTHING, {})
        tx.write(_BROKEN, {})
    tx.write(_NOTHING, {})
    tx.commit()


def test_a_guarded_write_that_changes_nothing_takes_back_what_went_before_it(store: Store) -> None:
    def reason(aside: Transaction) -> Exception:
        assert aside is not tx and aside.value("select offset_seconds from server_clock where id = 1") == 0
        return StaleRevision()

    tx = Transaction(store.engine)
    tx.write("update server_clock set offset_seconds = 7 where id = 1")
    tx.write_last("update server_clock set offset_seconds = 8 where id = 1", {})
    tx.write_last(_GUARDED, {}, reason)
    # of several that wait the one that failed says why
    tx.write_last(_GUARDED, {}, lambda _: TaskNotHeld())
    with pytest.raises(StaleRevision):
        tx.commit()
    assert tx.value("select offset_seconds from server_clock where id = 1") == 0
    # the question took a connection again
    tx.rollback()


def test_a_guarded_write_that_is_refused_in_an_attempt_leaves_the_rest(store: Store) -> None:
    tx = Transaction(store.engine)
    tx.write("update server_clock set offset_seconds = 7 where id = 1")
    with pytest.raises(StaleRevision), tx.attempt():
        tx.write_last("update server_clock set offset_seconds = 8 where id = 1", {})
        tx.write_last(_GUARDED, {}, lambda _: StaleRevision())
    assert tx.value("select offset_seconds from server_clock where id = 1") == 7
    tx.rollback()
