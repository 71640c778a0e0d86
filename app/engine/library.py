"""The library of published definitions: parsed once, shared by all cases of this node."""

import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Protocol

from app.domain.errors import DefinitionNotFound, ProcessNotFound, YongzhiError
from app.engine.decisions import DecisionModel, load_dmn
from app.engine.versions import ProcessVersion, load_version

#: seconds for which a node may not notice a new version
FRESH = 1.0


class DefinitionSource(Protocol):
    """Where published files are kept."""

    def stamp(self) -> str:
        """Return a value that changes whenever anything is published."""

    def current_numbers(self) -> Mapping[tuple[str, str], int]:
        """Return {(kind, key): number} of everything that new cases use."""

    def content(self, kind: str, key: str, number: int) -> bytes:
        """Return one published file."""


class PublishedLibrary:
    """Answers what is current, and keeps every parsed version; safe for threads."""

    def __init__(self, source: DefinitionSource) -> None:
        self._source = source
        self._lock = threading.Lock()
        self._parsed: dict[tuple[str, str, int], Any] = {}
        self._current: Mapping[tuple[str, str], int] = {}
        self._stamp: str | None = None
        #: processes that others call, as of a stamp
        self._called: tuple[str | None, frozenset[str]] = (None, frozenset())
        self._looked = float("-inf")

    def process(self, key: str, number: int | None = None) -> ProcessVersion:
        """Return a process version; without number the current one.

        Raises:
            ProcessNotFound: nothing is published under this key.
        """
        if number is None:
            number = self._number("process", key)
            if number is None:
                raise ProcessNotFound(f"No published process has the key {key!r}.")
        version: ProcessVersion = self._parse("process", key, number)
        return version

    def decision(self, key: str, number: int | None = None) -> tuple[int, DecisionModel]:
        """Return a decision and its number; without number the current one."""
        number = self._required("decision", key) if number is None else number
        return number, self._parse("decision", key, number)

    def form_number(self, key: str) -> int:
        """Return the number of a form's current version."""
        return self._required("form", key)

    def form(self, key: str, number: int) -> bytes:
        """Return the schema of a form version."""
        content: bytes = self._parse("form", key, number)
        return content

    def keys(self, kind: str) -> list[str]:
        """List what is published of a kind, sorted."""
        self._refresh()
        return sorted(key for found, key in self._current if found == kind)

    def is_part(self, key: str) -> bool:
        """Say whether another process calls this one: then it begins there."""
        self._refresh()
        if self._called[0] != self._stamp:
            calling = [self.process(one) for one in self.keys("process")]
            self._called = self._stamp, frozenset(called for one in calling for called in one.calls - {one.key})
        return key in self._called[1]

    def forget(self) -> None:
        """Look again at the next question, for example after publishing here."""
        self._looked = float("-inf")

    def _required(self, kind: str, key: str) -> int:
        number = self._number(kind, key)
        if number is None:
            raise DefinitionNotFound(f"No published {kind} has the key {key!r}.")
        return number

    def _number(self, kind: str, key: str) -> int | None:
        self._refresh()
        return self._current.get((kind, key))

    def _refresh(self) -> None:
        # freshness of a cache, not a fact: which version ran is recorded with every call and decision
        at = time.monotonic()
        if at - self._looked < FRESH:
            return
        stamp = self._source.stamp()
        if stamp != self._stamp:
            self._current = dict(self._source.current_numbers())
            self._stamp = stamp
        # from before the look, however long that took: what is published meanwhile is not seen by it
        self._looked = at

    def _parse(self, kind: str, key: str, number: int) -> Any:
        place = (kind, key, number)
        if place not in self._parsed:
            content = self._source.content(kind, key, number)
            with self._lock:
                if place not in self._parsed:
                    self._parsed[place] = _parsed(kind, key, number, content)
        return self._parsed[place]


def read_ahead(library: PublishedLibrary) -> None:
    """Parse all that new cases use, so that nobody waits for it; what cannot be parsed is told to who uses it."""
    for kind, read in (("process", library.process), ("decision", library.decision)):
        for key in library.keys(kind):
            with suppress(YongzhiError):
                read(key)


def _parsed(kind: str, key: str, number: int, content: bytes) -> Any:
    if kind == "process":
        return load_version(key, number, content)
    return load_dmn(content) if kind == "decision" else content
