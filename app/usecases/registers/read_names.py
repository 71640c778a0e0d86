"""Read the names that somebody typed."""

from collections.abc import Mapping

from app.domain.actor import Actor
from app.schemas.register_names import kind_of
from app.usecases import Tools
from app.usecases.registering import register_for
from app.usecases.row_names import meant_by


def read_names(
    tools: Tools, *, actor: Actor, key: str, typed: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Find which units and people are meant by what was typed: a name, a code, or both.

    Args:
        typed: {field: text}; fields that name neither are passed over.

    Returns:
        {field: code or user name}, of a text that means nothing the text; and {field: what is wrong} of names that
        mean several.

    Raises:
        RegisterNotFound.
    """
    register = register_for(tools, actor, key)
    said = {name: (kind, text.strip()) for name, text in typed.items() if (kind := kind_of(register, name)) and text}
    with tools.store.unit_of_work() as uow:
        meant = meant_by(uow, actor, register, set(said.values()))
    errors = {name: [meant[pair].error] for name, pair in said.items() if pair in meant and meant[pair].several}
    codes = {name: meant[pair].code if pair in meant else pair[1] for name, pair in said.items() if name not in errors}
    return codes, errors
