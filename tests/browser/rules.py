"""The accessibility rules of axe-core, run inside a page."""

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.browser.office import waited
from tests.node_tools import installed

RULES = Path(__file__).resolve().parents[1] / "axe"
#: how bad a finding may not be
SERIOUS = ("serious", "critical")
#: what the bpmn.io libraries draw is theirs: their mark may not be changed, and a diagram is no text
OUTSIDE = (".bjs-powered-by", ".fjs-powered-by", ".djs-container svg")
#: a part that is just being fetched, or comes and goes, is shown faint for a moment
_QUIET = """!document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling, .htmx-added')
  && document.getAnimations().every((one) => one.playState !== 'running')"""
_RUN = """async ([outside, levels]) => {
  const why = (node) => node.failureSummary.split('\\n').slice(1, 2).join('').trim();
  const found = await axe.run({ exclude: outside.map((one) => [one]) }, { resultTypes: ['violations'] });
  return found.violations.filter((one) => levels.includes(one.impact)).flatMap((one) => one.nodes.map(
    (node) => `${one.id} (${one.impact}): ${node.target.join(' ')} – ${why(node)}`));
}"""


@cache
def source() -> str:
    """Give the text of the rules."""
    installed(RULES)
    return (RULES / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def serious_findings(page: Page) -> list[str]:
    """Look at a page as it stands; list what people with a screen reader or weak eyes would stumble over."""
    waited(page, _QUIET)
    # given by the debugger, not by the page: the content policy need not allow it
    page.evaluate(source())
    found: list[Any] = page.evaluate(_RUN, [list(OUTSIDE), list(SERIOUS)])
    return [str(one) for one in found]
