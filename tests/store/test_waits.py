"""What a case waits for is written as it changes, and stands there as the engine says."""

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.errors import StaleRevision
from app.domain.progress import Subscription
from app.store import Store
from app.store.waits import compare
from tests.store.cast import start, step, subscription

KEYS = st.sampled_from(["event/a#1", "event/b#1", "event/c#2"])
ONE = st.builds(
    subscription, KEYS, open=st.booleans(), offered_to=st.sampled_from([(), ("holder",)]),
    correlation=st.sampled_from([{}, {"no": 1}, {"no": "1"}]),
)  # fmt: skip
SOME = st.lists(ONE, max_size=3, unique_by=lambda one: one.key)



@settings(deadline=None)
@given(SOME, SOME)
def test_only_what_differs_is_written(before: list[Subscription], now: list[Subscription]) -> None:
    found = compare(compare(b"", before).marks, now)
    assert list(found.changed) == [one for one in now if one not in before]
    assert found.gone == any(one not in now for one in before)
    unknown = compare(None, now)
    assert unknown.gone and list(unknown.changed) == now and unknown.marks == found.marks


@pytest.mark.parametrize("known", [True, False])
def test_the_table_follows_step_by_step(store: Store, database_url: str, known: bool) -> None:
    case = start(store)
    for waiting in (
        [subscription("event/a#1"), subscription("event/b#1")],
        [subscription("event/a#1"), subscription("event/b#1", open=False)],
        [subscription("event/a#1"), subscription("event/b#1", open=False)],
        [subscription("event/b#1", open=False), subscription("event/c#2")],
        [],
        [subscription("event/c#2")],
    ):
        if not known:
            with psycopg.connect(database_url, autocommit=True) as link:
                link.execute("update cases set waits = null where id = %s", (case.id,))
            with store.unit_of_work() as uow:
                case = uow.cases.get(case.id)
        case = step(store, case, subscriptions=waiting)
        with store.unit_of_work() as uow:
            rows = uow.subscriptions.of_case(case.id)
            assert uow.cases.get(case.id).waits == case.waits
        assert [(row.key, row.open) for row in rows] == sorted((one.key, one.open) for one in waiting)


def test_a_refused_step_leaves_marks_and_table_as_they_were(store: Store) -> None:
    case = start(store)
    newer = step(store, case, subscriptions=[subscription("event/a#1")])
    with pytest.raises(StaleRevision):
        step(store, case, subscriptions=[subscription("event/b#1")])
    with store.unit_of_work() as uow:
        assert uow.cases.get(case.id).waits == newer.waits
        assert [row.key for row in uow.subscriptions.of_case(case.id)] == ["event/a#1"]
