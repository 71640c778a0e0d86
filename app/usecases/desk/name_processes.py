"""Name process versions."""

from collections.abc import Iterable, Mapping

from app.domain.errors import YongzhiError
from app.usecases import Tools


def name_processes(
    tools: Tools, *, versions: Iterable[tuple[str, int]], locale: str = "zh"
) -> Mapping[tuple[str, int], str]:
    """Find what processes are called on their diagrams.

    Returns:
        {(key, number): name}; the key where a diagram has no name.
    """
    found: dict[tuple[str, int], str] = {}
    for key, number in versions:
        try:
            name, english = tools.library.process(key, number).names.get(key, ("", ""))
        except YongzhiError:
            name = english = ""
        found[key, number] = (english if locale == "en" else "") or name or key
    return found
