"""The city as one process knows it: read from files and store once, and again when it may have changed."""

import logging
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from app.domain.calendar import WorkingCalendar
from app.domain.catalogue import Catalogue, load_catalogue
from app.domain.city.records import Area
from app.domain.city_files import load_calendar, load_roles, read_yaml
from app.domain.connectors import Connector, read_connectors
from app.domain.geometry import GridIndex
from app.domain.org import Role
from app.domain.outlines import read_outline
from app.domain.register_files import read_registers
from app.domain.registers import Register
from app.domain.successors import Heir, Heirs, choose_heirs, lines_of_heirs
from app.domain.titles import Title
from app.store import Store
from app.usecases.kept import Kept
from app.usecases.offered_units import OfferedUnits

log = logging.getLogger("yongzhi.city")

_GRID_LEVEL = 1


class City:
    """Catalogue, roles, platforms, texts, calendar and grids of one installation."""

    def __init__(self, store: Store, folder: Path) -> None:
        """Remember where to read; nothing is read before it is asked for.

        Args:
            store: overrides of the calendar, outlines of the grids.
            folder: `city/`.
        """
        self.folder = folder
        self._calendar = Kept(lambda: _calendar(store, folder))
        self._heirs = Kept(lambda: _heirs(store, self.roles))
        self._grids = Kept(lambda: _grids(store), forever=lambda index: len(index) > 0)
        self.offered = OfferedUnits()

    @cached_property
    def roles(self) -> Mapping[str, Role]:
        """Every role, {code: role}."""
        return load_roles(self.folder)

    @cached_property
    def catalogue(self) -> Catalogue:
        """Affairs and items."""
        return load_catalogue(self.folder)

    @cached_property
    def texts(self) -> Mapping[str, Mapping[str, Any]]:
        """Texts for messages, {key: {zh, en}}, of all files in `city/texts/`."""
        found: dict[str, Mapping[str, Any]] = {}
        for path in sorted((self.folder / "texts").glob("*.yaml")):
            found.update(read_yaml(path))
        return found

    @cached_property
    def names(self) -> Mapping[str, Title]:
        """What people call limits and milestones, {short word in the diagrams: title}, of `city/names.yaml`."""
        named = read_yaml(self.folder / "names.yaml")
        return {str(key): Title(words["zh"], words["en"]) for key, words in named.items()}

    @cached_property
    def registers(self) -> Mapping[str, Register]:
        """Declared row types, {key: register}, of all files in `city/registers/`; a wrong one is left out."""
        declared = read_registers(self.folder / "registers", self.roles)
        for finding in (one for findings in declared.wrong.values() for one in findings):
            log.error("A register cannot be used: %s", finding)
        return declared.registers

    @cached_property
    def connectors(self) -> Mapping[str, Connector]:
        """Operations that other systems perform, {operation: connector}."""
        path = self.folder / "connectors.yaml"
        return read_connectors(read_yaml(path)) if path.exists() else {}

    @cached_property
    def root(self) -> str:
        """Code of the city's own unit, above everything else."""
        return str(read_yaml(self.folder / "units.yaml")["city"]["code"])

    @property
    def calendar(self) -> WorkingCalendar:
        """Working time: the announced calendar, the city's file, and above both what operators set."""
        return self._calendar.get()

    @property
    def grids(self) -> GridIndex:
        """The grid of any point; empty until a city is loaded."""
        return self._grids.get()

    @property
    def heirs(self) -> Heirs:
        """Who has the work of units that are gone; mostly none is."""
        return self._heirs.get()

    def refresh(self) -> None:
        """Read what the store knows of the city again at the next use, because this process has just changed it."""
        for kept in (self._calendar, self._grids, self._heirs, self.offered):
            kept.forget()


def _calendar(store: Store, folder: Path) -> WorkingCalendar:
    printed = load_calendar(folder)
    with store.unit_of_work() as uow:
        set_days = {row.day: row.is_workday for row in uow.calendar.days()}
    return WorkingCalendar({**printed.overrides, **set_days}, printed.hours, printed.tz)


def _heirs(store: Store, roles: Mapping[str, Role]) -> dict[str, Heir]:
    with store.unit_of_work() as uow:
        gone, successors = uow.offices.gone()
        lines = lines_of_heirs(gone, successors)
        held = uow.offices.held({unit for line in lines.values() for unit in line}) if lines else {}
    return choose_heirs(lines, held, roles)


def _grids(store: Store) -> GridIndex:
    with store.unit_of_work() as uow:
        outlines = uow.units.all_areas(_GRID_LEVEL)
    return GridIndex(Area(code, read_outline(area)) for code, area in outlines)
