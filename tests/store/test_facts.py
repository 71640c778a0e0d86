"""Facts: chained, and refused to everybody who would change them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from app.domain.errors import StaleRevision
from app.domain.facts import FactDraft, first_break
from app.domain.org import make_unit
from app.domain.records import UnitPlace
from app.domain.records_traffic import NewDefinition
from app.store import Store
from tests.store.cast import AT, linked, open_task, start, step


@pytest.mark.parametrize(
    "sql",
    [
        "update facts set body = '{}'", "update facts set actor_name = 'somebody'", "delete from facts",
        "truncate facts",
        "truncate facts cascade", "update refusals set reason = ''", "delete from refusals", "truncate refusals",
    ],
)  # fmt: skip
def test_the_database_refuses_to_change_facts(store: Store, database_url: str, sql: str) -> None:
    case = start(store)
    with store.unit_of_work() as uow:
        uow.refusals.add(AT, actor="x", route="/", reason="because")
        uow.commit()
    with psycopg.connect(database_url) as link, pytest.raises(psycopg.errors.InsufficientPrivilege):
        link.execute(sql)
    with store.unit_of_work() as uow:
        assert first_break(uow.facts.of_case(case.id)) is None
        assert len(uow.refusals.since(AT, AT + timedelta(days=1))) == 1


def test_a_case_with_facts_cannot_be_deleted(store: Store, database_url: str) -> None:
    start(store)
    for sql in ("delete from cases", "truncate cases cascade"):
        with psycopg.connect(database_url) as link, pytest.raises(psycopg.errors.InsufficientPrivilege):
            link.execute(sql)


def test_the_chain_holds_over_many_steps(store: Store) -> None:
    case = start(store, opened=[open_task()])
    for number in range(2, 8):
        drafts = [
            FactDraft("CommentAdded", body={"text": "\\u0000 \"quoted\" 'single' %s {x} 汉字 🀄", "n": number})
            for _ in range(number)
        ]
        case = step(store, case, *drafts, at=AT + timedelta(microseconds=number))
    with store.unit_of_work() as uow:
        facts = uow.facts.of_case(case.id)
        assert uow.facts.count(case.id) == len(facts) == case.seq == 1 + sum(range(2, 8))
        assert facts[-1].hash == case.head
        assert uow.facts.of_case(case.id, after=5, limit=3) == facts[5:8]
    assert first_break(facts) is None
    assert facts[-1].content["n"] == 7


def test_an_edit_behind_the_guards_back_breaks_the_chain(store: Store, superuser_url: str) -> None:
    """What a superuser can still do, and how it is found."""
    case = start(store)
    step(store, case)
    with psycopg.connect(superuser_url, autocommit=True) as link:
        link.execute("set session_replication_role = replica")
        link.execute("update facts set actor_name = 'somebody' where seq = 1")
    with store.unit_of_work() as uow:
        assert first_break(uow.facts.of_case(case.id)) == 1


def test_a_fact_can_be_added_without_moving_the_flow(store: Store) -> None:
    case = start(store)
    with store.unit_of_work() as uow:
        after = uow.facts.append(case, linked(case, case.id, [FactDraft("CommentAdded", body={"text": "好"})]))
        uow.commit()
    assert (after.revision, after.seq) == (2, 2)
    with store.unit_of_work() as uow:
        assert uow.cases.get(case.id) == after
        assert first_break(uow.facts.of_case(case.id)) is None
    with pytest.raises(StaleRevision), store.unit_of_work() as uow:
        uow.facts.append(case, linked(case, case.id, [FactDraft("CommentAdded")]))


def test_a_number_cannot_be_taken_twice(store: Store) -> None:
    case = start(store)
    again = replace(case, seq=0, head=bytes(32))
    with pytest.raises(StaleRevision), store.unit_of_work() as uow:
        uow.facts.append(again, linked(again, case.id, [FactDraft("CommentAdded")]))


def test_the_newest_facts_of_a_day_are_found(store: Store) -> None:
    first, second = start(store), start(store)
    step(store, first, at=AT + timedelta(days=1))
    with store.unit_of_work() as uow:
        today = {case_id: (seq, head) for case_id, seq, head in uow.facts.heads(AT, AT + timedelta(hours=1))}
        assert today == {first.id: (1, first.head), second.id: (1, second.head)}


ADR = Path(__file__).parents[2] / "docs" / "adr" / "0011-facts-guarded.md"


@pytest.fixture
def server_url(superuser_url: str) -> Iterator[str]:
    """Address for a login that owns nothing, made as the decision record says."""
    recipe = ADR.read_text().split("```sql\n")[1].split("```")[0]
    with psycopg.connect(superuser_url, autocommit=True) as link:
        link.execute(recipe.encode())
        host = superuser_url.split("?", 1)[1]
        database = superuser_url.split("@/")[1].split("?")[0]
        yield f"postgresql://yongzhi_server:change%20me@/{database}?{host}"
        link.execute("drop owned by yongzhi_server; drop role yongzhi_server")


def test_a_login_that_owns_nothing_can_work_and_cannot_change_facts(server_url: str) -> None:
    store = Store(server_url)
    assert store.check() == []
    case = start(store, opened=[open_task()], effects=[("notify.reporter", {"text": "x"})])
    step(store, case, ended={"event/accept#1": "completed"})
    with store.unit_of_work() as uow:
        uow.definitions.propose(NewDefinition(kind="form", key="a", sha256=b"", content=b""), AT)
        uow.definitions.decide("form", "a", 1, publish=True, by="bob", at=AT)
        uow.units.load_many([UnitPlace(make_unit("33.02", "甬", "Yong"))])
        uow.commit()
    for sql in (
        "update facts set body = ''", "delete from facts", "truncate facts", "truncate cases cascade",
        "alter table facts disable trigger all", "drop table facts cascade", "delete from definitions",
        "set session_replication_role = replica", "drop trigger facts_append_only on facts",
    ):  # fmt: skip
        with psycopg.connect(server_url) as link, pytest.raises(psycopg.errors.InsufficientPrivilege):
            link.execute(sql)
    store.dispose()
