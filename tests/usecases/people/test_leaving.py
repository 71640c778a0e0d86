"""Whoever leaves hands everything over, one by one, and people come and go as a spreadsheet."""

import io
import zipfile
from contextlib import suppress
from uuid import UUID

import pytest
from openpyxl import Workbook

from app.domain.actor import SYSTEM, Actor
from app.domain.errors import Invalid
from app.domain.office import NotYourOwn, PersonNotFound
from app.domain.org import make_unit
from app.domain.records_city import UnitPlace
from app.ports.spreadsheets import read_book, write_book
from app.schemas.people_sheet import HEADINGS, MOST, headings, read_csv
from app.usecases import Tools
from app.usecases.people.add_person import add_person
from app.usecases.people.export_people import export_people
from app.usecases.people.grant_role import grant_role
from app.usecases.people.hand_over_office import hand_over_office
from app.usecases.people.import_people import import_people

ROOM = "33.02.11.004.cmd"
HEADS = [HEADINGS[name] for name in ("username", "name", "unit", "phone", "mail", "roles", "active")]


def acting(tools: Tools, username: str) -> Actor:
    with tools.store.unit_of_work() as uow:
        found = uow.people.by_username(username)
        assert found is not None
        return uow.people.actor(found.id, tools.clock.now())


def person_of(tools: Tools, username: str) -> UUID:
    found = acting(tools, username).person_id
    assert found
    return found


@pytest.fixture
def admin(with_city: None, tools: Tools) -> Actor:
    from app.domain.records import RoleRow

    made = add_person(tools, actor=SYSTEM, username="keeper", name="区管理员", unit="33.02.11")
    with tools.store.unit_of_work() as uow:
        uow.roles.grant_many([RoleRow(made, "sys_admin", "33.02.11", tools.clock.now())])
        uow.commit()
    return acting(tools, "keeper")


def test_roles_go_to_the_successor_and_the_account_is_closed(tools: Tools, admin: Actor) -> None:
    leaving = person_of(tools, "duty.zs")
    with tools.store.unit_of_work() as uow:
        person = uow.offices.person(_everything(), leaving, tools.clock.now())
        assert person
        seats = person.seats
    results = hand_over_office(
        tools, actor=admin, person_id=leaving, successors={seats[0]: "affairs.zs"}, reason="退休"
    )
    assert all(one.done for one in results), results
    assert results[-1].what == "account" and {one.what for one in results} >= {"role", "seat", "account"}
    role, _, unit = seats[0].partition("@")
    assert any((one.role, one.unit) == (role, unit) for one in acting(tools, "affairs.zs").assignments)
    with tools.store.unit_of_work() as uow:
        assert not uow.people.get(leaving).active
        assert not uow.rosters.of_person(leaving, tools.clock.now())


def _everything() -> object:
    from app.domain.office import Reach

    return Reach(True, ())


def test_what_fails_stays_and_says_why(tools: Tools, admin: Actor) -> None:
    leaving = person_of(tools, "duty.zs")
    with tools.store.unit_of_work() as uow:
        seats = uow.offices.person(_everything(), leaving, tools.clock.now()).seats  # type: ignore[arg-type,union-attr]
    results = hand_over_office(
        tools, actor=admin, person_id=leaving, successors={seats[0]: "nobody.here"}, reason="调离"
    )
    failed = [one for one in results if not one.done]
    assert [one.what for one in failed] == ["role"] and failed[0].problem
    assert not any(one.what == "account" for one in results)
    with pytest.raises(Invalid):
        hand_over_office(tools, actor=admin, person_id=leaving, successors={}, reason=" ")
    assert admin.person_id
    with pytest.raises(NotYourOwn):
        hand_over_office(tools, actor=admin, person_id=admin.person_id, successors={}, reason="x")
    with pytest.raises(PersonNotFound):
        hand_over_office(tools, actor=acting(tools, "director.zs"), person_id=leaving, successors={}, reason="x")


def test_what_is_taken_away_comes_back_unchanged(tools: Tools, admin: Actor) -> None:
    book = read_book(export_people(tools, actor=admin, unit=ROOM))
    assert book[0] == list(HEADINGS.values()) and len(book) > 5
    assert admin.person_id
    with tools.store.unit_of_work() as uow:
        told = uow.office_facts.of(admin.person_id)[0]
    assert (told.kind, told.content["people"], told.content["unit"]) == ("PeopleExported", len(book) - 1, ROOM)
    lines = read_csv(export_people(tools, actor=admin, kind="csv", unit=ROOM))
    # a workbook leaves out what is empty at the end of a row
    assert [row[: len(book[n])] for n, row in enumerate(lines)] == book
    sheet = import_people(tools, actor=admin, table=book)
    assert not sheet.wrong and {line.does for line in sheet.lines} == {"nothing"}


