"""Administrators look after their part of the tree, nobody gives himself anything, and every change is a fact."""

from datetime import timedelta
from uuid import UUID

import pytest

from app.domain.actor import SYSTEM, Actor
from app.domain.errors import Conflict, Forbidden, Invalid, NotFound, SignInFailed
from app.domain.facts import first_break
from app.domain.office import MoreThanYouHave, NotYourOwn, OutsideYourUnits, PersonNotFound, UnitInUse
from app.usecases import Tools
from app.usecases.people.add_duty import add_duty
from app.usecases.people.add_person import add_person
from app.usecases.people.change_password import change_password
from app.usecases.people.change_person import change_person
from app.usecases.people.dissolve_unit import dissolve_unit
from app.usecases.people.drop_duty import drop_duty
from app.usecases.people.grant_role import grant_role
from app.usecases.people.identify import identify
from app.usecases.people.list_duties import list_duties
from app.usecases.people.list_people import list_people
from app.usecases.people.list_units import list_units
from app.usecases.people.load_city import load_city
from app.usecases.people.read_person import read_person
from app.usecases.people.reset_password import reset_password
from app.usecases.people.revoke_role import revoke_role
from app.usecases.people.save_unit import save_unit
from app.usecases.people.sign_in import sign_in

COUNTY, OTHER = "33.02.11", "33.02.12"
ROOM = "33.02.11.004.cmd"
PASSWORD = "a long enough sentence"


@pytest.fixture
def office(tools: Tools) -> Tools:
    load_city(tools)
    return tools


def person_of(tools: Tools, username: str) -> UUID:
    with tools.store.unit_of_work() as uow:
        found = uow.people.by_username(username)
        assert found is not None
        return found.id


def acting(tools: Tools, username: str) -> Actor:
    with tools.store.unit_of_work() as uow:
        found = uow.people.by_username(username)
        assert found is not None
        return uow.people.actor(found.id, tools.clock.now())


@pytest.fixture
def admin(office: Tools) -> Actor:
    """The administrator of one county, put there by the city's."""
    add_person(office, actor=SYSTEM, username="keeper", name="区管理员", unit=COUNTY)
    with office.store.unit_of_work() as uow:
        from app.domain.records import RoleRow

        uow.roles.grant_many([RoleRow(person_of_in(uow, "keeper"), "sys_admin", COUNTY, office.clock.now())])
        uow.commit()
    return acting(office, "keeper")


def person_of_in(uow: object, username: str) -> UUID:
    return uow.people.by_username(username).id  # type: ignore[attr-defined,no-any-return]


def facts_of(tools: Tools, subject: UUID) -> list[tuple[str, str]]:
    with tools.store.unit_of_work() as uow:
        facts = uow.office_facts.of(subject)
    assert first_break(reversed(facts)) is None
    return [(fact.kind, fact.actor_name) for fact in reversed(facts)]


def test_an_administrator_sees_his_part_of_the_tree_only(office: Tools, admin: Actor) -> None:
    seen, after = [], ""
    while True:
        page = list_people(office, actor=admin, after=after, limit=200)
        seen += page.rows
        if not page.next:
            break
        after = page.next
    assert len(seen) > 50
    for one in seen:
        assert all(seat.split("@")[1].startswith(COUNTY) for seat in one.seats), one
    assert not list_people(office, actor=admin, q="county.duty.nh").rows
    assert list_people(office, actor=admin, q="duty.zs").rows
    assert not list_people(office, actor=acting(office, "duty.zs")).rows
    units = list_units(office, actor=admin, limit=1000).rows
    assert units and all(unit.code.startswith(COUNTY) for unit in units)


def test_an_account_from_its_first_day_to_its_last(office: Tools, admin: Actor) -> None:
    made = add_person(office, actor=admin, username="new.one", name="新来的", unit=ROOM, phone="13800000000")
    grant_role(office, actor=admin, username="new.one", role="street_duty", unit=ROOM)
    secret = reset_password(office, actor=admin, person_id=made)
    signed = sign_in(office, username="new.one", password=secret, address="1.2.3.4", kind="cookie")
    change_password(office, actor=signed.actor, old=secret, new=PASSWORD, keep=signed.token)
    assert identify(office, token=signed.token) is not None
    changed = change_person(office, actor=admin, person_id=made, fields={"name": "老张", "phone": "13800000000"})
    assert changed == {"name": ["新来的", "老张"]}
    revoke_role(office, actor=admin, person_id=made, role="street_duty", unit=ROOM)
    assert identify(office, token=signed.token).assignments == ()  # type: ignore[union-attr]
    change_person(office, actor=admin, person_id=made, fields={}, active=False)
    assert identify(office, token=signed.token) is None
    with pytest.raises(SignInFailed):
        sign_in(office, username="new.one", password=PASSWORD, address="1.2.3.4", kind="cookie")
    keeper = admin.name
    assert facts_of(office, made) == [
        ("PersonAdded", keeper), ("RoleGranted", keeper), ("PasswordReset", keeper), ("PasswordChanged", "新来的"),
        ("PersonChanged", keeper), ("RoleRevoked", keeper), ("PersonClosed", keeper),
    ]  # fmt: skip
    view = read_person(office, actor=admin, person_id=made)
    assert not view.person.active and view.person.seats == () and len(view.history) == 7


