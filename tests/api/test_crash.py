"""kill -9 in the middle of a burst: what was acknowledged is there, nothing is there twice, the rest can be sent again.

The database is the embedded one with the product's own settings, so every acknowledged step has been flushed.
"""

import http.client
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from threading import Lock, Thread
from typing import Any
from uuid import UUID

import psycopg
import pytest

from app.domain.actor import Actor
from app.usecases.audit.read_history import read_history
from app.usecases.audit.verify_case import verify_case
from app.usecases.desk.claim_task import claim_task
from app.usecases.desk.read_case import read_case
from app.usecases.desk.start_case import start_case
from tests.api.serving import STREET, Answer, Caller, Product
from tests.api.trial_pack import FILES

CLIENTS = 8
#: completions, and as many starts, in one burst; the kill comes after less than half of them
AMOUNT = 30
NOTE = {"answers": {"note": "已处理"}}
STARTS = "/processes/one_task/cases"


@dataclass
class Wish:
    """Something that somebody wants done exactly once."""

    path: str
    content: dict[str, Any]
    #: case that it is about, where it is known before
    case_id: str = ""
    key: str = field(default_factory=lambda: uuid.uuid4().hex)
    sent: bool = False
    #: what the server answered before it was killed
    answer: Answer | None = None

    @property
    def title(self) -> str:
        """Name a case that is to be started."""
        return str(self.content["variables"]["title"])


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The product on its own embedded PostgreSQL."""
    product = Product(tmp_path_factory.mktemp("var"))
    try:
        product.start_database()
        product.prepare(FILES)
        product.start()
        yield product
    finally:
        product.stop()


@pytest.fixture(scope="module")
def token(product: Product) -> str:
    """The token of a duty officer; it outlives the server."""
    name = product.usernames("street_duty", f"{STREET}.cmd")[0]
    caller = product.caller(name, product.add_password(name))
    caller.close()
    return caller.token


@pytest.fixture(scope="module")
def officer(product: Product) -> Actor:
    """The same officer as the verbs see him."""
    with product.tools() as tools, tools.store.unit_of_work() as uow:
        name = product.usernames("street_duty", f"{STREET}.cmd")[0]
        person = uow.people.by_username(name)
        assert person is not None
        return uow.people.actor(person.id, tools.clock.now())


def held_tasks(product: Product, officer: Actor, amount: int) -> list[Wish]:
    """Start cases whose one task the officer holds already; what is left to do is to complete them."""
    wishes = []
    with product.tools() as tools:
        for _ in range(amount):
            case_id = start_case(tools, actor=officer, process="one_task", variables={}).case_id
            (task,) = read_case(tools, actor=officer, case_id=case_id).open_tasks
            claim_task(tools, actor=officer, task_id=task.id)
            wishes.append(Wish(f"/tasks/{task.id}/complete", NOTE, str(case_id)))
    return wishes


def burst(product: Product, token: str, wishes: list[Wish], kill: Callable[[], None], after: int) -> None:
    """Send wishes from several clients, and kill while most of them are still to come.

    Args:
        after: acknowledged requests after which it happens.
    """
    line, lock, answered = iter(wishes), Lock(), count(1)

    def work() -> None:
        caller = Caller(product.config.port, token)
        while True:
            with lock:
                wish = next(line, None)
            if wish is None:
                caller.close()
                return
            wish.sent = True
            try:
                answer = caller.send("POST", wish.path, wish.content, wish.key)
            except (OSError, http.client.HTTPException, ValueError):
                # cut off in the middle; ValueError: in the middle of the body
                return
            if answer.status == 503:
                # the database went first; nothing was promised
                caller.close()
                return
            wish.answer = answer
            if next(answered) == after:
                # the requests of all the others are somewhere on their way
                kill()

    threads = [Thread(target=work) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    answers = [wish.answer for wish in wishes if wish.answer]
    assert all(answer.ok for answer in answers), [answer.body for answer in answers if not answer.ok]
    cut = [wish for wish in wishes if wish.sent and not wish.answer]
    assert after <= len(answers) < len(wishes) and cut, "the kill came too late"


def facts_by_case(product: Product, officer: Actor, cases: Iterable[str]) -> dict[str, Counter[str]]:
    """Count the facts of each case by kind; every chain must hold and every history must run again the same."""
    found = {}
    with product.tools() as tools:
        for case_id in cases:
            verdict = verify_case(tools, actor=officer, case_id=UUID(case_id))
            assert verdict.chain_ok and verdict.replay_ok, (case_id, verdict)
            facts = read_history(tools, actor=officer, case_id=UUID(case_id))
            assert len(facts) == verdict.facts
            found[case_id] = Counter(fact.kind for fact in facts)
    return found


def send_again(product: Product, token: str, wishes: Iterable[Wish]) -> None:
    """Send every wish again with its key; what was answered before must be answered the same."""
    caller = Caller(product.config.port, token)
    for wish in wishes:
        answer = caller.send("POST", wish.path, wish.content, wish.key)
        assert answer.ok, (wish, answer.body)
        replayed = answer.headers.get("idempotency-replayed") == "true"
        if wish.answer:
            assert replayed and answer.body == wish.answer.body
        else:
            assert wish.sent or not replayed
        wish.answer = answer
    caller.close()


def started_by_title(product: Product) -> dict[str, list[str]]:
    """List the cases that the burst started: {title: [case]}."""
    with psycopg.connect(product.config.database_url or "") as link:
        rows = link.execute("select summary, array_agg(id::text) from cases where summary <> '' group by 1").fetchall()
    return dict(rows)


def outlive(product: Product, token: str, officer: Actor, kill: Callable[[], None], name: str) -> None:
    """Kill in a burst of completions and starts, start again, look at everything before and after sending again."""
    tasks = held_tasks(product, officer, AMOUNT)
    starts = [Wish(STARTS, {"variables": {"title": f"{name}{number}"}}) for number in range(AMOUNT)]
    wishes = [wish for pair in zip(tasks, starts, strict=True) for wish in pair]
    burst(product, token, wishes, kill, after=AMOUNT * 3 // 4)
    product.start()
    found = facts_by_case(product, officer, [wish.case_id for wish in tasks])
    for wish in tasks:
        done = found[wish.case_id]["TaskCompleted"], found[wish.case_id]["CaseClosed"]
        assert done in ([(1, 1)] if wish.answer else [(0, 0), (1, 1)] if wish.sent else [(0, 0)]), wish
    cases = started_by_title(product)
    for wish in starts:
        there = cases.get(wish.title, [])
        assert len(there) in ([1] if wish.answer else [0, 1] if wish.sent else [0]), (wish, there)
        assert not wish.answer or there == [wish.answer.body["case_id"]]
    send_again(product, token, wishes)
    found = facts_by_case(product, officer, [wish.case_id for wish in tasks])
    assert {(facts["TaskCompleted"], facts["CaseClosed"]) for facts in found.values()} == {(1, 1)}
    cases = started_by_title(product)
    assert {wish.title: cases[wish.title] for wish in starts} == {
        wish.title: [wish.answer.body["case_id"]] for wish in starts if wish.answer
    }
    found = facts_by_case(product, officer, [cases[wish.title][0] for wish in starts])
    assert {facts["CaseStarted"] for facts in found.values()} == {1}


def test_a_burst_outlives_a_killed_server(product: Product, token: str, officer: Actor) -> None:
    outlive(product, token, officer, product.kill, "甲")


def test_a_burst_outlives_a_killed_server_and_a_killed_database(
    product: Product, token: str, officer: Actor
) -> None:
    def kill() -> None:
        product.kill_database()
        product.kill()

    outlive(product, token, officer, kill, "乙")
