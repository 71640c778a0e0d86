"""Values for filters: those that the city's files and units name, in the reader's language, around his own seat."""

from dataclasses import replace

import pytest

from app.domain.actor import Actor
from app.usecases import Tools
from app.usecases.desk.offer_values import offer_values

STREET = "33.02.11.004"


@pytest.fixture
def officer(demo_city: Tools) -> Actor:
    with demo_city.store.unit_of_work() as uow:
        found = uow.people.by_username("duty.zs")
        assert found is not None
        return uow.people.actor(found.id, demo_city.clock.now())


def test_items_stand_under_their_affairs_in_both_languages(demo_city: Tools, officer: Actor) -> None:
    both = [offer_values(demo_city, actor=replace(officer, locale=one), field="item_code") for one in ("zh", "en")]
    chinese, english = ({one.value: one for one in found} for found in both)
    assert len(chinese) == len(english) == len(demo_city.city.catalogue.items) > 100
    assert chinese["C14-05"].label == "C14-05 垃圾倾倒" and english["C14-05"].label == "C14-05 Rubbish dumping"
    assert chinese["C14-05"].group and chinese["C14-05"].group != english["C14-05"].group
    affairs = offer_values(demo_city, actor=officer, field="affair_code")
    assert {one.value for one in affairs} == set(demo_city.city.catalogue.affairs)


def test_places_and_units_are_those_around_the_seat(demo_city: Tools, officer: Actor) -> None:
    def codes(field: str) -> list[str]:
        return [one.value for one in offer_values(demo_city, actor=officer, field=field)]

    assert STREET in codes("street") and {one[:8] for one in codes("street")} == {STREET[:8]}
    assert codes("grid") and all(one.startswith(STREET + ".") and one.count(".") == 5 for one in codes("grid"))
    assert all(one.count(".") == 4 for one in codes("village"))
    assert "33.02.11" in codes("county") and all(one.count(".") == 2 for one in codes("county"))
    assert f"{STREET}.p-enforce" in codes("lead_unit")
    names = {one.label for one in offer_values(demo_city, actor=replace(officer, locale="en"), field="street")}
    assert all(name.isascii() for name in names)


def test_platforms_and_roles_have_names_and_free_fields_offer_nothing(demo_city: Tools, officer: Actor) -> None:
    platforms = {one.value: one.label for one in offer_values(demo_city, actor=officer, field="platform")}
    assert platforms["enforce"] == "综合执法" and "emergency" in platforms
    roles = {one.value: one.label for one in offer_values(demo_city, actor=officer, field="role")}
    assert roles["street_duty"] == "综合指挥岗"
    for field in ("content", "created_at", "reporter_phone", "x; drop table tasks"):
        assert offer_values(demo_city, actor=officer, field=field) == ()
