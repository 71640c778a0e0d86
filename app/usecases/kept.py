"""Values that a process keeps in mind, and reads again when another process may have changed them."""

import threading
from collections.abc import Callable
from time import monotonic
from typing import Generic, TypeVar

T = TypeVar("T")

#: how long another process's change may stay unseen, in seconds
FRESH_FOR = 30.0


class Kept(Generic[T]):
    """A value that is read again when it is older than `FRESH_FOR`, by one thread at a time."""

    def __init__(self, read: Callable[[], T], *, forever: Callable[[T], bool] = lambda _: False) -> None:
        self._read, self._forever = read, forever
        self._lock = threading.Lock()
        self._value: T | None = None
        self._read_at = 0.0

    def get(self) -> T:
        """Give the value, read anew if that is due."""
        value = self._value
        if value is not None and (monotonic() - self._read_at < FRESH_FOR or self._forever(value)):
            return value
        with self._lock:
            if self._value is None or monotonic() - self._read_at >= FRESH_FOR:
                self._value, self._read_at = self._read(), monotonic()
            return self._value

    def forget(self) -> None:
        """Read anew at the next use, because this process has just changed it."""
        self._value = None