def test_nobody_reaches_further_than_his_part_of_the_tree(office: Tools, admin: Actor) -> None:
    elsewhere = person_of(office, "county.duty.nh")
    for attempt in (
        lambda: read_person(office, actor=admin, person_id=elsewhere),
        lambda: reset_password(office, actor=admin, person_id=elsewhere),
        lambda: change_person(office, actor=admin, person_id=elsewhere, fields={"name": "X"}),
        lambda: revoke_role(office, actor=admin, person_id=elsewhere, role="county_duty", unit="33.02.26"),
    ):
        with pytest.raises(PersonNotFound):
            attempt()
    with pytest.raises(OutsideYourUnits):
        add_person(office, actor=admin, username="far.away", name="X", unit=OTHER)
    with pytest.raises(OutsideYourUnits):
        grant_role(office, actor=admin, username="duty.zs", role="county_duty", unit=OTHER)
    # whoever also holds something above is looked after from above
    grant_role(office, actor=SYSTEM, username="duty.zs", role="city_duty", unit="33.02")
    with pytest.raises(PersonNotFound):
        reset_password(office, actor=admin, person_id=person_of(office, "duty.zs"))
    with pytest.raises(Forbidden):
        add_person(office, actor=acting(office, "director.zs"), username="mine", name="X", unit=ROOM)


def test_nobody_gives_himself_anything(office: Tools, admin: Actor) -> None:
    assert admin.person_id
    with pytest.raises(MoreThanYouHave):
        grant_role(office, actor=admin, username="keeper", role="county_director", unit=COUNTY)
    for role in ("process_designer", "auditor"):
        # what they do holds for the whole city, and the city's seat is not his
        with pytest.raises((MoreThanYouHave, OutsideYourUnits, Invalid)):
            grant_role(office, actor=admin, username="duty.zs", role=role, unit=COUNTY)
    for attempt in (
        lambda: reset_password(office, actor=admin, person_id=admin.person_id),
        lambda: change_person(office, actor=admin, person_id=admin.person_id, fields={}, active=False),
        lambda: revoke_role(office, actor=admin, person_id=admin.person_id, role="sys_admin", unit=COUNTY),
    ):
        with pytest.raises(NotYourOwn):
            attempt()


def test_a_role_sits_where_it_sits(office: Tools, admin: Actor) -> None:
    with pytest.raises(Invalid) as refused:
        grant_role(office, actor=admin, username="duty.zs", role="street_duty", unit="33.02.11.004")
    assert "unit" in refused.value.errors


@pytest.mark.parametrize(
    ("field", "text"), [("name", ""), ("name", "x" * 61), ("phone", "call me"), ("mail", "nobody"), ("unit", "99.99")]
)
def test_what_is_written_about_a_person_is_checked(office: Tools, admin: Actor, field: str, text: str) -> None:
    with pytest.raises(Invalid) as refused:
        change_person(office, actor=admin, person_id=person_of(office, "duty.zs"), fields={field: text})
    assert field in refused.value.errors


def test_a_user_name_is_taken_once(office: Tools, admin: Actor) -> None:
    with pytest.raises((Invalid, Conflict)):
        add_person(office, actor=admin, username="duty.zs", name="X", unit=ROOM)


def test_units_are_added_renamed_and_dissolved(office: Tools, admin: Actor) -> None:
    code = "33.02.11.004.s-tax"
    save_unit(office, actor=admin, code=code, name="税务所", name_en="Tax station")
    assert save_unit(office, actor=admin, code=code, name="税务分局").name == "税务分局"
    for wrong in ("33.02.11.999.s-tax", "no code", "33.02.11.004.x-tax"):
        with pytest.raises(Invalid):
            save_unit(office, actor=admin, code=wrong, name="X")
    with pytest.raises(OutsideYourUnits):
        save_unit(office, actor=admin, code="33.02.12.d-tax", name="X")
    with pytest.raises(UnitInUse):
        dissolve_unit(office, actor=admin, code=ROOM)
    dissolve_unit(office, actor=admin, code=code)
    from app.store.office_facts import subject_of

    assert [kind for kind, _ in facts_of(office, subject_of(code))] == ["UnitAdded", "UnitChanged", "UnitDissolved"]


