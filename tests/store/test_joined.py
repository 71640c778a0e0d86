"""Commands inside the transaction of a request's key: all of it is kept, or none."""

from collections.abc import Iterator

import pytest

from app.domain.errors import Conflict, StoreUnavailable
from app.domain.ids import new_id
from app.domain.records import PersonRow
from app.store import ForgottenCommit, Store
from app.store.joined import Joined, JoinedStore
from app.store.unit_of_work import UnitOfWork
from tests.store.cast import AT


def add(uow: UnitOfWork, name: str) -> None:
    uow.people.add_many([PersonRow(11, new_id(11, AT), name, name, "", "", "zh", True, AT)])


def there(store: Store, *names: str) -> list[bool]:
    with store.unit_of_work() as uow:
        return [uow.people.by_username(name) is not None for name in names]


@pytest.fixture
def joined(store: Store) -> Iterator[Joined]:
    """An outer transaction in which something was written, as the reservation of a key is."""
    with store.unit_of_work() as outer:
        add(outer, "key")
        yield Joined(outer, lambda: add(outer, "key"))
        outer.rollback()


@pytest.fixture
def inner(store: Store, joined: Joined) -> JoinedStore:
    """What the verbs see."""
    return JoinedStore(store, joined)


def test_what_is_committed_inside_is_kept_with_the_outer_commit(
    store: Store, joined: Joined, inner: JoinedStore
) -> None:
    with inner.unit_of_work() as uow:
        add(uow, "work")
        uow.commit()
    assert joined.kept and there(store, "key", "work") == [False, False]
    joined.uow.commit()
    assert there(store, "key", "work") == [True, True]


def test_what_is_committed_inside_is_gone_with_the_outer_rollback(
    store: Store, joined: Joined, inner: JoinedStore
) -> None:
    with inner.unit_of_work() as uow:
        add(uow, "work")
        uow.commit()
    joined.uow.rollback()
    assert there(store, "key", "work") == [False, False]


def test_a_first_command_that_fails_takes_the_key_with_it_and_the_next_brings_it_back(
    store: Store, joined: Joined, inner: JoinedStore
) -> None:
    with pytest.raises(RuntimeError), inner.unit_of_work() as uow:
        add(uow, "work")
        raise RuntimeError
    assert joined.lost and not joined.kept
    with inner.unit_of_work() as uow:
        add(uow, "own")
        uow.commit()
    # nothing is there without the key: a repeat would do it a second time
    assert joined.kept and there(store, "key", "work", "own") == [False, False, False]
    joined.uow.commit()
    assert there(store, "key", "work", "own") == [True, False, True]


def test_a_key_that_somebody_else_has_by_now_stops_what_follows(
    store: Store, joined: Joined, inner: JoinedStore
) -> None:
    with pytest.raises(RuntimeError), inner.unit_of_work():
        raise RuntimeError
    with store.unit_of_work() as other:
        add(other, "key")
        other.commit()
    with pytest.raises(Conflict), inner.unit_of_work() as uow:
        add(uow, "own")
        uow.commit()
    assert not joined.kept and there(store, "own") == [False]


def test_a_command_that_fails_takes_back_what_it_wrote_before_another_inside_it(
    store: Store, joined: Joined, inner: JoinedStore
) -> None:
    with inner.unit_of_work() as uow:
        add(uow, "work")
        uow.commit()
    with pytest.raises(RuntimeError), inner.unit_of_work() as outer:
        add(outer, "half")
        with inner.unit_of_work() as within:
            add(within, "within")
            within.commit()
        raise RuntimeError
    joined.uow.commit()
    assert there(store, "key", "work", "half", "within") == [True, True, False, False]


def test_what_failed_inside_a_command_leaves_what_that_wrote(store: Store, joined: Joined, inner: JoinedStore) -> None:
    with inner.unit_of_work() as uow:
        add(uow, "work")
        uow.commit()
    with inner.unit_of_work() as outer:
        add(outer, "whole")
        with pytest.raises(RuntimeError), inner.unit_of_work() as within:
            add(within, "within")
            raise RuntimeError
        outer.commit()
    joined.uow.commit()
    assert there(store, "key", "work", "whole", "within") == [True, True, True, False]


def test_a_connection_that_breaks_later_leaves_nothing_that_looks_kept(
    store: Store, joined: Joined, inner: JoinedStore
) -> None:
    with inner.unit_of_work() as uow:
        add(uow, "work")
        uow.commit()
    with pytest.raises(StoreUnavailable), inner.unit_of_work() as uow:
        pid = uow._tx.value("select pg_backend_pid()")
        with store.unit_of_work() as aside:
            aside._tx.value("select pg_terminate_backend(%(pid)s)", {"pid": pid})
        add(uow, "later")
    assert joined.lost and not joined.kept
    assert there(store, "key", "work", "later") == [False, False, False]


def test_a_later_command_that_fails_leaves_what_was_kept_before(
    store: Store, joined: Joined, inner: JoinedStore
) -> None:
    with inner.unit_of_work() as uow:
        add(uow, "work")
        uow.commit()
    with pytest.raises(Conflict), inner.unit_of_work() as uow:
        add(uow, "later")
        add(uow, "work")
    with inner.unit_of_work() as uow:
        add(uow, "third")
        uow.commit()
    joined.uow.commit()
    assert there(store, "key", "work", "later", "third") == [True, True, False, True]


def test_forgetting_to_commit_inside_is_an_error(store: Store, inner: JoinedStore) -> None:
    with pytest.raises(ForgottenCommit), inner.unit_of_work() as uow:
        add(uow, "lost")
    assert there(store, "lost") == [False]


def test_reading_inside_keeps_the_key(store: Store, joined: Joined, inner: JoinedStore) -> None:
    with inner.unit_of_work() as uow:
        assert uow.people.by_username("key") is not None
    joined.uow.commit()
    assert there(store, "key") == [True]


def test_nothing_is_promised_after_a_command_inside_has_undone_it(inner: JoinedStore) -> None:
    with pytest.raises(Conflict), inner.unit_of_work() as outer:
        add(outer, "work")
        with pytest.raises(RuntimeError), inner.unit_of_work():
            raise RuntimeError
        outer.commit()


def test_what_follows_a_deliberate_rollback_inside_is_under_the_key_again(
    store: Store, joined: Joined, inner: JoinedStore
) -> None:
    with inner.unit_of_work() as uow:
        add(uow, "lost")
        uow.rollback()
        add(uow, "kept")
        uow.commit()
    joined.uow.commit()
    assert there(store, "key", "lost", "kept") == [True, False, True]
