"""People, their roles, duties, sessions; units; files."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from app.domain.actor import Assignment
from app.domain.errors import Conflict, Invalid, NotFound
from app.domain.ids import county_of, new_id
from app.domain.org import make_unit
from app.domain.records import PersonRow, RoleRow, RosterRow, UnitPlace
from app.domain.records_traffic import AttachmentRow
from app.store import Store
from tests.store.cast import AT, COUNTY, PLATFORM, ROOM, STREET, Cast, start


def test_an_actor_has_the_roles_that_are_valid_now(store: Store, cast: Cast) -> None:
    who = cast.duty.person_id
    assert who is not None
    assert cast.duty.assignments == (Assignment("street_duty", ROOM),)
    with store.unit_of_work() as uow:
        uow.roles.grant_many([RoleRow(who, "street_affairs", ROOM, AT + timedelta(days=1), AT + timedelta(days=2))])
        assert uow.roles.end(who, "street_duty", ROOM, AT + timedelta(days=1))
        assert not uow.roles.end(who, "auditor", ROOM, AT)
        uow.commit()
    with store.unit_of_work() as uow:
        held = [uow.people.actor(who, AT + timedelta(hours=hours)).roles for hours in (0, 23, 24, 47, 48)]
        assert held == [{"street_duty"}] * 2 + [{"street_affairs"}] * 2 + [frozenset()]
        assert [person.username for person in uow.people.with_role("street_duty", ROOM, AT)] == [
            "both",
            "duty",
            "second_duty",
        ]
        assert len(uow.people.with_role("street_duty", ROOM, AT + timedelta(days=1))) == 2
        assert [row.role for row in uow.roles.of_person(who)] == ["street_duty", "street_affairs"]


def test_a_closed_account_acts_no_more(store: Store, cast: Cast) -> None:
    who = cast.duty.person_id
    assert who is not None
    with store.unit_of_work() as uow:
        uow.people.change(who, active=False, locale="en", name="New")
        uow.commit()
    with store.unit_of_work() as uow:
        with pytest.raises(NotFound):
            uow.people.actor(who, AT)
        assert [person.username for person in uow.people.with_role("street_duty", ROOM, AT)] == ["both", "second_duty"]
        assert uow.people.get(who).name == "New"
        with pytest.raises(NotFound):
            uow.people.change(new_id(11, AT), active=False)
        with pytest.raises(TypeError):
            uow.people.change(who, username="other")


def test_a_role_is_held_once(store: Store, cast: Cast) -> None:
    who = cast.duty.person_id
    assert who is not None
    with pytest.raises(Conflict, match="held"), store.unit_of_work() as uow:
        uow.roles.grant_many(uow.roles.of_person(who))


def test_people_are_listed_by_name_and_part_of_it(store: Store, cast: Cast) -> None:
    with store.unit_of_work() as uow:
        names = [person.username for person in uow.people.list(limit=3)]
        assert names == sorted(cast.actors)[:3]
        assert [p.username for p in uow.people.list(after=names[-1], limit=2)] == sorted(cast.actors)[3:5]
        assert [p.username for p in uow.people.list(q="DUTY")] == ["county_duty", "duty", "second_duty"]
        assert uow.people.list(q="%") == ()


def test_who_is_on_duty(store: Store, cast: Cast) -> None:
    duty, second = cast.duty.person_id, cast.second_duty.person_id
    assert duty and second
    hour = timedelta(hours=1)
    with store.unit_of_work() as uow:
        rows = [
            RosterRow(new_id(11, AT), ROOM, "street_duty", duty, AT, AT + 8 * hour),
            RosterRow(new_id(11, AT), ROOM, "street_duty", second, AT + 8 * hour, AT + 16 * hour),
        ]
        uow.rosters.add_many(rows)
        uow.commit()
    with store.unit_of_work() as uow:
        on_duty = [
            [p.username for p in uow.people.on_duty(ROOM, "street_duty", AT + hours * hour)] for hours in (-1, 0, 8, 16)
        ]
        assert on_duty == [[], ["duty"], ["second_duty"], []]
        assert uow.people.on_duty(STREET, "street_duty", AT) == ()
        assert uow.rosters.of_unit(ROOM, AT, AT + 9 * hour) == tuple(rows)
        assert uow.rosters.drop(rows[0].id)
        assert not uow.rosters.drop(rows[0].id)
        uow.commit()


def test_sessions_end(store: Store, cast: Cast) -> None:
    who = cast.duty.person_id
    assert who is not None
    with store.unit_of_work() as uow:
        for token in (b"a", b"b", b"c"):
            uow.sessions.add(token, who, "cookie", AT, AT + timedelta(hours=12))
        uow.sessions.touch(b"a", AT + timedelta(hours=1))
        uow.sessions.drop(b"b")
        uow.commit()
    with store.unit_of_work() as uow:
        assert uow.sessions.signed_in(b"a", AT + timedelta(hours=11), AT) == (cast.duty, AT + timedelta(hours=1))
        assert uow.sessions.signed_in(b"a", AT + timedelta(hours=12), AT) is None
        assert uow.sessions.signed_in(b"b", AT, AT) is None
        assert uow.sessions.drop_of(who) == 2
        uow.sessions.add(b"d", who, "bearer", AT, AT + timedelta(hours=1))
        assert uow.sessions.drop_expired(AT + timedelta(hours=1)) == 1
        uow.commit()


def test_failed_attempts_count_by_name_and_by_address(store: Store) -> None:
    with store.unit_of_work() as uow:
        for minute, (name, address, ok) in enumerate(
            [("a", "1", False), ("a", "2", False), ("b", "1", False), ("c", "1", True)]
        ):
            uow.sessions.record_attempt(name, address, AT + timedelta(minutes=minute), ok=ok)
        assert uow.sessions.failed_attempts("a", "1", AT) == (1, 2, 2)
        assert uow.sessions.failed_attempts("a", "1", AT + timedelta(minutes=1)) == (0, 1, 1)
        uow.sessions.record_attempt("a", "2", AT + timedelta(minutes=8), ok=True)
        # a success elsewhere excuses the name, not the guesses from here
        assert uow.sessions.failed_attempts("a", "1", AT) == (1, 0, 2)
        uow.sessions.record_attempt("a", "1", AT + timedelta(minutes=9), ok=True)
        assert uow.sessions.failed_attempts("a", "1", AT)[:2] == (0, 0)
        assert uow.sessions.drop_attempts_before(AT + timedelta(minutes=3)) == 3
        uow.commit()


def test_units_are_loaded_found_and_changed(store: Store) -> None:
    codes = [COUNTY, STREET, ROOM, PLATFORM, STREET + ".003", STREET + ".003.012", "33.02.11.0045", "33.02"]
    places = [UnitPlace(make_unit(code, f"名{code}", f"en {code}")) for code in codes if code != "33.02.11.0045"]
    places[0] = UnitPlace(places[0].unit, b"\x01\x00outline", 29.9, 121.7)
    with store.unit_of_work() as uow:
        assert uow.units.load_many(places) == 7
        uow.commit()
    with store.unit_of_work() as uow:
        assert uow.units.get(STREET) == places[1].unit
        assert uow.units.find("33.02.99") is None
        with pytest.raises(NotFound):
            uow.units.get("33.02.99")
        assert [unit.code for unit in uow.units.children(STREET)] == sorted([STREET + ".003", ROOM, PLATFORM])
        assert {unit.code for unit in uow.units.subtree(STREET)} == {
            STREET,
            ROOM,
            PLATFORM,
            STREET + ".003",
            STREET + ".003.012",
        }
        assert uow.units.place(COUNTY) == places[0]
        assert [bytes(area) for _, area in uow.units.all_areas(4)] == [b"\x01\x00outline"]
        assert set(uow.units.many([STREET, ROOM, "x"])) == {STREET, ROOM}
        assert uow.units.load_many([UnitPlace(make_unit(STREET, "新名", "New name"))]) == 1
        assert uow.units.dissolve(STREET, date(2026, 12, 31))
        uow.commit()
    with store.unit_of_work() as uow:
        found = uow.units.get(STREET)
        assert (found.name, found.valid_to, uow.units.count()) == ("新名", date(2026, 12, 31), 7)


def test_a_file_goes_with_its_report_to_the_case(store: Store, cast: Cast) -> None:
    case = start(store, county=11)

    def upload(name: str, by: str) -> UUID:
        row = AttachmentRow(county=0, id=new_id(0, AT), name=name, media_type="image/jpeg", size=3, sha256=b"s",
                            path=name, uploaded_by=by, uploaded_at=AT)  # fmt: skip
        with store.unit_of_work() as uow:
            uow.attachments.add(row)
            uow.commit()
        return row.id

    mine, foreign = upload("mine.jpg", cast.citizen.id), upload("foreign.jpg", cast.duty.id)
    ids = {mine: new_id(11, AT), foreign: new_id(11, AT)}
    with store.unit_of_work() as uow:
        assert uow.attachments.adopt(ids, case.id, uploaded_by=cast.citizen.id) == 1
        assert uow.attachments.adopt(ids, case.id, uploaded_by=cast.citizen.id) == 0
        uow.commit()
    with store.unit_of_work() as uow:
        (found,) = uow.attachments.of_case(case.id)
        assert (found.id, found.county, found.name) == (ids[mine], county_of(case.id), "mine.jpg")
        assert uow.attachments.find(mine) is None
        assert uow.attachments.get(foreign).case_id is None
        assert uow.attachments.many([ids[mine], mine]) == (found,)
        with pytest.raises(NotFound):
            uow.attachments.get(mine)


def test_a_number_that_is_too_large_is_invalid(store: Store) -> None:
    person = PersonRow(99999, new_id(11, AT), "x", "x", "", "", "zh", True, AT)
    with pytest.raises(Invalid), store.unit_of_work() as uow:
        uow.people.add_many([person])


def test_a_session_knows_the_roles_of_the_moment_and_ends_with_the_account(store: Store) -> None:
    found = []
    for county in (0, 11, 255, 256, 11_02, 0x3FFF):
        who = new_id(county, AT)
        with store.unit_of_work() as uow:
            uow.people.add_many([PersonRow(county, who, f"p{county}", "", "", "", "zh", True, AT)])
            uow.roles.grant_many([RoleRow(who, "auditor", "33.02", AT + timedelta(hours=1), AT + timedelta(hours=2))])
            uow.sessions.add(b"%d" % county, who, "bearer", AT, AT + timedelta(hours=9))
            uow.commit()
        with store.unit_of_work() as uow:
            for hours in (0, 1, 2):
                actor, _ = uow.sessions.signed_in(b"%d" % county, AT, AT + timedelta(hours=hours)) or (None, AT)
                assert actor == uow.people.actor(who, AT + timedelta(hours=hours))
                found.append(sorted(actor.roles))
            uow.people.change(who, active=False)
            assert uow.sessions.signed_in(b"%d" % county, AT, AT) is None
            uow.commit()
    assert found == [[], ["auditor"], []] * 6


def test_choices_are_places_of_a_level_or_offices_from_a_level_on(store: Store) -> None:
    grid, office = STREET + ".003.012", PLATFORM
    places = [UnitPlace(make_unit(code, f"名{code}", f"en {code}")) for code in (COUNTY, STREET, office, grid)]
    with store.unit_of_work() as uow:
        uow.units.load_many(places)
        uow.commit()
    with store.unit_of_work() as uow:
        offices = [code for code, *_ in uow.units.choices(COUNTY, 3, places=False)]
        assert offices == sorted([COUNTY, STREET, office])
        assert uow.units.choices(STREET, 1, places=True) == ((grid, f"名{grid}", f"en {grid}"),)
        assert [code for code, *_ in uow.units.choices(COUNTY, 3, places=False, of=[STREET, grid, "x"])] == [STREET]
        assert uow.units.choices(COUNTY, 3, places=False, of=[]) == ()


def test_a_streets_choices_hold_the_departments_of_its_county_and_nothing_of_other_streets(store: Store) -> None:
    department, other = f"{COUNTY}.d-land", f"{COUNTY}.005"
    places = [UnitPlace(make_unit(code, code, code)) for code in (COUNTY, department, STREET, PLATFORM, other)]
    with store.unit_of_work() as uow:
        uow.units.load_many(places)
        uow.commit()
    with store.unit_of_work() as uow:
        found = [code for code, *_ in uow.units.choices(STREET, 3, places=False, beside=COUNTY)]
        assert found == sorted([COUNTY, department, STREET, PLATFORM])
        chosen = uow.units.choices(STREET, 3, places=False, of=[department, other], beside=COUNTY)
        assert [code for code, *_ in chosen] == [department]