def test_changes_are_seen_first_and_only_those_are_made(tools: Tools, admin: Actor) -> None:
    table = [
        HEADS,
        ["new.clerk", "新文员", ROOM, "0574-8123", "a@b.cn", f"street_duty@{ROOM}", "是"],
        ["duty.zs", "改过名", "33.02.11.004.cmd", "", "", "", ""],
    ]
    sheet = import_people(tools, actor=admin, table=table)
    assert not sheet.done and not sheet.wrong
    assert [line.does for line in sheet.lines] == ["add", "change"]
    assert sheet.lines[1].revoked and sheet.lines[1].changes["name"][1] == "改过名"
    with tools.store.unit_of_work() as uow:
        assert uow.people.by_username("new.clerk") is None
    # what was seen is not what is there any more
    grant_role(tools, actor=admin, username="duty.zs", role="street_affairs", unit=ROOM)
    late = import_people(tools, actor=admin, table=table, seen=sheet.seen)
    assert not late.done
    done = import_people(tools, actor=admin, table=table, seen=late.seen)
    assert done.done and not any(line.problem for line in done.lines)
    assert [one.role for one in acting(tools, "new.clerk").assignments] == ["street_duty"]
    assert acting(tools, "duty.zs").assignments == () and acting(tools, "duty.zs").name == "改过名"
    with tools.store.unit_of_work() as uow:
        kinds = [fact.kind for fact in uow.office_facts.of(person_of(tools, "new.clerk"))]
    assert kinds == ["RoleGranted", "PersonAdded"]


def test_names_stand_beside_codes_and_count_where_codes_are_empty(tools: Tools, admin: Actor) -> None:
    book = read_book(export_people(tools, actor=admin, unit=ROOM, locale="en"))
    heads = list(headings("en").values())
    assert book[0] == heads
    line = next(row for row in book if row[0] == "duty.zs")
    assert line[2] == ROOM and line[3] == "Zhuangshi command room"
    assert line[6] == f"street_duty@{ROOM}" and line[7] == f"{tools.city.roles['street_duty'].en}@{line[3]}"
    # without codes the names say the same
    bare = [heads, *([*row[:2], "", *row[3:6], "", *row[7:]] for row in book[1:])]
    sheet = import_people(tools, actor=admin, table=bare)
    assert not sheet.wrong and {one.does for one in sheet.lines} == {"nothing"}, sheet.lines
    chinese = next(row for row in read_book(export_people(tools, actor=admin, unit=ROOM)) if row[0] == "duty.zs")
    named = ["账号", "姓名", "单位名称", "岗位名称"]
    done = import_people(tools, actor=admin, table=[named, ["new.named", "新人", chinese[3], chinese[7]]])
    assert done.lines[0].does == "add" and done.lines[0].granted == [f"street_duty@{ROOM}"]
    assert import_people(
        tools, actor=admin, table=[named, ["new.named", "新人", chinese[3], chinese[7]]], seen=done.seen
    ).done
    assert [one.role for one in acting(tools, "new.named").assignments] == ["street_duty"]


def test_a_code_counts_before_a_name_beside_it_and_that_is_said(tools: Tools, admin: Actor) -> None:
    named = ["账号", "姓名", "所属单位", "单位名称", "岗位", "岗位名称"]
    line = import_people(tools, actor=admin, table=[
        named, ["new.both", "新人", ROOM, "宁海县", f"street_duty@{ROOM}", "群众@宁海县"],
    ]).lines[0]  # fmt: skip
    assert line.changes["unit"] == ("", ROOM) and line.granted == [f"street_duty@{ROOM}"]
    assert line.passed == ["unit_name", "role_names"]


@pytest.mark.parametrize(("cells", "wrong", "said"), [
    (["没有的单位", ""], "unit_name", "没有这个单位"), (["镇海区", "没有的岗位@镇海区"], "role_names", "没有的岗位"),
    (["镇海区", "综合指挥岗@没有的单位"], "role_names", "没有这个单位"), (["江北区", ""], "unit", "不归您管理"),
    (["33.02.11.999", ""], "unit", "没有这个单位"), (["镇海区", "综合指挥岗"], "role_names", "综合指挥岗"),
])  # fmt: skip
def test_a_name_that_means_nothing_is_named(
    tools: Tools, admin: Actor, cells: list[str], wrong: str, said: str
) -> None:
    named = ["账号", "姓名", "单位名称", "岗位名称"]
    errors = import_people(tools, actor=admin, table=[named, ["new.one", "X", *cells]]).lines[0].errors
    assert said in " ".join(errors[wrong]), errors


