"""Every element of BPMN, here and in the stock library; `python -m tests.engine.corpus` prints the table."""

from collections.abc import Iterator

import pytest

from app.engine.lint import lint_process
from tests.engine.corpus.drawing import KINDS
from tests.engine.corpus.ours import GRADE, Ours
from tests.engine.corpus.reading import Case
from tests.engine.corpus.running import Peer, corpus, ours
from tests.engine.running import known_roles

ASKED = [case for case in corpus() if not case.stock.startswith("n/a")]


@pytest.fixture(scope="module")
def peer() -> Iterator[Peer]:
    asked = Peer()
    yield asked
    asked.close()


@pytest.mark.parametrize("case", corpus(), ids=lambda case: case.id)
def test_a_case_runs_as_drawn_and_runs_again(case: Case) -> None:
    assert ours(case) is None


@pytest.mark.parametrize("case", ASKED, ids=lambda case: case.id)
def test_the_stock_library_agrees_or_has_the_defect_that_is_named(case: Case, peer: Peer) -> None:
    differs = peer.ask(case.drawing, case.script, case.python)
    if case.stock:
        assert differs, f"the library does it well; it is said not to: {case.stock}"
    else:
        assert differs is None, "another result than the stock library, and no defect of it is named"


#: what the linter says of a case, and rightly
REFUSED = {
    "task-service-outside": "operation", "task-service-many-outside": "operation",
    "error-of-a-failing-service": "operation", "eventsub-error-of-an-operation": "operation",
    "or-unconditional-way": "gateway", "call-missing": "called", "task-decision-missing": "decision",
    "task-start-quantity": "quantity",
}  # fmt: skip


def test_what_runs_may_be_published() -> None:
    around = {"forms": ["t/form"], "decisions": {"grade": GRADE}, "roles": list(known_roles())}
    wrong = []
    for case in corpus():
        files = Ours(case.drawing).files
        for key, content in files.items():
            found = {one.rule for one in lint_process(content, file=f"{key}.bpmn", processes=list(files), **around)}
            expected = {rule for name, rule in REFUSED.items() if case.id.startswith(name)}
            if found != expected and not (found < expected and key != "p"):
                wrong.append(f"{case.id}: the linter finds {found or 'nothing'}, expected {expected or 'nothing'}")
    assert not wrong


def test_the_corpus_draws_every_kind_of_element() -> None:
    drawn = {line.split()[0] for case in corpus() for line in case.drawing.splitlines() if line.strip()}
    assert set(KINDS) <= drawn
    assert len(corpus()) >= 350 and len(ASKED) >= 280


def test_a_wrong_expectation_is_noticed() -> None:
    case = next(case for case in corpus() if case.id == "and-fork-join")
    wrong = Case(case.id, "", "", case.drawing, ("start", "open a"))
    assert "expected ['a'], seen ['a', 'b']" in (ours(wrong) or "")
