"""A write that waited for the commit and went down with another statement is never told as kept."""

import pytest

from app.domain.errors import Conflict, YongzhiError
from app.store import Store
from app.store.transaction import Transaction

pytestmark = pytest.mark.store
_NOTHING = "update cases set revision = revision where false"
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

