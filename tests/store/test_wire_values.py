"""Values on their way to the server arrive as they were."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from app.store import Store

TEXTS: SearchStrategy[str] = st.one_of(
    st.sampled_from(
        ["", "null", "NULL", "a b", '"', "\\", "{}", "{a,b}", "a,b", " a ", "33.02.11", "村", "a\nb", "it's"]
    ),
    st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=12),
)


@pytest.fixture(scope="module")
def module_store(module_database_url: str) -> Iterator[Store]:
    """One store for all examples."""
    found = Store(module_database_url, pool_size=2, overflow=2, wait_seconds=5)
    yield found
    found.dispose()


@settings(deadline=None, max_examples=60)
@given(lists=st.lists(st.lists(TEXTS, max_size=6), min_size=1, max_size=8))
def test_lists_of_texts_arrive(module_store: Store, lists: list[list[str]]) -> None:
    with module_store.unit_of_work() as uow:
        for one in lists:
            found = uow._tx.first("select %(one)s::text[], cardinality(%(one)s::text[])", {"one": one})
            assert found is not None and (list(found[0]), found[1]) == (one, len(one))
