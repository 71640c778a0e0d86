"""What an auditor can rely on: the history, the verdict on it, and the steps on the diagrams that ran."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest

from app.domain.actor import SYSTEM, Actor
from app.domain.errors import CaseNotFound
from app.domain.facts import COMMANDS
from app.usecases import Tools
from app.usecases.audit.find_case import find_case
from app.usecases.audit.read_history import read_history
from app.usecases.audit.read_replay import read_replay
from app.usecases.audit.verify_case import verify_case
from app.usecases.command.fire_due_timer import fire_due_timer

AddPerson = Callable[..., Actor]


@pytest.fixture
def auditor(add_person: AddPerson) -> Actor:
    return add_person("audit", "auditor", unit="33.02")


def forge(url: str, statement: str) -> None:
    """Change history the way only a superuser of the database can."""
    with psycopg.connect(url, autocommit=True) as link:
        link.execute("set session_replication_role = replica")
        assert link.execute(statement).rowcount == 1  # type: ignore[arg-type]


def test_the_history_comes_in_pages(tools: Tools, auditor: Actor, street_case: UUID) -> None:
    whole = read_history(tools, actor=auditor, case_id=street_case)
    assert [fact.seq for fact in whole] == list(range(1, len(whole) + 1)) and len(whole) > 20
    assert whole[0].kind == "CaseStarted"
    first = read_history(tools, actor=auditor, case_id=street_case, limit=5)
    rest = read_history(tools, actor=auditor, case_id=street_case, after=first[-1].seq, limit=10_000_000)
    assert first + rest == whole
    assert read_history(tools, actor=auditor, case_id=street_case, after=-5, limit=-1) == whole[:1]


def test_a_true_history_holds(tools: Tools, auditor: Actor, street_case: UUID) -> None:
    verdict = verify_case(tools, actor=auditor, case_id=street_case)
    assert (verdict.chain_ok, verdict.first_break, verdict.replay_ok, verdict.first_divergence) == (
        True, None, True, None,
    )  # fmt: skip
    facts = read_history(tools, actor=auditor, case_id=street_case, limit=1000)
    assert (verdict.facts, verdict.head) == (len(facts), facts[-1].hash.hex())


def test_it_still_holds_after_timers_fired(tools: Tools, auditor: Actor, street_case: UUID) -> None:
    with tools.store.unit_of_work() as uow:
        uow.clock.move(timedelta(days=3))
        uow.commit()
    fired = sum(iter(lambda: fire_due_timer(tools), False))
    assert fired
    verdict = verify_case(tools, actor=auditor, case_id=street_case)
    assert verdict.chain_ok and verdict.replay_ok, verdict
    assert any(step.kind == "TimerFired" for step in read_replay(tools, actor=auditor, case_id=street_case).steps)


def test_an_edited_fact_is_found(tools: Tools, auditor: Actor, street_case: UUID, superuser_url: str) -> None:
    forge(superuser_url, "update facts set body = replace(body, '井盖', '路灯') where seq = 1")
    verdict = verify_case(tools, actor=auditor, case_id=street_case)
    assert (verdict.chain_ok, verdict.first_break) == (False, 1)


def test_a_dropped_fact_is_found(tools: Tools, auditor: Actor, street_case: UUID, superuser_url: str) -> None:
    forge(superuser_url, "delete from facts where seq = 7")
    assert verify_case(tools, actor=auditor, case_id=street_case).first_break == 7


def test_a_cut_end_is_found(tools: Tools, auditor: Actor, street_case: UUID, superuser_url: str) -> None:
    last = verify_case(tools, actor=auditor, case_id=street_case).facts
    forge(superuser_url, f"delete from facts where seq = {last}")
    verdict = verify_case(tools, actor=auditor, case_id=street_case)
    assert (verdict.chain_ok, verdict.first_break) == (False, last)


def test_a_rewritten_chain_is_found_by_running_it_again(
    tools: Tools, auditor: Actor, street_case: UUID, superuser_url: str
) -> None:
    """Somebody who knows how hashes are computed changes a result and hashes everything anew."""
    from app.domain.facts import GENESIS, Fact, FactDraft, chain

    facts = read_history(tools, actor=auditor, case_id=street_case, limit=1000)
    turned, head = [], GENESIS
    for fact in facts:
        body = fact.content
        if fact.kind == "DecisionMade" and "forged" not in str(turned):
            body = {**body, "outputs": "forged"}
        draft = FactDraft(fact.kind, fact.process, fact.node, fact.nth, body)
        actor = (fact.actor, fact.actor_name, fact.role, fact.unit)
        new: Fact = chain([draft], case_id=fact.case_id, after=fact.seq - 1, head=head, at=fact.at, actor=actor)[0]
        turned.append(new)
        head = new.hash
    with psycopg.connect(superuser_url, autocommit=True) as link:
        link.execute("set session_replication_role = replica")
        for fact in turned:
            link.execute(
                "update facts set body = %s, previous = %s, hash = %s where seq = %s",
                (fact.body, fact.previous, fact.hash, fact.seq),
            )
        link.execute("update cases set head = %s", (head,))
    verdict = verify_case(tools, actor=auditor, case_id=street_case)
    assert verdict.chain_ok and not verdict.replay_ok
    assert verdict.first_divergence and "forged" in verdict.first_divergence.expected


def test_steps_stand_on_the_diagrams_that_ran(tools: Tools, auditor: Actor, street_case: UUID) -> None:
    replay = read_replay(tools, actor=auditor, case_id=street_case)
    assert replay.diagrams.keys() >= {"event_lifecycle@1", "intake_triage@1"}
    assert [step.seq for step in replay.steps] == list(range(1, len(replay.steps) + 1))
    assert all(step.title and step.title_en for step in replay.steps)
    assert all(f"{step.process}@{step.version}" in replay.diagrams for step in replay.steps)
    opened = next(step for step in replay.steps if step.kind == "TaskOpened")
    assert (opened.process, opened.node, opened.title) == ("intake_triage", "accept_decide", "待办：受理研判")
    changes = {one.name: one for step in replay.steps for one in step.changes}
    assert changes["event.status"].after and changes["event.street"].after == "33.02.11.004"


def test_each_change_shows_what_stood_there_before(tools: Tools, auditor: Actor, street_case: UUID) -> None:
    seen: dict[str, object] = {}
    for step in read_replay(tools, actor=auditor, case_id=street_case).steps:
        for one in step.changes:
            assert one.before == seen.get(one.name)
            assert one.name not in seen or one.after != one.before
            seen[one.name] = one.after
    assert len(seen) > 20


def test_who_may_not_see_the_case_audits_nothing(tools: Tools, street_case: UUID, add_person: AddPerson) -> None:
    for actor in (
        add_person("far", "auditor", unit="33.02.82"),
        add_person("other", "street_duty", unit="33.02.82.001.cmd"),
        add_person("admin9", "sys_admin"),
    ):
        for verb in (read_history, verify_case, read_replay):
            with pytest.raises(CaseNotFound):
                verb(tools, actor=actor, case_id=street_case)  # type: ignore[operator]


def test_a_case_is_found_by_its_number(tools: Tools, auditor: Actor, street_case: UUID, add_person: AddPerson) -> None:
    with tools.store.unit_of_work() as uow:
        number = uow.cases.get(street_case).event_no or ""
    assert find_case(tools, actor=auditor, number=f" {number} ") == street_case
    assert find_case(tools, actor=auditor, number=str(street_case)) == street_case
    far = add_person("far", "auditor", unit="33.02.82")
    for actor, wanted in ((far, number), (far, str(street_case)), (auditor, "NB-1"), (auditor, "\0"), (auditor, "")):
        with pytest.raises(CaseNotFound):
            find_case(tools, actor=actor, number=wanted)


def test_no_recorded_text_names_the_reporter(tools: Tools, street_case: UUID) -> None:
    whole = read_history(tools, actor=SYSTEM, case_id=street_case, limit=1000)
    said = "".join(fact.body for fact in whole)
    assert "报告人" not in said and "13800000000" not in said


def test_auditing_writes_nothing(tools: Tools, auditor: Actor, street_case: UUID) -> None:
    before = verify_case(tools, actor=auditor, case_id=street_case)
    read_history(tools, actor=auditor, case_id=street_case)
    read_replay(tools, actor=auditor, case_id=street_case)
    assert verify_case(tools, actor=auditor, case_id=street_case) == before
    assert {"CaseStarted", "TimerFired"} <= COMMANDS
