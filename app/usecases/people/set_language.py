"""Choose a language."""

from uuid import UUID

from app.config import LOCALES
from app.domain.actor import Actor
from app.domain.errors import Invalid
from app.usecases import Tools


def set_language(tools: Tools, *, actor: Actor, locale: str) -> None:
    """Remember the language in which a person wants to read.

    Args:
        locale: zh or en.

    Writes:
        the person's language.

    Raises:
        Invalid: another language.
    """
    if locale not in LOCALES:
        raise Invalid(errors={"locale": [f"must be one of {', '.join(LOCALES)}"]})
    with tools.store.unit_of_work() as uow:
        uow.people.change(UUID(actor.id), locale=locale)
        uow.commit()
