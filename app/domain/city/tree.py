"""Make units and areas of a plan, one after the other and parents first."""

from collections.abc import Iterator, Mapping, Sequence
from random import Random

from app.domain.city.layout import split
from app.domain.city.plan import CountyPlan, Plan, StreetPlan, VillagePlan
from app.domain.city.records import Area, Box
from app.domain.org import Unit, make_unit

#: what streets, counties and the city have besides places: {"street" | "offices" | "county" | "city": rows}
Parts = Mapping[str, Sequence[Mapping[str, str]]]


def units(plan: Plan, parts: Parts) -> Iterator[Unit]:
    """Walk through all units of the city."""
    since = plan.valid_from
    yield make_unit(plan.code, plan.zh, plan.en, valid_from=since)
    for row in parts["city"]:
        yield _part(plan.code, plan.zh, plan.en, row, plan)
    for county in plan.counties:
        yield make_unit(county.code, county.zh, county.en, valid_from=since)
        for row in parts["county"]:
            yield _part(county.code, county.zh, county.en, row, plan)
        for street in county.streets:
            yield make_unit(street.code, street.zh, street.en, valid_from=since)
            for row in (*parts["street"], *parts["offices"][: street.offices]):
                yield _part(street.code, street.zh, street.en, row, plan)
            yield from _below(street, plan)


def _part(code: str, zh: str, en: str, row: Mapping[str, str], plan: Plan) -> Unit:
    """Make a command room, platform, office, station or department."""
    return make_unit(f"{code}.{row['code']}", zh + row["zh"], f"{en} {row['en']}", valid_from=plan.valid_from)


def _below(street: StreetPlan, plan: Plan) -> Iterator[Unit]:
    """Walk through villages, grids and micro-grids of a street; grids are numbered across it."""
    number, since = 0, plan.valid_from
    for village in street.villages:
        yield make_unit(village.code, village.zh, f"{street.en} {village.en}", valid_from=since)
        for n, micro_grids in enumerate(village.micro_grids, start=1):
            number += 1
            code, zh, en = (
                f"{village.code}.{n:03}",
                f"{street.short}{number:03}网格",
                f"{street.en} grid {number:03}",
            )
            yield make_unit(code, zh, en, valid_from=since)
            for m in range(1, micro_grids + 1):
                yield make_unit(f"{code}.{m:03}", f"{zh}第{m}微网格", f"{en} micro-grid {m}", valid_from=since)


def areas(plan: Plan) -> Iterator[Area]:
    """Walk through the areas from county to grid; the children of an area tile it exactly."""
    for county in plan.counties:
        yield Area.of_box(county.code, county.box)
        for street in county.streets:
            yield Area.of_box(street.code, street.box)
            grounds = split(street.box, len(street.villages), _dice(plan, street))
            for village, ground in zip(street.villages, grounds, strict=True):
                yield Area.of_box(village.code, ground)
                yield from _grids(plan, village, ground)


def _grids(plan: Plan, village: VillagePlan, ground: Box) -> Iterator[Area]:
    """Cut a village into its grids."""
    boxes = split(ground, len(village.micro_grids), _dice(plan, village))
    for n, box in enumerate(boxes, start=1):
        yield Area.of_box(f"{village.code}.{n:03}", box)


def _dice(plan: Plan, place: CountyPlan | StreetPlan | VillagePlan) -> Random:
    """Make the source of unevenness of one place, so that a change elsewhere does not move its borders."""
    return Random(f"{plan.seed}:{place.code}")
