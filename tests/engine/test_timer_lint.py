"""A wrong timer text is found before it is published."""

import pytest

from app.engine.lint import lint_process
from tests.engine.running import diagram, line


def findings(kind: str, text: str) -> list[str]:
    catch = (f'<bpmn:intermediateCatchEvent id="c"><bpmn:timerEventDefinition><bpmn:{kind}>{text}</bpmn:{kind}>'
             "</bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>")
    body = f'<bpmn:startEvent id="s"/>{catch}<bpmn:endEvent id="e"/>{line("s", "c", "e")}'
    found = lint_process(diagram("p", body), file="p.bpmn", forms=(), decisions={}, roles=(), processes=())
    assert all(one.element == "c" and one.rule == ("expression" if text else "timer") for one in found)
    return [one.message_en for one in found]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("timeDate", "2026-02-30"), ("timeDate", "Tuesday T"), ("timeDuration", "-PT5M"), ("timeDuration", "PT"),
        ("timeDuration", ""), ("timeDuration", "2026-03-05T09:00:00Z"), ("timeCycle", "R0/PT1H"),
        ("timeCycle", "R/PT0S"), ("timeCycle", "61 * * * *"), ("timeCycle", "0 0 30 2 *"), ("timeDate", "=1 +"),
    ],
)  # fmt: skip
def test_a_wrong_timer_is_a_finding_at_its_element(kind, text):
    assert len(findings(kind, text)) == 1


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("timeDate", "2026-03-05T09:00:00Z"), ("timeDate", "=limits.handling.due_at"), ("timeDuration", "3 wd"),
        ("timeDuration", "P1M"), ("timeCycle", "R3/PT1H"), ("timeCycle", "R/P1D/2026-03-05"),
        ("timeCycle", "0 0 9 ? * MON-FRI"), ("timeCycle", "0 9 * * 1"),
    ],
)  # fmt: skip
def test_a_right_timer_is_none(kind, text):
    assert findings(kind, text) == []