def test_a_name_of_several_units_names_some_of_them(tools: Tools, admin: Actor) -> None:
    with tools.store.unit_of_work() as uow:
        uow.units.load_many([
            UnitPlace(make_unit(code, "重名村", "Twin")) for code in ("33.02.11.004.088", "33.02.11.004.089")
        ])  # fmt: skip
        uow.commit()
    table = [["账号", "姓名", "单位名称"], ["new.one", "X", "重名村"], ["new.two", "X", "重名村 · 33.02.11.004.089"]]
    lines = import_people(tools, actor=admin, table=table).lines
    assert "33.02.11.004.088" in lines[0].errors["unit_name"][0]
    assert not lines[1].errors and lines[1].changes["unit"] == ("", "33.02.11.004.089")


@pytest.mark.parametrize(("row", "wrong"), [
    (["county.duty.nh", "X", ROOM], "username"), (["keeper", "K", "33.02.11", "", "", f"street_duty@{ROOM}"], "roles"),
    (["new.one", "", ROOM], "name"), (["new.one", "X", "33.02.26"], "unit"), (["new.one", "X", "99"], "unit"),
    (["new.one", "=HYPERLINK(1)", ROOM], "name"), (["new.one", "X", ROOM, "", "", "street_duty"], "roles"),
    (["new.one", "X", ROOM, "", "", "auditor@33.02"], "roles"), (["New One", "X", ROOM], "username"),
    (["new.one", "X", ROOM, "", "", "", "maybe"], "active"), (["new.one", "a\u0007b", ROOM], "name"),
])  # fmt: skip
def test_a_wrong_line_is_named_and_nothing_is_carried_out(
    tools: Tools, admin: Actor, row: list[str], wrong: str
) -> None:
    table = [HEADS, row, ["new.two", "Y", ROOM]]
    sheet = import_people(tools, actor=admin, table=table)
    assert wrong in sheet.lines[0].errors and not sheet.lines[1].errors
    assert not import_people(tools, actor=admin, table=table, seen=sheet.seen).done
    with tools.store.unit_of_work() as uow:
        assert uow.people.by_username("new.two") is None


def _bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("[Content_Types].xml", b" " * 50_000_000)
    return out.getvalue()


def _laughs() -> bytes:
    before = ["ha", *(f"&l{n};" for n in range(39))]
    entities = "".join(f'<!ENTITY l{n} "{text}{text}">' for n, text in enumerate(before))
    cell = "<row><c t='inlineStr'><is><t>&l39;</t></is></c></row></sheetData>"
    plain = io.BytesIO(write_book(HEADS, [["x"] * 7], title="人员"))
    out = io.BytesIO()
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(out, "w") as after:
        for part in old.infolist():
            text = old.read(part)
            if "sheet1" in part.filename:
                body = text.decode().split("?>", 1)[-1].replace("</sheetData>", cell)
                text = f'<?xml version="1.0"?><!DOCTYPE d [{entities}]>{body}'.encode()
            after.writestr(part.filename, text)
    return out.getvalue()


def test_hostile_files_are_refused(tools: Tools, admin: Actor) -> None:
    with pytest.raises(Invalid):
        read_book(_bomb(), unfolded=40_000_000)
    with suppress(Invalid):
        assert "haha" not in str(read_book(_laughs()))
    with pytest.raises(Invalid):
        read_csv(b"\xff\xfe\x00\x01\x81")
    with pytest.raises(Invalid):
        read_csv(b'username\n"never closed')
    many = [HEADS] + [[f"p{n}", "X", ROOM] for n in range(MOST + 1)]
    for table in ([], [["no", "heading"]], [["username", "账号"]], many):
        with pytest.raises(Invalid) as refused:
            import_people(tools, actor=admin, table=table)
        assert "file" in refused.value.errors
    with pytest.raises(Invalid):
        read_csv(b"username\n" + b"x\n" * 1_000_000)


def test_a_million_rows_are_refused_soon() -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for _ in range(60_000):
        sheet.append(["x"])
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(Invalid):
        read_book(out.getvalue())
