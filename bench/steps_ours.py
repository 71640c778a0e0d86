"""The product's durable step, without HTTP: the use case that completes a task, with rights, form, engine and store."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from app.bootstrap import settle_memory
from app.config import Config
from app.usecases.desk.complete_task import complete_task
from app.usecases.opening import open_tools
from bench.ongoing import ANSWERS
from bench.walkers import answer_orders


def begin(order: Any) -> Callable[[], None]:
    """Take the tasks of some cases; each step completes the open task of the next case."""
    tools = open_tools(Config.from_env())
    tasks = [UUID(each) for each in order["tasks"]]
    with tools.store.unit_of_work() as uow:
        person = uow.people.by_username(order["username"])
        assert person is not None
        actor = uow.people.actor(person.id, tools.clock.now())
    turn = 0
    # as the server does when it has started
    settle_memory()

    def step() -> None:
        nonlocal turn
        done = complete_task(tools, actor=actor, task_id=tasks[turn], answers=ANSWERS)
        assert done.next_task_id is not None
        tasks[turn] = done.next_task_id
        turn = (turn + 1) % len(tasks)

    return step


if __name__ == "__main__":
    raise SystemExit(answer_orders(begin))
