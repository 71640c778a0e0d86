"""What the elements of running diagrams are called; shared by the verbs that show facts."""

from app.domain.errors import YongzhiError
from app.domain.facts import Fact
from app.engine.library import PublishedLibrary
from app.engine.versions import ProcessVersion


def place_of(fact: Fact) -> tuple[str, str]:
    """Find the process and the element that a fact is about.

    Commands name their element by the key of the timer, task or message: `process/node#nth`.
    """
    key = str(fact.content.get("key") or "")
    if fact.node or "/" not in key:
        return fact.process, fact.node
    process, _, node = key.rpartition("#")[0].partition("/")
    return process, node


class ElementNames:
    """Names from the current versions: an older element that is gone is shown by its id."""

    def __init__(self, library: PublishedLibrary) -> None:
        self._library = library
        self._known: dict[str, ProcessVersion | None] = {}

    def of(self, process: str, node: str) -> tuple[str, str]:
        """Return (name, English name) of an element; empty texts where it has none."""
        if not process or not node:
            return "", ""
        if process not in self._known:
            try:
                self._known[process] = self._library.process(process)
            except YongzhiError:
                self._known[process] = None
        version = self._known[process]
        return version.names.get(node, (node, "")) if version else (node, "")
