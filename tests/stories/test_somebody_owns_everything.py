"""S1-03, somebody owns every matter: a small day of the city, swept every hour until all is closed."""

from argparse import Namespace

import pytest
from rich.console import Console

from bench import city


@pytest.mark.timeout(600)
def test_s1_03_no_open_event_waits_for_nobody() -> None:
    figures = city.run(Namespace(), Console(quiet=True), events=60, scale="demo", processes=1)
    assert figures["events"] == 60 and figures["sweeps"] > 24
    assert (figures["unowned"], figures["nobodys"]) == ([], [])
    assert (figures["lost"], figures["incidents"], figures["wrong"]) == (0, 0, {})
    assert figures["replay_equal"] == figures["replayed"] >= 60
