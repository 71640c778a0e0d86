"""The accessibility rules of axe-core, run inside a page."""

import fcntl
import hashlib
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from app.web.frontend.build import find_tools, install_node

RULES = Path(__file__).resolve().parents[1] / "axe"
#: how bad a finding may not be
SERIOUS = ("serious", "critical")
#: what the bpmn.io libraries draw is theirs: their mark may not be changed, and a diagram is no text
OUTSIDE = (".bjs-powered-by", ".fjs-powered-by", ".djs-container svg")
_RUN = """async ([outside, levels]) => {
  const why = (node) => node.failureSummary.split('\\n').slice(1, 2).join('').trim();
  const found = await axe.run({ exclude: outside.map((one) => [one]) }, { resultTypes: ['violations'] });
  return found.violations.filter((one) => levels.includes(one.impact)).flatMap((one) => one.nodes.map(
    (node) => `${one.id} (${one.impact}): ${node.target.join(' ')} – ${why(node)}`));
}"""


@cache
def source() -> str:
    """Install the rules once, however many processes ask, and give their text."""
    node, npm = find_tools() or install_node()
    stamp = RULES / "node_modules" / ".checked"
    wanted = hashlib.sha256((RULES / "package-lock.json").read_bytes()).hexdigest()
    turn = os.open(RULES, os.O_RDONLY)
    try:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not stamp.is_file() or stamp.read_text() != wanted:
            path = os.pathsep.join([str(Path(node).parent), os.environ.get("PATH", "")])
            order = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-progress", "--loglevel=error"]
            subprocess.run(order, cwd=RULES, check=True, env={**os.environ, "PATH": path}, stdout=sys.stderr)
            stamp.write_text(wanted)
    finally:
        os.close(turn)
    return (RULES / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def serious_findings(page: Page) -> list[str]:
    """Look at a page as it stands; list what people with a screen reader or weak eyes would stumble over."""
    # a part that is just being fetched is shown faint for a moment
    page.wait_for_function("() => !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')")
    page.wait_for_timeout(400)
    # given by the debugger, not by the page: the content policy need not allow it
    page.evaluate(source())
    found: list[Any] = page.evaluate(_RUN, [list(OUTSIDE), list(SERIOUS)])
    return [str(one) for one in found]
