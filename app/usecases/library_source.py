"""Where the engine's library finds published files: the store's definitions."""

from collections.abc import Mapping

from app.store import Store

_KINDS = ("process", "decision", "form")


class StoredDefinitions:
    """Reads definitions, each question in a transaction of its own."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def stamp(self) -> str:
        """Return a value that changes whenever anything is published."""
        with self._store.unit_of_work() as uow:
            return str(uow.definitions.stamp())

    def current_numbers(self) -> Mapping[tuple[str, str], int]:
        """Return {(kind, key): number} of everything that new cases use."""
        with self._store.unit_of_work() as uow:
            return {(kind, row.key): row.number for kind in _KINDS for row in uow.definitions.list(kind)}

    def content(self, kind: str, key: str, number: int) -> bytes:
        """Return one published file."""
        with self._store.unit_of_work() as uow:
            return bytes(uow.definitions.get(kind, key, number).content)
