"""Whatever is sent, no answer is the product's own failure."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

#: examples of each operation and kind: enough to meet every sort of wrong value, few enough for every day
EXAMPLES = 8
#: moving the clock by years would fire every timer of the shared city, and wrong passwords lock people out
LEFT_OUT = ("/api/v1/clock", "/api/v1/session")
LEAST_OPERATIONS = 20


@pytest.fixture(scope="session")
def tokens(world: Any) -> list[str]:
    """Somebody for each kind of door."""
    people = [world.person(role) for role in ("street_duty", "process_designer")]
    for person in people:
        person.api("GET", "/tasks")
    return [person.token for person in people]


def operations(world: Any) -> list[Any]:
    """List what the interface says of itself."""
    document = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", world.app)
    found = [one.ok() for one in document.get_all_operations()]
    return [one for one in found if one.path not in LEFT_OUT]


@pytest.mark.timeout(400)
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["good", "bad"])
def test_no_input_makes_it_fail(world: Any, tokens: list[str], mode: GenerationMode) -> None:
    """Send generated requests to every operation, with each kind of account."""
    asked = 0
    for operation in operations(world):
        try:
            cases = operation.as_strategy(generation_mode=mode)
        except Exception:
            if mode is GenerationMode.NEGATIVE and not operation.body and not operation.query:
                continue
            raise

        @given(case=cases, token=st.sampled_from(tokens))
        @settings(
            max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
            phases=[Phase.generate], suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        def send(case: Any, token: str) -> None:
            # this client unpacks nothing
            answer = case.call(headers={"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"})
            said = f"{case.method} {case.formatted_path} {case.body!r} -> {answer.status_code} {answer.text[:300]}"
            assert answer.status_code < 500, said
            if answer.status_code >= 400:
                assert answer.headers["content-type"][0].startswith("application/problem+json"), said

        send()
        asked += 1
    assert asked >= (LEAST_OPERATIONS if mode is GenerationMode.POSITIVE else 10)
