"""Several hands on one case at the same moment, over HTTP: one wins, the others are told, the case is unharmed."""

import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from threading import Barrier, Thread
from typing import Any

import pytest

from tests.api.serving import STREET, Answer, Caller, Product
from tests.api.trial_pack import FILES, FOUR_ROLES

#: the two officers of the requirement, and the other meetings
TIMES, OTHER_TIMES = 20, 10
ROOM = f"{STREET}.cmd"
NOTE = {"answers": {"note": "已处理"}}
#: who is told what when he comes second
LATE = {"task-already-done", "task-not-held", "task-already-claimed"}


@pytest.fixture(scope="module")
def product(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The product with two workers; its database forgets power cuts, which changes nothing here."""
    product = Product(tmp_path_factory.mktemp("var"), module_database_url)
    product.prepare(FILES)
    try:
        product.start()
        yield product
    finally:
        product.stop()


@pytest.fixture(scope="module")
def passwords(product: Product) -> dict[str, str]:
    """The officers of one command room; the first two hold the same role."""
    names = [*product.usernames("street_duty", ROOM)[:2]]
    names += [product.usernames(role, ROOM)[0] for role in FOUR_ROLES[1:]]
    assert len(set(names)) == 5
    return {name: product.add_password(name) for name in names}


@pytest.fixture
def officers(product: Product, passwords: dict[str, str]) -> Iterator[list[Caller]]:
    """Five officers, signed in."""
    callers = [product.caller(name, password) for name, password in passwords.items()]
    yield callers
    for each in callers:
        each.close()


def together(*acts: Callable[[], Answer]) -> list[Answer]:
    """Let everybody act at the same moment."""
    barrier = Barrier(len(acts))
    answers: list[Answer | None] = [None] * len(acts)

    def run(place: int, act: Callable[[], Answer]) -> None:
        barrier.wait(20)
        answers[place] = act()

    threads = [Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert None not in answers, "somebody got no answer"
    return [answer for answer in answers if answer is not None]


def started(caller: Caller, process: str = "one_task") -> str:
    """Start a case."""
    return str(caller.post(f"/processes/{process}/cases", {"variables": {"title": "同时办理"}})["case_id"])


def tasks_of(caller: Caller, case_id: str) -> dict[str, str]:
    """Find the open tasks of a case that this officer sees: {node: id}."""
    listed = caller.get("/tasks?sort=-created&limit=50")["tasks"]
    return {task["node"]: task["id"] for task in listed if task["case_id"] == case_id}


def one(answers: Sequence[Answer]) -> tuple[Answer, list[Answer]]:
    """Tell the one that succeeded from those that did not."""
    won = [answer for answer in answers if answer.ok]
    lost = [answer for answer in answers if not answer.ok]
    assert len(won) == 1, [(answer.status, answer.body) for answer in answers]
    return won[0], lost


def facts_of(caller: Caller, case_id: str) -> list[dict[str, Any]]:
    """Read the whole history, after the server has verified it."""
    verdict = caller.get(f"/cases/{case_id}/verify")
    assert verdict["chain_ok"] and verdict["replay_ok"], verdict
    facts: list[dict[str, Any]] = caller.get(f"/cases/{case_id}/history?limit=200")["facts"]
    assert [fact["seq"] for fact in facts] == list(range(1, len(facts) + 1)) and len(facts) == verdict["facts"]
    return facts


def kinds(caller: Caller, case_id: str) -> Counter[str]:
    """Count the facts of a verified case by kind."""
    return Counter(fact["kind"] for fact in facts_of(caller, case_id))


def completing(caller: Caller, task: str) -> Callable[[], Answer]:
    """Complete a task, as a request of its own."""
    return lambda: caller.send("POST", f"/tasks/{task}/complete", NOTE, uuid.uuid4().hex)


def claiming(caller: Caller, task: str) -> Callable[[], Answer]:
    """Claim a task, as a request of its own."""
    return lambda: caller.send("POST", f"/tasks/{task}/claim", None, uuid.uuid4().hex)


def test_two_officers_complete_the_same_task_and_only_its_holder_succeeds(officers: list[Caller]) -> None:
    first, second = officers[:2]
    for turn in range(TIMES):
        case_id = started(first)
        task = tasks_of(second, case_id)["work"]
        holder, other = (first, second) if turn % 2 else (second, first)
        holder.post(f"/tasks/{task}/claim")
        mine, his = together(completing(holder, task), completing(other, task))
        assert mine.ok and mine.body["closed"], mine
        assert his.status == 409 and his.problem in {"task-already-done", "task-not-held"}, his
        assert kinds(first, case_id)["TaskCompleted"] == 1


def test_one_officer_completes_the_same_task_on_two_devices(product: Product, officers: list[Caller]) -> None:
    desk = officers[0]
    phone = Caller(product.config.port, desk.token)
    for _ in range(TIMES):
        case_id = started(desk)
        task = tasks_of(desk, case_id)["work"]
        desk.post(f"/tasks/{task}/claim")
        _, (late,) = one(together(completing(desk, task), completing(phone, task)))
        assert late.status == 409 and late.problem == "task-already-done", late
        counted = kinds(desk, case_id)
        assert (counted["TaskCompleted"], counted["CaseClosed"]) == (1, 1)
    phone.close()


def test_two_officers_take_and_complete_a_task_that_nobody_holds(officers: list[Caller]) -> None:
    def hurried(caller: Caller, task: str) -> Callable[[], Answer]:
        def act() -> Answer:
            claimed = claiming(caller, task)()
            return completing(caller, task)() if claimed.ok else claimed

        return act

    for _ in range(OTHER_TIMES):
        case_id = started(officers[0])
        task = tasks_of(officers[0], case_id)["work"]
        _, (late,) = one(together(*(hurried(each, task) for each in officers[:2])))
        assert late.status == 409 and late.problem in LATE, late
        counted = kinds(officers[0], case_id)
        assert (counted["TaskClaimed"], counted["TaskCompleted"], counted["CaseClosed"]) == (1, 1, 1)


def test_of_two_claims_one_wins_and_the_other_is_told_the_holders_name(officers: list[Caller]) -> None:
    winners = Counter[str]()
    for _ in range(OTHER_TIMES):
        case_id = started(officers[0])
        task = tasks_of(officers[0], case_id)["work"]
        won, (lost,) = one(together(*(claiming(each, task) for each in officers[:2])))
        assert lost.status == 409 and lost.problem == "task-already-claimed", lost
        assert won.body["holder_name"] and lost.body["holder"] == won.body["holder_name"], lost.body
        assert kinds(officers[0], case_id)["TaskClaimed"] == 1
        winners[won.body["holder_name"]] += 1
    assert sum(winners.values()) == OTHER_TIMES


def test_two_officers_hand_the_same_task_to_each_other_at_once_and_one_is_told(
    officers: list[Caller], passwords: dict[str, str]
) -> None:
    pair, names = officers[:2], list(passwords)[:2]
    winners: Counter[str] = Counter()
    for _ in range(OTHER_TIMES):
        case_id = started(pair[0])
        task = tasks_of(pair[0], case_id)["work"]
        revision = pair[0].get(f"/tasks/{task}")["task"]["revision"]

        def handing(caller: Caller, to: str, task: str = task, revision: int = revision) -> Callable[[], Answer]:
            sent = {"to": to, "reason": "交接", "revision": revision}
            return lambda: caller.send("POST", f"/tasks/{task}/transfer", sent, uuid.uuid4().hex)

        won, (lost,) = one(together(handing(pair[0], names[1]), handing(pair[1], names[0])))
        assert lost.status == 409 and lost.problem in {"stale-revision", "task-already-claimed"}, lost.body
        winners[won.body["holder_name"]] += 1
        counted = kinds(pair[0], case_id)
        assert counted["TaskTransferred"] == 1 and counted["TaskClaimed"] == 0
    assert sum(winners.values()) == OTHER_TIMES


def test_the_same_request_twice_at_the_same_moment_is_done_once(product: Product, officers: list[Caller]) -> None:
    desk = officers[0]
    again = Caller(product.config.port, desk.token)
    for _ in range(OTHER_TIMES):
        key = uuid.uuid4().hex
        case_id = started(desk)
        task = tasks_of(desk, case_id)["work"]
        desk.post(f"/tasks/{task}/claim")
        answers = together(
            lambda: desk.send("POST", f"/tasks/{task}/complete", NOTE, key),  # noqa: B023
            lambda: again.send("POST", f"/tasks/{task}/complete", NOTE, key),  # noqa: B023
        )
        assert [answer.status for answer in answers] == [200, 200] and answers[0].body == answers[1].body
        assert sorted("idempotency-replayed" in answer.headers for answer in answers) == [False, True]
        assert kinds(desk, case_id)["TaskCompleted"] == 1
    again.close()


def test_four_officers_complete_four_parallel_tasks_at_once_and_the_join_fires_once(officers: list[Caller]) -> None:
    duty, four = officers[0], [officers[0], *officers[2:]]
    for _ in range(OTHER_TIMES):
        case_id = started(duty, "four_at_once")
        found = [tasks_of(officer, case_id)[role] for officer, role in zip(four, FOUR_ROLES, strict=True)]
        claims = together(*(claiming(*pair) for pair in zip(four, found, strict=True)))
        assert [claim.status for claim in claims] == [200] * 4, claims
        done = together(*(completing(*pair) for pair in zip(four, found, strict=True)))
        assert [answer.status for answer in done] == [200] * 4, [answer.body for answer in done]
        assert list(tasks_of(duty, case_id)) == ["last"]
        last = tasks_of(duty, case_id)["last"]
        duty.post(f"/tasks/{last}/claim")
        assert duty.post(f"/tasks/{last}/complete", NOTE)["closed"]
        facts = facts_of(duty, case_id)
        opened = Counter(fact["node"] for fact in facts if fact["kind"] == "TaskOpened")
        assert opened == {**dict.fromkeys(FOUR_ROLES, 1), "last": 1}
        assert sum(fact["kind"] == "StepPassed" and fact["node"] == "join" for fact in facts) == 1
        assert Counter(fact["kind"] for fact in facts)["TaskCompleted"] == 5
