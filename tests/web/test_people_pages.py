"""Pages of people: in English every unit is called by its English name."""

import re

HAN = re.compile(r"[\u4e00-\u9fff]")


def test_units_have_their_english_names_in_english(world):
    admin = world.person("sys_admin").sign_in()
    someone = world.person("platform_enforce")
    with world.tools.store.unit_of_work() as uow:
        person = uow.people.by_username(someone.username)
        unit = uow.units.get(person.unit)
    for language, name in (("zh", unit.name), ("en", unit.name_en)):
        admin.browser.set_cookie("yongzhi_language", language)
        listed = admin.browser.get(f"/people?q={someone.username}").text
        row = next(one for one in re.findall(r"<tr>.*?</tr>", listed, re.S) if someone.username in one)
        assert f">{name}</td>" in row, row
        page = admin.browser.get(f"/people/{person.id}").text
        assert f"· {name}</div>" in page
    # his name and his account's stay as they are
    assert not HAN.search(re.sub(r"<[^>]*>", "", row).replace(person.name, ""))
