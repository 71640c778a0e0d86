"""Outside calls end to end: a server on the loopback that fails, hangs, answers late or twice; a node that dies."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.config import Config
from app.domain.errors import StepFailed, StoreUnavailable
from app.ports.outside import Outside
from app.ports.secrets import Secrets
from app.usecases import Tools
from app.usecases.city import City
from app.usecases.command import perform_call as module
from app.usecases.command.perform_call import perform_call
from app.usecases.incidents import RETRIES
from tests.engine.running import flow
from tests.ports.other_system import Exchange, OtherSystem, running
from tests.usecases.drawn import END, START, Stage, drawn, work

CONNECTORS = """
connectors:
  police.ask:
    {{zh: 查询, en: Ask, method: POST, url: "{url}/ask/{{plate}}", required: [plate], optional: [note], timeout: 1,
     headers: {{Authorization: "Bearer {{secret:token}}"}}}}
"""


@pytest.fixture
def system() -> Iterator[OtherSystem]:
    with running() as found:
        yield found


@pytest.fixture
def stage(stage: Stage, system: OtherSystem, tmp_path: Path) -> Stage:
    """A server with a connector to the other system, and a process that calls it."""
    folder, secrets = tmp_path / "city", tmp_path / "secrets"
    folder.mkdir()
    secrets.mkdir()
    for path in stage.tools.config.city_dir.iterdir():
        if path.name != "connectors.yaml":
            (folder / path.name).symlink_to(path.resolve())
    (folder / "connectors.yaml").write_text(CONNECTORS.format(url=system.url), encoding="utf-8")
    (secrets / "token").write_text("s3cret\n")
    config = replace(
        stage.tools.config, city_dir=folder, secrets_dir=secrets, outside_hosts=(system.host,)
    )
    stage.tools = replace(
        stage.tools, config=config, city=City(stage.tools.store, folder), outside=Outside(config.outside_hosts),
        secrets=Secrets(data_key=config.data_key, secret_key=config.secret_key, folder=secrets),
    )  # fmt: skip
    stage.publish(PLAIN, CAUGHT)
    return stage


def ask(result: str = "found", **attributes: str) -> str:
    more = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return (
        '<bpmn:serviceTask id="ask"><bpmn:extensionElements><spiffworkflow:serviceTaskOperator id="police.ask"'
        f' resultVariable="{result}"{more}><spiffworkflow:parameters>'
        '<spiffworkflow:parameter id="plate" type="any" value="plate"/></spiffworkflow:parameters>'
        "</spiffworkflow:serviceTaskOperator></bpmn:extensionElements></bpmn:serviceTask>"
    )


EDGE = (
    '<bpmn:boundaryEvent id="wrong" attachedToRef="ask"><bpmn:errorEventDefinition id="wrong_d"/></bpmn:boundaryEvent>'
)
PLAIN = drawn("plain", START, ask(), work("use", "status = found.status"), END)
CAUGHT = drawn(
    "caught", START, ask(), work("use"), END, EDGE,
    ways=work("repair") + '<bpmn:endEvent id="e2"/>' + flow("wrong", "repair") + flow("repair", "e2"),
)


def later(tools: Tools, **by: float) -> None:
    with tools.store.unit_of_work() as uow:
        uow.clock.move(timedelta(**by))
        uow.commit()


def call_of(stage: Stage, case_id: UUID) -> Any:
    with stage.tools.store.unit_of_work() as uow:
        (row,) = uow.calls.of_case(case_id)
    return row


def calls_in(stage: Stage, case_id: UUID) -> list[str]:
    return [fact.kind for fact in stage.facts(case_id) if fact.kind.startswith("Call")]


def test_a_call_is_requested_performed_and_its_answer_recorded(stage: Stage, system: OtherSystem) -> None:
    case = stage.start("plain", plate="浙B 1")
    assert not system.received and stage.open(case) == []
    assert call_of(stage, case).params == {"plate": "浙B 1"}
    assert perform_call(stage.tools) and not perform_call(stage.tools)
    (received,) = system.received
    assert received.path == "/ask/%E6%B5%99B%201" and received.body == {}
    assert received.headers["authorization"] == "Bearer s3cret"
    assert received.headers["idempotency-key"] == f"{case}/plain/ask#1"
    assert stage.open(case) == ["use"]
    assert calls_in(stage, case) == ["CallRequested", "CallAnswered"]
    assert "s3cret" not in "".join(fact.body for fact in stage.facts(case))
    stage.verified(case)


def test_no_transaction_is_open_while_the_other_system_thinks(stage: Stage, system: OtherSystem) -> None:
    seen: list[int] = []

    def look(exchange: Exchange) -> None:
        with stage.tools.store.unit_of_work() as uow:
            sql = "select count(*) from pg_stat_activity where datname = current_database() and state like 'idle in%'"
            seen.append(uow._tx.value(sql))
            # and nobody keeps the case: somebody else can have it
            assert uow.cases.lock_free(case) is not None
        exchange.answer(200, {})

    case = stage.start("plain", plate="1")
    system.usual = look
    assert perform_call(stage.tools)
    assert seen == [0] and stage.open(case) == ["use"]


def test_what_fails_is_tried_again_each_time_later(stage: Stage, system: OtherSystem) -> None:
    case = stage.start("plain", plate="1")
    first = call_of(stage, case)
    system.answers = [lambda e: e.answer(503), lambda e: time.sleep(1.3), lambda e: e.connection.close()]
    pauses = []
    for attempt in range(1, 4):
        assert perform_call(stage.tools)
        row = call_of(stage, case)
        assert (row.state, row.attempts) == ("waiting", attempt) and stage.open(case) == []
        pauses.append(row.fire_at - stage.tools.clock.now())
        assert not perform_call(stage.tools)
        later(stage.tools, seconds=(row.fire_at - stage.tools.clock.now()).total_seconds() + 1 + attempt * 7200)
    assert first.retries == 3
    assert [round(pause / pauses[0]) for pause in pauses] == [1, 2, 4]
    assert perform_call(stage.tools) and stage.open(case) == ["use"]
    assert len({received.headers["idempotency-key"] for received in system.received}) == 1
    assert len(system.received) == 4
    stage.verified(case)


def exhaust(stage: Stage, case: UUID) -> None:
    for _ in range(10):
        later(stage.tools, days=_ + 1)
        if not perform_call(stage.tools):
            break


def test_after_the_last_attempt_an_operator_is_asked_and_can_have_it_repeated(
    stage: Stage, system: OtherSystem
) -> None:
    case = stage.start("plain", plate="1")
    system.usual = lambda e: e.answer(500)
    exhaust(stage, case)
    assert len(system.received) == 4
    (incident,) = stage.incidents("call")
    assert (incident.case_id, incident.node, incident.key) == (case, "ask", "plain/ask#1")
    assert "http.500" in incident.cause
    row = call_of(stage, case)
    assert (row.state, row.code) == ("parked", "http.500")
    system.usual = lambda e: e.answer(200, {"ok": 1})
    with stage.tools.store.unit_of_work() as uow:
        assert RETRIES["call"](uow, incident, stage.tools.clock.now())
        uow.commit()
    assert perform_call(stage.tools) and stage.open(case) == ["use"] and not stage.incidents()
    stage.verified(case)


def test_a_refusal_is_not_repeated(stage: Stage, system: OtherSystem) -> None:
    case = stage.start("plain", plate="1")
    system.usual = lambda e: e.answer(404)
    assert perform_call(stage.tools) and not perform_call(stage.tools)
    assert len(stage.incidents("call")) == 1 and stage.open(case) == []


@pytest.mark.parametrize("status", [404, 500])
def test_the_diagram_catches_the_last_failure(stage: Stage, system: OtherSystem, status: int) -> None:
    case = stage.start("caught", plate="1")
    system.usual = lambda e: e.answer(status)
    exhaust(stage, case)
    assert len(system.received) == (1 if status == 404 else 4)
    assert stage.open(case) == ["repair"] and not stage.incidents()
    assert calls_in(stage, case) == ["CallRequested", "CallFailed"]
    stage.verified(case)


def test_an_answer_that_the_diagram_cannot_use_is_kept_and_not_asked_for_again(
    stage: Stage, system: OtherSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = stage.start("plain", plate="1")
    system.usual = lambda e: e.answer(200, {"n": 1})

    def broken(*_: Any) -> None:
        raise StepFailed("the diagram cannot use it")

    with monkeypatch.context() as patched:
        patched.setattr(module.calls, "finish_call", broken)
        assert perform_call(stage.tools)
    (incident,) = stage.incidents("call")
    assert "cannot use it" in incident.cause
    with stage.tools.store.unit_of_work() as uow:
        assert RETRIES["call"](uow, incident, stage.tools.clock.now())
        uow.commit()
    system.usual = lambda e: e.answer(500)
    assert perform_call(stage.tools) and stage.open(case) == ["use"]
    assert len(system.received) == 1 and not stage.incidents()


@pytest.mark.parametrize("body", [b'"\\u0000"', b'{"a": 1e400}', b"[" * 50 + b"]" * 50, b'"\\ud800"', b"1" * 400])
def test_an_answer_that_cannot_be_kept_is_a_failure(stage: Stage, system: OtherSystem, body: bytes) -> None:
    case = stage.start("caught", plate="1")
    system.usual = lambda e: e.answer(200, body)
    exhaust(stage, case)
    assert stage.open(case) == ["repair"] and len(system.received) == 1


@pytest.mark.parametrize("gone", ["secret", "connector", "host"])
def test_what_an_operator_has_taken_away_is_an_incident(stage: Stage, system: OtherSystem, gone: str) -> None:
    case = stage.start("plain", plate="1")
    if gone == "secret":
        (stage.tools.config.secrets_dir / "token").unlink()  # type: ignore[operator]
    elif gone == "connector":
        vars(stage.tools.city)["connectors"] = {}
    else:
        stage.tools = replace(stage.tools, outside=Outside([]))
    exhaust(stage, case)
    (incident,) = stage.incidents("call")
    assert {"secret": "token", "connector": "connectors.yaml", "host": "http.refused"}[gone] in incident.cause
    assert not system.received


def test_a_late_answer_of_a_case_that_went_on_changes_nothing(stage: Stage, system: OtherSystem) -> None:
    case = stage.start("plain", plate="1")

    def go_on(exchange: Exchange) -> None:
        # a second node, whose answer is quicker
        with stage.tools.store.unit_of_work() as uow:
            uow._tx.write("update calls set leased_until = now() - interval '1 second'")
            uow.commit()
        system.usual = lambda e: e.answer(200, {"quick": True})
        assert perform_call(stage.tools)
        exchange.answer(200, {"quick": False})

    system.usual = go_on
    assert perform_call(stage.tools)
    assert stage.open(case) == ["use"]
    (answered,) = stage.facts(case, "CallAnswered")
    assert "true" in answered.body and not stage.incidents()
    stage.verified(case)


def test_two_nodes_do_not_perform_the_same_call(stage: Stage, system: OtherSystem) -> None:
    cases = [stage.start("plain", plate=str(n)) for n in range(6)]
    system.usual = lambda e: (time.sleep(0.1), e.answer(200, {}))[0]
    threads = [threading.Thread(target=lambda: [perform_call(stage.tools) for _ in range(4)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(system.received) == 6 and [stage.open(case) for case in cases] == [["use"]] * 6


def test_an_outage_of_the_database_loses_no_answer(
    stage: Stage, system: OtherSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = stage.start("plain", plate="1")

    def away(*_: Any) -> None:
        raise StoreUnavailable

    with monkeypatch.context() as patched:
        patched.setattr(module, "_record", away)
        with pytest.raises(StoreUnavailable):
            perform_call(stage.tools)
    _leases_end(stage)
    assert perform_call(stage.tools) and stage.open(case) == ["use"]
    assert len({received.headers["idempotency-key"] for received in system.received}) == 1


def _leases_end(stage: Stage) -> None:
    with stage.tools.store.unit_of_work() as uow:
        uow._tx.write("update calls set leased_until = now() - interval '1 second' where state = 'leased'")
        uow.commit()


NODE = """
import json, os, sys
from pathlib import Path
from app.config import Config
from app.usecases.command import perform_call as module
from app.usecases.opening import open_tools
config = Config.from_env()
if len(sys.argv) > 1:
    module._record = lambda *_: os._exit(9)
