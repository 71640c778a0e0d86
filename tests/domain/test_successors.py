"""Who has the work of units that are gone."""

from app.domain.successors import Heir, choose_heirs, follow_seats, follow_unit, lines_of_heirs

STREET = "33.02.11.004"
ROOM, TRADE, ENFORCE = f"{STREET}.cmd", f"{STREET}.p-market", f"{STREET}.p-enforce"
ORDER = ("grid_member", "street_duty", "platform_market", "unit_leader", "county_duty", "city_duty")



def test_the_successor_comes_first_then_the_offices_above() -> None:
    assert lines_of_heirs([ENFORCE], {ENFORCE: TRADE}) == {ENFORCE: (TRADE, ROOM, "33.02.11", "33.02")}
    assert lines_of_heirs([f"{STREET}.003.012"], {}) == {
        f"{STREET}.003.012": (f"{STREET}.003", ROOM, "33.02.11", "33.02")}
    # a room that is gone itself has only the county above it
    assert lines_of_heirs([ROOM], {}) == {ROOM: ("33.02.11", "33.02")}
    assert lines_of_heirs([f"{STREET}.d-land"], {})[f"{STREET}.d-land"][0] == ROOM


def test_whoever_is_gone_himself_is_passed_over() -> None:
    found = lines_of_heirs([ENFORCE, TRADE, ROOM], {ENFORCE: TRADE, TRADE: f"{STREET}.p-order"})
    assert found[ENFORCE] == (f"{STREET}.p-order", "33.02.11", "33.02")
    # what lies below a place that is gone, is gone
    assert lines_of_heirs([STREET, ENFORCE], {})[ENFORCE] == ("33.02.11", "33.02")
    # units that took each other over do not turn in a circle
    assert lines_of_heirs([ENFORCE, TRADE], {ENFORCE: TRADE, TRADE: ENFORCE})[ENFORCE] == (ROOM, "33.02.11", "33.02")


def test_the_first_in_which_somebody_works_is_the_heir() -> None:
    held = {ROOM: {"street_duty"}, "33.02.11": {"county_duty"}}
    found = choose_heirs({ENFORCE: (TRADE, ROOM, "33.02.11")}, held, ORDER)
    assert found == {ENFORCE: Heir(ROOM, ("street_duty",))}
    assert choose_heirs({ENFORCE: (TRADE,)}, {}, ORDER) == {}
    assert choose_heirs({ENFORCE: (TRADE,)}, {TRADE: {"unit_leader", "unknown", "platform_market"}}, ORDER) == {
        ENFORCE: Heir(TRADE, ("platform_market", "unit_leader"))}


def test_seats_follow_with_their_role_where_somebody_has_it() -> None:
    heirs = {ENFORCE: Heir(TRADE, ("platform_market", "unit_leader"))}
    seats = (("platform_enforce", ENFORCE), ("unit_leader", ENFORCE), ("street_duty", ROOM), ("citizen", ENFORCE))
    moved, used = follow_seats(seats, heirs)
    assert moved == (("platform_market", TRADE), ("unit_leader", TRADE), ("street_duty", ROOM), ("citizen", ENFORCE))
    assert used == heirs and follow_seats(moved, heirs) == (moved, {})
    assert (follow_unit(ENFORCE, heirs), follow_unit(ROOM, heirs), follow_unit(ENFORCE, {})) == (TRADE, ROOM, ENFORCE)


def test_what_lies_below_a_unit_that_is_gone_follows_it_and_the_accused_gets_nothing() -> None:
    heirs = {STREET: Heir("33.02.11", ("county_duty",))}
    assert follow_seats((("grid_member", f"{STREET}.003.012"),), heirs)[0] == (("county_duty", "33.02.11"),)
    both = {ENFORCE: Heir(TRADE, ("platform_market",))}
    seats = (("platform_enforce", ENFORCE), ("street_duty", ROOM))
    assert follow_seats(seats, both, (TRADE,))[0] == (("street_duty", ROOM),)
    # where only the accused are left, the matter is not lost
    assert follow_seats(seats[:1], both, (TRADE,))[0] == (("platform_market", TRADE),)
