"""The OMG's technology compatibility kit for DMN, level 2: every result in `tck/` must come out.

Source:
    https://github.com/dmn-tck/tck, Apache-2.0; see tck/LICENSE-ASL-2.0.txt.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.engine.kit import Result, load, results_of, same

KIT = Path(__file__).parent / "tck"
#: results in the kit, so that a file that goes missing is noticed
RESULTS = 126
CASES = list(results_of(KIT))


@pytest.mark.parametrize("result", CASES, ids=lambda result: result.id)
def test_kit_result(result: Result) -> None:
    found = load(result.model).decide(result.asked, result.inputs)
    assert same(found.outputs, result.expected), f"{found.outputs!r} is not {result.expected!r}"


def test_kit_is_complete(capsys: pytest.CaptureFixture[str]) -> None:
    files = {result.model for result in CASES}
    with capsys.disabled():
        sys.stdout.write(f"\nDMN TCK level 2: {len(CASES)} results of {len(files)} models\n")
    assert len(CASES) == RESULTS
    assert all(path.is_file() for path in files)
    assert (KIT / "LICENSE-ASL-2.0.txt").is_file()
