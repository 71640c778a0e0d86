"""AC-5, AC-3 and AC-1 once more, as programs live through them: HTTP against the running product."""

from collections.abc import Iterator

import pytest

from tests.api.serving import Product
from tests.stories.cast import EVERYBODY
from tests.stories.desk import HttpDesk
from tests.stories.telling import Scene
from tests.stories.test_ac1_stalls import the_stalls_are_cleared
from tests.stories.test_ac3_wall import the_wall_is_removed
from tests.stories.test_ac5_allowance import the_question_is_answered

pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module")
def desk(module_city_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HttpDesk]:
    """Gunicorn with two workers and the scheduler, everybody with a password."""
    product = Product(tmp_path_factory.mktemp("product"), module_city_url, movable_clock=True)
    # one password for all: its hash is what takes time
    password = product.add_password(EVERYBODY[0])
    with product.tools() as tools, tools.store.unit_of_work() as uow:
        people = [uow.people.by_username(name) for name in EVERYBODY]
        known = next(one.password_hash for one in people if one)
        for one in people:
            assert one is not None
            uow.people.change(one.id, password_hash=known)
        uow.commit()
    product.start()
    found = HttpDesk(product.config.port, dict.fromkeys(EVERYBODY, password))
    yield found
    found.close()
    product.stop()


@pytest.fixture
def scene(desk: HttpDesk) -> Scene:
    """The city on Monday morning."""
    made = Scene(desk)
    made.at("03-02 08:00")
    return made


def test_the_question_is_answered(scene: Scene) -> None:
    the_question_is_answered(scene)


def test_the_wall_is_removed(scene: Scene) -> None:
    the_wall_is_removed(scene)


def test_the_stalls_are_cleared(scene: Scene) -> None:
    the_stalls_are_cleared(scene)
