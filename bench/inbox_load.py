"""A whole city's inboxes, written straight into the tables: cases with text in Chinese, tasks, candidates, people.

The statements stand in `inbox_load.sql`, in parts that begin with their name.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import psycopg

#: members of the roles whose size is compared; each role has a unit of its own and as many open tasks as the others
GROUPS = (5, 50, 500, 5000)
IN_GROUP = 1000
GROUP_ROLE = "dept_station_officer"
#: cases that are written at a time
BATCH = 50_000


def fill(admin_url: str, tasks: int, opened: int) -> None:
    """Write tasks of which some are open, each in a case of its own that has the others behind it.

    Args:
        admin_url: of somebody who may write without every row's reference being looked up.
    """
    parts = _parts()
    known = {"sizes": list(GROUPS), "role": GROUP_ROLE, "each": IN_GROUP, "cases": opened}
    with psycopg.connect(admin_url, autocommit=True) as link:
        link.execute("set session_replication_role = replica")
        link.execute("select setseed(0.4711)")
        for name in ("functions", "people", "seats"):
            _run(link, parts[name], known)
        for first in range(1, opened + 1, BATCH):
            some = {"first": first, "last": min(first + BATCH - 1, opened)}
            _run(link, parts["cases"], some)
            _run(link, parts["tasks"], some | {"each": max(1, tasks // opened), "grouped": len(GROUPS) * IN_GROUP})
        for table in ("tasks", "task_candidates", "cases", "facts", "people", "person_roles"):
            link.execute(f"vacuum (analyze) {table}")


def _parts() -> dict[str, str]:
    """Read the statements by the name of their part."""
    text = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    found = re.split(r"^-- (\w+).*\n", text, flags=re.M)
    return dict(zip(found[1::2], found[2::2], strict=True))


def _run(link: psycopg.Connection[Any], script: str, known: Mapping[str, Any]) -> None:
    """Run the statements of a part one by one: the driver takes values for one at a time."""
    client = psycopg.ClientCursor(link)
    for statement in filter(str.strip, script.split(";\n")):
        client.execute(statement, known)


def members(size: int, many: int) -> Sequence[str]:
    """Name some members of a role of a size."""
    return [f"bench.{size}.{1 + number % size}" for number in range(many)]
