"""Verbs: one file each, one transaction each, grouped by who acts."""

from dataclasses import dataclass

from app.config import Config
from app.engine.library import PublishedLibrary
from app.ports.files import FileFolder
from app.ports.mail import MailServer
from app.ports.outside import Outside
from app.ports.secrets import Secrets
from app.store import Store
from app.usecases.city import City
from app.usecases.clock import Clock


@dataclass(frozen=True)
class Tools:
    """What every verb works with; made once per process by the bootstrap."""

    config: Config
    store: Store
    #: published definitions, parsed and shared
    library: PublishedLibrary
    #: catalogue, roles, texts, calendar, grids
    city: City
    files: FileFolder
    secrets: Secrets
    #: the way to other systems
    outside: Outside
    clock: Clock
    #: the way out for letters; None: no mail leaves the house
    mail: MailServer | None = None
