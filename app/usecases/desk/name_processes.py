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


def name_current(tools: Tools, *, process: str) -> tuple[str, str]:
    """Return the name of a process and its English name, as its current version says; empty where it says none."""
    try:
        return tools.library.process(process).names.get(process, ("", ""))
    except YongzhiError:
        return "", ""
