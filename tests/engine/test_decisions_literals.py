"""A literal that is no date is null for the decision, a finding for its designer, and the rest still counts."""

from __future__ import annotations

from typing import Any

import pytest

from app.engine.decisions import findings, load_dmn
from tests.engine.dmn_files import decision, dmn, literal

NO_DATE = "is no date, time or duration"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('@"tomorrow"', None), ('@"tomorrow" = null', True), ('[1, @"tomorrow", 3]', [1, None, 3]),
        ('if @"P1X" = null and @"2026-02-30" = null then 1 else 2', 1), ('@"2026-03-02" = null', False),
        ('string length("@\\"x\\"") + count([@"x"])', 5),
    ],
)  # fmt: skip
def test_the_rest_is_still_evaluated(text: str, expected: Any) -> None:
    content = dmn(decision("d", literal(text)))
    assert load_dmn(content).decide("d", {}).outputs == expected


def test_each_is_found() -> None:
    found = findings(dmn(decision("d", literal('[@"one", @"two"]'))))
    assert [NO_DATE in str(finding) for finding in found] == [True, True]
    assert '"one"' in str(found[0]) and '"two"' in str(found[1])
