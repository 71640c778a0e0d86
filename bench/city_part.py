"""A process of the simulated city: it does each act that it is told, and overhears its own store."""

import time
from datetime import datetime
from multiprocessing.connection import Connection
from typing import Any
from uuid import UUID

from app.bootstrap import settle_memory
from app.config import Config
from app.domain.progress import Progress
from app.engine.library import read_ahead
from app.store.cases import Cases
from app.store.wire import Link
from bench.city_district import District
from bench.city_line import Tick


def serve(config: Config, seed: int, line: Connection) -> None:
    """Live in a process of its own: do each act that comes over the line, or fire timers, and tell; None ends."""
    district = District(config, seed)
    listen(district)
    # as the server does when it has started
    read_ahead(district.tools.library)
    settle_memory()
    told_at = time.perf_counter()
    while (order := line.recv()) is not None:
        began = time.perf_counter()
        told = district.tick(order) if isinstance(order, Tick) else district.act(order)
        told.waited, told_at = began - told_at, time.perf_counter()
        told.took = told_at - began
        line.send(told)
    district.tools.store.dispose()


def listen(district: District) -> None:
    """Overhear what steps open and end, and how long each wait for the database took."""
    create, write, send = Cases.create, Cases.write_step, Link.send

    def created(cases: Cases, case_id: UUID, *rest: Any, at: datetime, **more: Any) -> Any:
        done = create(cases, case_id, *rest, at=at, **more)
        district.noticed(case_id, rest[0], rest[2], at)
        return done

    def written(cases: Cases, case: Any, progress: Progress, *rest: Any, at: datetime, **more: Any) -> Any:
        done = write(cases, case, progress, *rest, at=at, **more)
        district.noticed(case.id, case.process, progress, at)
        return done

    def sent(link: Link, *statements: Any) -> Any:
        began = time.perf_counter()
        done = send(link, *statements)
        took = time.perf_counter() - began
        if took > district.slowest:
            district.slowest, district.told.slowest = took, (took, statements[0].text.decode()[:200])
        return done

    Cases.create, Cases.write_step, Link.send = created, written, sent  # type: ignore[method-assign]
