"""Messages and signals over the interface: what may be sent, by whom, in which seat."""

import uuid

import pytest


def body(**changes):
    return {"name": "nobody.waits", "id": uuid.uuid4().hex, "correlation": {}, "payload": {}, **changes}


def send(person, path="/messages", **changes):
    return person.api("POST", path, json=body(**changes))


def test_a_message_that_nobody_waits_for_is_kept_for_a_while(world):
    person = world.person("sys_admin")
    kept = send(person, id="k1", correlation={"order": 7, "paid": True, "city": "甬"}, ttl="PT1H")
    assert kept.status_code == 200 and kept.json == {"outcome": "buffered", "case_id": None}
    assert send(person, id="k1").json["outcome"] == "duplicate"
    # another sender has numbers of his own
    assert send(world.person("street_duty"), id="k1").json["outcome"] == "buffered"
    assert send(person, ttl="PT0S").json["outcome"] == "unmatched"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"correlation": {"a": [1]}}, "correlation"), ({"correlation": {"a": None}}, "correlation"),
        ({"correlation": {"a": "x" * 201}}, "correlation"), ({"correlation": []}, "correlation"),
        ({"correlation": {f"k{n}": n for n in range(9)}}, "correlation"),
        ({"correlation": {"a": 1e300}}, "correlation"), ({"correlation": {"case_id": "none"}}, "correlation"),
        ({"correlation": {"a": "nul\x00"}}, "correlation"), ({"payload": {"a": "nul\x00"}}, "payload"),
        ({"payload": 1}, "payload"), ({"name": ""}, "name"), ({"id": ""}, "id"), ({"ttl": "soon"}, "ttl"),
        ({"ttl": "P9999Y"}, "ttl"), ({"ttl": 5}, "ttl"), ({"role": 5}, "role"), ({"sender": "CASE"}, "sender"),
    ],
)  # fmt: skip
def test_a_message_that_does_not_fit_is_refused_field_by_field(world, change, field):
    answer = send(world.person("sys_admin"), **change)
    assert answer.status_code == 422, answer.json
    assert any(key.split(".")[0] == field for key in answer.json["errors"]), answer.json


def test_a_sender_acts_in_a_seat_that_he_holds(world):
    person = world.person("street_duty")
    own = send(person, role="street_duty", unit=person.unit)
    assert own.status_code == 200
    for role, unit in (("sys_admin", "33.02"), ("street_duty", "33.02"), ("street_duty", ""), ("", person.unit)):
        seat = {"role": role, "unit": unit}
        refused = send(person, **seat)
        assert refused.status_code == 403 and refused.json["type"].endswith("seat-not-held")


def test_signals_are_for_programs(world):
    signal = {"name": "alarm", "id": uuid.uuid4().hex, "payload": {"level": 2}}
    admin = world.person("sys_admin")
    sent = admin.api("POST", "/signals", json=signal)
    assert sent.status_code == 200 and sent.json == {"outcome": "sent", "reached": 0, "started": 0, "later": 0}
    assert admin.api("POST", "/signals", json=signal).json["outcome"] == "duplicate"
    assert world.person("street_duty").api("POST", "/signals", json=signal).status_code == 403
    assert admin.api("POST", "/signals", json={**signal, "correlation": {}}).status_code == 422
    assert admin.api("POST", "/signals", json={**signal, "id": "x", "role": "a", "unit": "b"}).status_code == 403
