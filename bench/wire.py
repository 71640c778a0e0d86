"""What one request costs on the way to the database: statements and round trips, as libpq itself records them."""

import os
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from psycopg.pq import Trace
from sqlalchemy import Engine, event


@dataclass
class Crossing:
    """The traffic of one request."""

    #: begins of the statements that work, in order
    statements: list[str] = field(default_factory=list)
    #: waits for the server, for whatever reason
    round_trips: int = 0
    #: transactions that were kept, each a flush that was waited for if it wrote something
    commits: int = 0
    #: looks whether a connection of the pool still lives
    pings: int = 0


class Wire:
    """Listens to every connection of a pool; its trace is libpq's own, so nothing that is sent can be missed."""

    def __init__(self, engine: Engine) -> None:
        """Begin to collect the pool's connections; those of before are closed."""
        self._links: list[Any] = []
        event.listen(engine, "connect", lambda link, _: self._links.append(link))
        engine.dispose()

    def during(self, act: Callable[[], object]) -> Crossing:
        """Count what crosses the wire while something is done; the pool must have its connections already."""
        links = list(self._links)
        with tempfile.TemporaryDirectory() as folder:
            paths = [os.path.join(folder, str(number)) for number in range(len(links))]
            for path, link in zip(paths, links, strict=True):
                link.pgconn.trace(os.open(path, os.O_WRONLY | os.O_CREAT))
                link.pgconn.set_trace_flags(Trace.SUPPRESS_TIMESTAMPS)
            try:
                act()
            finally:
                for link in links:
                    link.pgconn.untrace()
            assert len(self._links) == len(links), "a connection was opened in the measured request"
            total = Crossing()
            for path, link in zip(paths, links, strict=True):
                with open(path, errors="replace") as file:
                    _read(file.read(), _prepared(link), total)
        return total


def _prepared(link: Any) -> dict[str, str]:
    """Ask a connection what its prepared statements are: {name: text}."""
    rows = link.execute("select name, statement from pg_prepared_statements").fetchall()
    link.rollback()
    return dict(rows)


def _read(trace: str, prepared: dict[str, str], total: Crossing) -> None:
    """Read a trace: F lines go to the server, B lines come back; a turn from F to B is one wait."""
    before = ""
    # a statement of several lines is written as such, so a message begins where a line begins with its direction
    for message in re.split(r"\n(?=[FB]\t)", trace):
        direction, _, rest = message.partition("\t")
        if direction == "B" and before == "F":
            total.round_trips += 1
        before = direction
        if direction == "F":
            _note(rest.split("\t", 1)[1], prepared, total)


def _note(message: str, prepared: dict[str, str], total: Crossing) -> None:
    """Count what is sent: a query, an unnamed parse, or the bind of a statement that was prepared before."""
    kind, *quoted = message.split('"')
    match kind.strip(), quoted:
        case "Query", [text, *_]:
            _count(text, total)
        case "Parse", ["", _, text, *_]:
            _count(text, total)
        case "Bind", ["", _, name, *_] if name:
            _count(prepared.get(name, name), total)


def _count(text: str, total: Crossing) -> None:
    match text.lower():
        case ";":
            total.pings += 1
        case "commit":
            total.commits += 1
        case "begin" | "rollback":
            pass
        case _:
            total.statements.append(_short(text))


def _short(text: str) -> str:
    return " ".join(text.split())[:110]