print(module.perform_call(open_tools(config)))
"""


def _node(config: Config, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**config.to_env(), "DEMO": "1", "PYTHONPATH": os.getcwd()}
    order = [sys.executable, "-c", NODE, *arguments]
    return subprocess.run(order, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_a_node_that_dies_between_performing_and_recording_is_replaced(stage: Stage, system: OtherSystem) -> None:
    case = stage.start("plain", plate="1")
    done: set[str] = set()
    effects: list[str] = []

    def once(exchange: Exchange) -> None:
        # a system that keeps to the header does its work once
        key = str(exchange.headers["Idempotency-Key"])
        if key not in done:
            done.add(key)
            effects.append(key)
        exchange.answer(200, {"effects": len(effects)})

    system.usual = once
    died = _node(stage.tools.config, "die")
    assert died.returncode == 9, died.stderr
    assert len(system.received) == 1 and stage.open(case) == []
    # its lease is still running
    assert not perform_call(stage.tools)
    _leases_end(stage)
    survived = _node(stage.tools.config)
    assert survived.stdout.strip() == "True", survived.stderr
    assert stage.open(case) == ["use"] and len(system.received) == 2 and len(effects) == 1
    stage.verified(case)


def test_a_call_that_kills_its_nodes_is_given_to_an_operator(stage: Stage, system: OtherSystem) -> None:
    case = stage.start("plain", plate="1")
    for _ in range(20):
        with stage.tools.store.unit_of_work() as uow:
            uow.calls.lease(stage.tools.clock.now(), 0)
            uow.commit()
    assert perform_call(stage.tools)
    (incident,) = stage.incidents("call")
    assert "call.lost" in incident.cause and not system.received and stage.open(case) == []


def test_nothing_goes_out_for_a_case_that_stands_still(stage: Stage, system: OtherSystem) -> None:
    case = stage.start("plain", plate="1")
    stage.stand(case, True)
    assert not perform_call(stage.tools) and not system.received
    stage.stand(case, False)
    assert perform_call(stage.tools) and stage.open(case) == ["use"]


@pytest.mark.parametrize("status", [200, 404])
def test_a_case_that_is_stopped_while_the_other_system_works_hears_it_later(
    stage: Stage, system: OtherSystem, status: int
) -> None:
    case = stage.start("caught", plate="1")

    def stop(exchange: Exchange) -> None:
        system.usual = lambda e: e.answer(status)
        stage.stand(case, True)
        exchange.answer(status)

    system.usual = stop
    assert perform_call(stage.tools)
    assert not stage.incidents() and not perform_call(stage.tools) and stage.open(case) == []
    stage.stand(case, False)
    assert perform_call(stage.tools)
    assert stage.open(case) == (["use"] if status == 200 else ["repair"])
    # what was answered is not asked for again
    assert len(system.received) == (1 if status == 200 else 2)
    stage.verified(case)
