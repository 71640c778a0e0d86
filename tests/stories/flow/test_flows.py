"""Every way through the diagrams, in memory; each history runs again without divergence."""

import pytest

from tests.stories.flow.scenarios import ALL, run


@pytest.mark.parametrize("name", sorted(ALL))
def test_the_flow(name: str) -> None:
    case = run(name)
    assert case.again() is None
    if case.progress and case.progress.closed:
        assert case.event["status"] in ("closed", "merged") and not case.open
        assert case.event["close_reason"]