def test_duty_rosters(office: Tools, admin: Actor) -> None:
    now = office.clock.now()
    director = acting(office, "director.zs")
    begins, ends = now + timedelta(days=400), now + timedelta(days=400, hours=8)
    given = {"unit": ROOM, "role": "street_duty", "from_at": begins, "to_at": ends}
    made = add_duty(office, actor=director, username="duty.zs", **given)  # type: ignore[arg-type]
    for wrong in ({"username": "enforce.zs"}, {"username": "duty.zs"}, {"username": "nobody"},
                  {"username": "duty.zs", "to_at": now}):  # fmt: skip
        with pytest.raises(Invalid):
            add_duty(office, actor=director, **{**given, **wrong})  # type: ignore[arg-type]
    with pytest.raises(OutsideYourUnits):
        add_duty(office, actor=acting(office, "enforce.zs"), username="duty.zs", **given)  # type: ignore[arg-type]
    seen = list_duties(office, actor=acting(office, "duty.zs"), unit=ROOM, since=begins, until=ends)
    assert "duty.zs" in {one.username for one in seen.duties} and not seen.may_write
    with pytest.raises(NotFound):
        list_duties(office, actor=acting(office, "enforce.zs"), unit=ROOM, since=begins, until=ends)
    with office.store.unit_of_work() as uow:
        assert {one.username for one in uow.people.on_duty(ROOM, "street_duty", begins)} >= {"duty.zs"}
    drop_duty(office, actor=director, unit=ROOM, duty_id=made)
    with pytest.raises(NotFound):
        drop_duty(office, actor=director, unit=ROOM, duty_id=made)


@pytest.mark.parametrize("mail", ["a,b@example.cn", "a;b@example.cn", "<a@example.cn", 'x"y@example.cn', "a@b"])
def test_a_mail_address_is_one_address(office: Tools, admin: Actor, mail: str) -> None:
    with pytest.raises(Invalid) as refused:
        add_person(office, actor=admin, username="new.one", name="新来的", unit=ROOM, mail=mail)
    assert set(refused.value.errors) == {"mail"}


# --- a county's administrator of people ----------------------------------------------------------


@pytest.fixture
def clerk(office: Tools) -> Actor:
    """Somebody who administers the people of one county, and nothing else."""
    add_person(office, actor=SYSTEM, username="clerk", name="区县人员管理员", unit=COUNTY)
    grant_role(office, actor=SYSTEM, username="clerk", role="county_admin", unit=COUNTY)
    return acting(office, "clerk")


def test_he_looks_after_his_countys_people_only(office: Tools, clerk: Actor) -> None:
    names = {one.username for one in list_people(office, actor=clerk, limit=200).rows}
    assert "duty.zs" in names and "duty.qt" not in names
    made = add_person(office, actor=clerk, username="new.one", name="新人", unit=ROOM)
    grant_role(office, actor=clerk, username="new.one", role="street_duty", unit=ROOM)
    with office.store.unit_of_work() as uow:
        fact = uow.office_facts.of(made)[0]
    signed = (fact.kind, fact.actor_name, fact.role, fact.unit)
    assert signed == ("RoleGranted", "区县人员管理员", "county_admin", COUNTY)
    with pytest.raises(OutsideYourUnits):
        add_person(office, actor=clerk, username="new.two", name="新人", unit=OTHER)
    with pytest.raises(PersonNotFound):
        reset_password(office, actor=clerk, person_id=person_of(office, "duty.qt"))


def test_he_makes_nobody_higher_than_himself_and_touches_nobody_higher(
    office: Tools, clerk: Actor, admin: Actor
) -> None:
    for role, unit in (("sys_admin", COUNTY), ("auditor", COUNTY), ("process_designer", COUNTY)):
        with pytest.raises((MoreThanYouHave, Invalid)):
            grant_role(office, actor=clerk, username="duty.zs", role=role, unit=unit)
    with pytest.raises(MoreThanYouHave):
        grant_role(office, actor=clerk, username="clerk", role="street_duty", unit=ROOM)
    # whoever administers everything in the same county could else be signed in as
    keeper = person_of(office, "keeper")
    for act in (
        lambda: reset_password(office, actor=clerk, person_id=keeper),
        lambda: change_person(office, actor=clerk, person_id=keeper, fields={}, active=False),
        lambda: read_person(office, actor=clerk, person_id=keeper),
        lambda: revoke_role(office, actor=clerk, person_id=keeper, role="sys_admin", unit=COUNTY),
    ):
        with pytest.raises(PersonNotFound):
            act()
    # the other way round it is his work
    assert read_person(office, actor=admin, person_id=person_of(office, "clerk")).person.username == "clerk"


def test_his_seat_shows_him_no_case(office: Tools, clerk: Actor) -> None:
    from app.store.sight import Sight

    sight = Sight.of(clerk)
    assert sight.params["offices"] == [] and sight.areas == ()
