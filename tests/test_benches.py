"""The measurements over HTTP and in the browser run through, with tiny sizes; nothing here says how fast."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from bench import officers, pages
from tests.api.serving import Product


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    made = Product(tmp_path_factory.mktemp("bench"))
    try:
        made.start_database()
        made.prepare(pages.real_files())
        made.start(live=True)
        yield made
    finally:
        made.stop()


def test_officers_work_and_every_step_is_there_once(product: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(officers, "PACE", 0.8)
    monkeypatch.setattr(officers, "WARM", 1.0)
    found = officers.measured(product, officers._seats(product, 10), seconds=6.0)
    assert (found["errors"], found["lost"], found["doubled"]) == (0, 0, 0), found["error_texts"]
    assert found["acts"] >= 10 and found["p99_ms"] >= found["p50_ms"] > 0
    assert found["writes"]["completed"] and found["writes"]["reports"]


def test_what_is_lost_or_doubled_is_found(product: Product) -> None:
    """A judge that finds nothing wrong with wrong books would be worth nothing."""
    cases = officers._fill(product, officers._seats(product, 4))
    nobody = "00000000-0000-7000-8000-000000000000"
    told = officers.Done(completed={nobody}, comments={"never said": nobody}, reports={nobody})
    judged = officers._judged(product, [told], cases)
    assert judged["lost"] == 3
    # three reports fewer than there are cases: somebody's were filed twice
    assert officers._judged(product, [officers.Done()], cases - 3)["doubled"] == 3


def test_pages_are_weighed_and_timed(product: Product, chromium: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "LOOKS", 1)
    # the suite's own browser is driven from this thread
    with ThreadPoolExecutor(1) as apart:
        found = apart.submit(pages.measured, product, 2).result()
    assert 10 < found["inbox_kb"] < found["inbox_kb_gzip"] < found["task_kb"]
    assert found["next_tasks"] == 2 and found["next_task_ms"]["p50"] > 0
    # an answer takes so long to begin, and the page needs several
    assert found["inbox_usable_ms"] > pages.SLOW_LINE["latency"]
    loaded = " ".join(found["inbox_files"])
    assert "/app-" in loaded and not [name for name in ("form-", "map-", "viewer-", "modeler-") if f"/{name}" in loaded]
