"""The peer: a bare psycopg loop that keeps as much, as durably, in as many commits, and does nothing else.

`python -m bench.bare < order` walks cases over one connection: insert case, task and facts; list; lock, claim, fact;
lock, complete, close, facts. No HTTP, no rights, no engine, no hashes, no idempotency. The order is a JSON object:
url, seconds, state (bytes), body (bytes per fact). The answer is a JSON object: [[end of a case, CPU used so far]].
"""

import json
import os
import sys
import time
import uuid
from typing import Any

import psycopg

SCHEMA = """
create schema bare;
create table bare.cases (id uuid primary key, revision int not null, state bytea not null, closed_at timestamptz);
create table bare.tasks (id uuid primary key, case_id uuid not null, role text not null, state int not null,
    holder text, created_at timestamptz not null);
create index on bare.tasks (role, created_at desc) where state < 2;
create index on bare.tasks (case_id);
create table bare.facts (case_id uuid, seq int, at timestamptz not null, kind text not null, body text not null,
    hash bytea not null, primary key (case_id, seq));
"""
_FACTS = "insert into bare.facts select %s, n, now(), 'Fact', %s, %s from generate_series(%s::int, %s::int) n"
_LIST = "select * from bare.tasks where role = 'duty' and state < 2 order by created_at desc limit 20"
_LOCK = "select c.state, t.state from bare.tasks t join bare.cases c on c.id = t.case_id where t.id = %s for update"
HASH = bytes(32)


def walk(link: psycopg.Connection[Any], state: bytes, body: str) -> None:
    """Bring one case from start to closed, in three commits and a read."""
    case, task = uuid.uuid4(), uuid.uuid4()
    with link.transaction():
        link.execute("insert into bare.cases values (%s, 1, %s)", (case, state))
        link.execute("insert into bare.tasks values (%s, %s, 'duty', 0, null, now())", (task, case))
        link.execute(_FACTS, (case, body, HASH, 1, 3))
    with link.transaction():
        link.execute(_LIST).fetchall()
    with link.transaction():
        link.execute(_LOCK, (task,)).fetchall()
        link.execute("update bare.tasks set state = 1, holder = 'officer' where id = %s and state = 0", (task,))
        link.execute("update bare.cases set revision = revision + 1 where id = %s", (case,))
        link.execute(_FACTS, (case, body, HASH, 4, 4))
    with link.transaction():
        link.execute(_LOCK, (task,)).fetchall()
        link.execute("update bare.tasks set state = 2 where id = %s and state = 1", (task,))
        link.execute(
            "update bare.cases set revision = revision + 1, state = %s, closed_at = now() where id = %s", (state, case)
        )
        link.execute(_FACTS, (case, body, HASH, 5, 7))


def main() -> int:
    """Carry out the order."""
    order = json.load(sys.stdin)
    state, body = os.urandom(order["state"]), "x" * order["body"]
    until = time.monotonic() + order["seconds"]
    cases = []
    with psycopg.connect(order["url"], autocommit=True) as link:
        while time.monotonic() < until:
            walk(link, state, body)
            cases.append((time.monotonic(), time.process_time()))
    json.dump(cases, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
