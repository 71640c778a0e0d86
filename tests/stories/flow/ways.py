"""Which sequence flows a token took: facts name elements, so this listens where tokens arrive."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from app.engine.elements import activities, base, events, gateways, subprocesses, tasks

_ROOMS = (base, activities, tasks, gateways, events, subprocesses)


@contextmanager
def recorded(taken: set[tuple[str, str]]) -> Iterator[None]:
    """Add (process, sequence flow) to `taken` whenever a token arrives over it."""
    with pytest.MonkeyPatch.context() as patch:
        for kind in {one for room in _ROOMS for one in vars(room).values()
                     if isinstance(one, type) and "arrive" in vars(one)}:
            patch.setattr(kind, "arrive", _listening(vars(kind)["arrive"], taken))
        yield


def _listening(arrive: Any, taken: set[tuple[str, str]]) -> Any:
    def listening(spec: Any, scope: Any, via: str, *more: Any) -> Any:
        taken.add((scope.version.key, via))
        return arrive(spec, scope, via, *more)

    return listening
