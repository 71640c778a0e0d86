"""A process of the simulated city: it lives up to each moment that it is told, and overhears its own store."""

import time
from datetime import datetime
from multiprocessing.connection import Connection
from typing import Any
from uuid import UUID

from app.bootstrap import settle_memory
from app.config import Config
from app.domain.progress import Progress
from app.store.cases import Cases
from app.store.wire import Link
from bench.city_day import Arrival
from bench.city_district import District


def serve(config: Config, arrivals: list[Arrival], seed: int, line: Connection) -> None:
    """Live in a process of its own: for each moment that comes over the line, act up to it and tell; None ends."""
    district = District(config, arrivals, seed)
    listen(district)
    # as the server does when it has started
    settle_memory()
    while (moment := line.recv()) is not None:
        line.send(district.until(moment))
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
        district.told.slowest = max(district.told.slowest, (took, statements[0].text.decode()[:200]))
        return done

    Cases.create, Cases.write_step, Link.send = created, written, sent  # type: ignore[method-assign]
