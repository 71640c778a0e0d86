"""The peer: a bare script that reads and locks a case with its task, writes it in one statement, and commits.

psycopg alone, on the product's own tables: the same rows with the same content, prepared statements. No rights, no
form, no engine, no hashes; what the facts, the state and the record say is ready before it begins.
"""

import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from bench.walkers import answer_orders

READ = b"""
select c.id, c.revision, c.seq, c.state, t.key, t.state, t.holder
from tasks t join cases c on c.county = t.county and c.id = t.case_id
where t.county = $1 and t.id = $2 for update of c, t"""
#: columns of a task that change from step to step
OWN = ("county", "id", "case_id", "key", "nth", "created_at", "claimed_at", "started_at", "due_at", "yellow_at")
_FACT = "kind, actor, actor_name, role, unit, process, node, nth, body"


def write_statement(rest: list[str]) -> bytes:
    """Write the one statement; parameters 1 to 19 are named in `Bare.step`, those of `rest` follow."""
    places = ", ".join(f"${number}" for number in range(20, 20 + len(rest)))
    return f"""
with c as (
    update cases set revision = revision + 1, state = $4, seq = $5, head = $6, record = $7
    where county = $1 and id = $2 and revision = $3 returning county, id
), t as (
    update tasks set state = 2, finished_by = $9, finished_at = $10, revision = revision + 1
    where county = $1 and id = $8 and state < 2 and holder = $9 returning id
), n as (
    insert into tasks ({", ".join((*OWN, *rest))})
    values ($1, $11, $2, $12, $13, $10, $10, $10, $14, $15, {places})
), d as (
    delete from timers where county = $1 and case_id = $2 and key = $16
), i as (
    insert into timers (county, case_id, key, process, node, due_at, fire_at)
    values ($1, $2, $17, 'ongoing', 'late', $15, $15)
), f as (
    insert into facts (county, case_id, seq, at, {_FACT}, previous, hash)
    select $1, $2, $18::int + n, $10, {_FACT}, decode(previous, 'hex'), decode(hash, 'hex')
    from json_to_recordset($19) r (n int, kind text, actor text, actor_name text, role text, unit text, process text,
        node text, nth int, body text, previous text, hash text)
) select count(*) from c, t""".encode()


class Bare:
    """Walks over some cases, one step each."""

    def __init__(self, order: Any) -> None:
        self._link = psycopg.connect(order["url"], autocommit=True)
        self._piped: bool = order["piped"]
        self._me: str = order["holder"]
        self._tasks = [uuid.UUID(each) for each in order["tasks"]]
        self._rest = list(order["task"].values())
        self._write = write_statement(list(order["task"]))
        self._state, self._record = bytes.fromhex(order["state"]), order["record"]
        self._facts, self._number = json.dumps(order["facts"], ensure_ascii=False), len(order["facts"])
        self._head = bytes(32)
        self._turn = 0

    def step(self) -> None:
        """Do one step."""
        task = self._tasks[self._turn]
        if self._piped:
            with self._link.pipeline():
                self._link.execute("begin", prepare=True)
                found = self._read(task).fetchone()
            with self._link.pipeline():
                written = self._written(task, found)
                self._link.execute("commit", prepare=True)
                assert written.fetchone() == (1,)
        else:
            self._link.execute("begin", prepare=True)
            assert self._written(task, self._read(task).fetchone()).fetchone() == (1,)
            self._link.execute("commit", prepare=True)
        self._turn = (self._turn + 1) % len(self._tasks)

    def _read(self, task: uuid.UUID) -> Any:
        return psycopg.RawCursor(self._link).execute(READ, (task.int >> 48 & 0x3FFF, task), prepare=True)

    def _written(self, task: uuid.UUID, found: Any) -> Any:
        case, revision, seq, _, key, state, holder = found
        assert state == 1 and holder == self._me
        at = datetime.now(UTC)
        number = int(key.rpartition("#")[2])
        # the same order of ids as the product's: by time
        new = uuid.UUID(int=int(at.timestamp() * 1000) << 80 | uuid.uuid4().int & (1 << 80) - 1)
        self._tasks[self._turn] = new = uuid.UUID(int=new.int & ~(0x3FFF << 48) | (task.int & 0x3FFF << 48))
        values = (
            task.int >> 48 & 0x3FFF, case, revision, self._state, seq + self._number, self._head, self._record, task,
            self._me, at, new, f"ongoing/work#{number + 1}", number + 1, at + timedelta(days=2),
            at + timedelta(days=1.4), f"ongoing/late#{number}", f"ongoing/late#{number + 1}", seq, self._facts,
            *self._rest,
        )  # fmt: skip
        return psycopg.RawCursor(self._link).execute(self._write, values, prepare=True)


def begin(order: Any) -> Callable[[], None]:
    """Take the order."""
    return Bare(order).step


if __name__ == "__main__":
    raise SystemExit(answer_orders(begin))
