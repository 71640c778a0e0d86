"""List phrases."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.actor import Actor
from app.domain.city_files import read_yaml
from app.store.phrases import PhraseRow
from app.usecases import Tools


@dataclass(frozen=True)
class PhraseBook:
    """What an actor may put into a text with one tap."""

    mine: Sequence[PhraseRow]
    #: of his roles
    offered: Sequence[str]


def list_phrases(tools: Tools, *, actor: Actor) -> PhraseBook:
    """List an actor's own phrases and those that the city offers to his roles."""
    with tools.store.unit_of_work() as uow:
        mine = uow.phrases.of(actor)
    path = tools.city.folder / "phrases.yaml"
    told = read_yaml(path) if path.exists() else {}
    offered = [str(one[actor.locale]) for role in ("all", *sorted(actor.roles)) for one in told.get(role) or ()]
    return PhraseBook(mine, list(dict.fromkeys(offered)))
