"""Name units by their codes."""

from collections.abc import Iterable, Mapping

from app.usecases import Tools


def name_units(tools: Tools, *, codes: Iterable[str], locale: str = "zh") -> Mapping[str, str]:
    """Find what units are called; a unit's name is no secret.

    Returns:
        {code: name}; unknown codes are left out.
    """
    wanted = {code for code in codes if code}
    if not wanted:
        return {}
    with tools.store.unit_of_work() as uow:
        found = uow.units.many(wanted)
    return {code: (unit.name_en if locale == "en" and unit.name_en else unit.name) for code, unit in found.items()}
