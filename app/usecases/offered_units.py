"""The units that forms offer; the same lists for everybody of a street, so they are read once."""

from app.store.unit_of_work import UnitOfWork
from app.usecases.kept import Kept

#: lists that are kept
_MOST = 1000
#: code, Chinese and English name of each unit
Choices = tuple[tuple[str, str, str], ...]


class OfferedUnits:
    """Lists of units as one process knows them."""

    def __init__(self) -> None:
        self._known: Kept[dict[tuple[str, int, bool, str], Choices]] = Kept(dict)

    def read(self, uow: UnitOfWork, below: str, level: int, *, places: bool, beside: str = "") -> Choices:
        """List units as `Units.choices` does."""
        known, wanted = self._known.get(), (below, level, places, beside)
        # read once: another thread may clear the lists meanwhile
        found = known.get(wanted)
        if found is None:
            if len(known) >= _MOST:
                known.clear()
            known[wanted] = found = uow.units.choices(below, level, places=places, beside=beside)
        return found

    def forget(self) -> None:
        """List units anew, because this process has just added or named one."""
        self._known.forget()
