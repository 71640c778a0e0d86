"""Every way through the diagrams, in memory; each history runs again without divergence."""

import pytest

from tests.stories.flow.flow_case import library
from tests.stories.flow.scenarios import ALL, run


@pytest.mark.parametrize("name", sorted(ALL))
def test_the_flow(name: str) -> None:
    case = run(name)
    assert case.again() is None
    # a process that others call leaves closing to them
    if case.progress and case.progress.closed and not library().is_part(case.facts[0].process):
        assert case.event["status"] in ("closed", "merged") and not case.open
        assert case.event["close_reason"]


def test_pr_4_nothing_closes_unverified_but_what_is_exempt() -> None:
    """Exempt: consultations, merged, withdrawn, refused, settled by law, closed partly by a recorded decision."""
    exempt = {"duplicate", "withdrawn", "refused", "legal_path", "no_contact", "partly_solved", "false_report"}
    closed = 0
    for name in sorted(ALL):
        case = run(name)
        if not case.progress or not case.progress.closed or case.event["status"] != "closed":
            continue
        if {"verification"} & {node for _, node in case.visited} or "grid_verification" in {p for p, _ in case.visited}:
            closed += 1
            assert "verified_at" in case.record["milestones"] or case.event["close_reason"] in exempt, name
        elif ("event_lifecycle", "work") in case.visited:
            assert case.event["nature"] == "consult" or case.event["close_reason"] in exempt, name
    assert closed >= 5
