"""Everything of the release that people may begin opens for each role that it names, somewhere in the demo city."""

from app.domain.actor import Actor, Assignment
from app.usecases import Tools
from app.usecases.desk.list_startable import list_startable
from app.usecases.desk.read_start import read_start


def seats(tools: Tools) -> dict[str, list[str]]:
    """List the units at which somebody of the demo city holds a role."""
    with tools.store.unit_of_work() as uow:
        rows = uow._tx.rows("select distinct role, unit from person_roles order by role, unit")
    found: dict[str, list[str]] = {}
    for role, unit in rows:
        found.setdefault(role, []).append(unit)
    return found


def test_each_role_of_each_start_has_a_seat_and_a_form(demo_city: Tools) -> None:
    held = seats(demo_city)
    keys = [key for key in demo_city.library.keys("process") if demo_city.library.process(key).start_by_hand()]
    wrong = []
    for key in keys:
        point = demo_city.library.process(key).start_by_hand()
        assert point is not None
        if not all(demo_city.library.process(key).about):
            wrong.append(f"{key}: does not say in both languages what it is for")
        for role in point.roles:
            people = [Actor("p", "p", "p", (Assignment(role, unit),), locale="en") for unit in held.get(role, ())]
            able = [one for one in people if key in {row.process for row in list_startable(demo_city, actor=one)}][:1]
            if not able:
                wrong.append(f"{key}: nobody is {role} where it may be begun")
                continue
            view = read_start(demo_city, actor=able[0], process=key)
            empty = [name for name in view.options if not view.options[name]]
            wrong += [f"{key} as {role}: nothing to choose for {name}" for name in empty]
    assert keys and wrong == []
