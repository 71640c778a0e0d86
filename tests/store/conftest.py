"""A store with a fresh database, and a city small enough to know by heart."""

from collections.abc import Iterator

import pytest

from app.store import Store
from tests.store.cast import Cast


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """The store of this test alone."""
    found = Store(database_url, pool_size=4, overflow=12, wait_seconds=5)
    yield found
    found.dispose()


@pytest.fixture
def cast(store: Store) -> Cast:
    """People who act in the tests, with their roles."""
    return Cast.appear(store)
