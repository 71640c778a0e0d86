"""The table of rights: no unknown role, nobody left out, duties kept apart."""

import pytest
import yaml

from app.domain.actor import SYSTEM, Actor, Assignment
from app.domain.rights import OFFICERS, PUBLIC, RIGHTS, SIGNED_IN, is_allowed


def somebody(*roles):
    return Actor(id="1", username="u", assignments=tuple(Assignment(role, "33.02") for role in roles))


def known_roles():
    with open("city/roles.yaml", encoding="utf-8") as file:
        return {row["code"] for row in yaml.safe_load(file)["roles"]}


def test_the_table_names_only_roles_of_the_city_and_every_officer_has_a_room():
    named = set().union(*(right.holders for right in RIGHTS.values())) - PUBLIC - SIGNED_IN
    assert named - known_roles() == set()
    apart = {"citizen", "auditor", "process_designer", "sys_admin", "county_admin"}
    assert known_roles() - apart == set(OFFICERS)


@pytest.mark.parametrize("permission", RIGHTS)
def test_every_right_is_said_in_both_languages(permission):
    assert RIGHTS[permission].zh and RIGHTS[permission].en.isascii()


def test_doors():
    assert is_allowed(None, "report.public") and not is_allowed(None, "account.own")
    assert is_allowed(somebody("grid_member"), "task.work") and not is_allowed(
        somebody("auditor"), "task.work"
    )
    assert is_allowed(SYSTEM, "case.start")
    with pytest.raises(KeyError):
        is_allowed(None, "everything")


@pytest.mark.parametrize("permission", ["task.work", "case.act", "case.comment", "report.file", "case.start"])
@pytest.mark.parametrize("role", ["auditor", "process_designer"])
def test_who_looks_over_it_or_draws_it_has_no_hand_in_it(role, permission):
    assert not is_allowed(somebody(role), permission)


def test_a_countys_administrator_of_people_does_nothing_else():
    allowed = {name for name in RIGHTS if is_allowed(somebody("county_admin"), name)}
    everybody = {name for name in RIGHTS if is_allowed(somebody("no role at all"), name)}
    assert allowed - everybody == {"people.manage", "substitute.name", "duty.read", "duty.write"}


def test_only_designers_change_what_runs():
    for permission in ("studio.propose", "studio.decide"):
        assert RIGHTS[permission].holders == {"process_designer"}
