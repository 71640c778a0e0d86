"""Versions of diagrams, tables and forms: numbered, decided once, kept as they were proposed."""

import threading
from datetime import timedelta
from hashlib import sha256

import psycopg
import pytest

from app.domain.errors import Conflict, DefinitionNotFound
from app.domain.records_traffic import NewDefinition
from app.store import Store
from tests.store.cast import AT


def new(key: str = "event_lifecycle", content: bytes = b"<xml/>", kind: str = "process") -> NewDefinition:
    return NewDefinition(kind=kind, key=key, sha256=sha256(content).digest(), content=content, name="事件",
                         author="ann", message="first", meta={"pack": "core"})  # fmt: skip


def test_a_version_is_proposed_published_and_then_current(store: Store) -> None:
    with store.unit_of_work() as uow:
        stamp = uow.definitions.stamp()
        row = uow.definitions.propose(new(), AT)
        assert (row.number, row.state, row.content) == (1, "proposed", b"<xml/>")
        with pytest.raises(DefinitionNotFound):
            uow.definitions.current("process", "event_lifecycle")
        assert uow.definitions.stamp() == stamp
        assert [(waiting.key, waiting.content) for waiting in uow.definitions.proposed()] == [("event_lifecycle", b"")]
        done = uow.definitions.decide("process", "event_lifecycle", 1, publish=True, by="bob", at=AT, note="good")
        assert (done.state, done.decided_by, done.published_at, done.meta) == (
            "published",
            "bob",
            AT,
            {"pack": "core", "note": "good"},
        )
        assert uow.definitions.stamp() != stamp
        assert uow.definitions.current("process", "event_lifecycle") == done
        assert uow.definitions.current_numbers() == {("process", "event_lifecycle"): 1}
        uow.commit()


def test_a_version_is_decided_once(store: Store) -> None:
    with store.unit_of_work() as uow:
        uow.definitions.propose(new(), AT)
        stamp = uow.definitions.stamp()
        uow.definitions.decide("process", "event_lifecycle", 1, publish=False, by="bob", at=AT)
        assert uow.definitions.stamp() == stamp
        with pytest.raises(Conflict, match="before"):
            uow.definitions.decide("process", "event_lifecycle", 1, publish=True, by="bob", at=AT)
        with pytest.raises(DefinitionNotFound):
            uow.definitions.decide("process", "event_lifecycle", 2, publish=True, by="bob", at=AT)
        assert uow.definitions.get("process", "event_lifecycle", 1).state == "refused"
        uow.commit()


def test_the_highest_published_number_is_current(store: Store) -> None:
    with store.unit_of_work() as uow:
        for number in range(1, 4):
            uow.definitions.propose(new(content=b"%d" % number), AT)
        for number, publish in ((3, True), (2, False), (1, True)):
            uow.definitions.decide("process", "event_lifecycle", number, publish=publish, by="bob", at=AT)
        assert uow.definitions.current("process", "event_lifecycle").number == 3
        assert [row.number for row in uow.definitions.versions("process", "event_lifecycle")] == [3, 2, 1]
        assert [(row.number, row.content) for row in uow.definitions.list("process")] == [(3, b"")]
        assert uow.definitions.list("form") == ()
        uow.commit()


def test_publishing_the_same_files_again_changes_nothing(store: Store) -> None:
    files = [new("a"), new("b"), new("a", kind="form")]
    with store.unit_of_work() as uow:
        assert [(row.kind, row.key, row.number) for row in uow.definitions.publish_many(files, AT)] == [
            ("process", "a", 1), ("process", "b", 1), ("form", "a", 1),
        ]  # fmt: skip
        stamp = uow.definitions.stamp()
        assert uow.definitions.publish_many(files, AT + timedelta(days=1)) == ()
        assert uow.definitions.stamp() == stamp
        (row,) = uow.definitions.publish_many([*files, new("b", b"changed")], AT)
        assert (row.number, uow.definitions.stamp()) == (2, stamp + 1)
        uow.commit()


def test_nodes_that_publish_at_once_publish_once(store: Store) -> None:
    def publish() -> None:
        with store.unit_of_work() as uow:
            if uow.definitions.publish_many([new("a"), new("b")], AT):
                uow.commit()

    threads = [threading.Thread(target=publish) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with store.unit_of_work() as uow:
        assert uow.definitions.current_numbers() == {("process", "a"): 1, ("process", "b"): 1}


@pytest.mark.parametrize(
    "sql",
    [
        "update definitions set content = 'x'", "update definitions set author = 'x'",
        "update definitions set number = 9",
        "update definitions set published_at = now()", "delete from definitions", "truncate definitions",
    ],
)  # fmt: skip
def test_a_version_is_kept_as_it_was_proposed(store: Store, database_url: str, sql: str) -> None:
    with store.unit_of_work() as uow:
        uow.definitions.publish_many([new()], AT)
        uow.commit()
    with psycopg.connect(database_url) as link, pytest.raises(psycopg.errors.InsufficientPrivilege):
        link.execute(sql)
