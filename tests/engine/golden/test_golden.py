"""What an earlier release wrote is read by this one, and goes on the same way; kept files are never edited."""

import json
from pathlib import Path

import pytest

from tests.engine.golden.keeping import KEPT, go_on, keep, paths


@pytest.mark.parametrize("path", paths(), ids=lambda path: path.stem)
def test_a_kept_state_goes_on_as_it_did(path: Path) -> None:
    kept = json.loads(path.read_text(encoding="utf-8"))
    assert kept["facts"] and go_on(kept) == kept["facts"]


def test_everything_that_is_to_be_kept_is_kept() -> None:
    assert {path.stem for path in paths()} == set(KEPT) and len(KEPT) >= 15


def test_what_is_kept_is_never_written_anew() -> None:
    with pytest.raises(FileExistsError):
        keep(paths()[0].stem)
