"""Tables that import other tables: each carries what it imports, because a version must not change afterwards."""

from collections.abc import Iterable
from dataclasses import replace

from app.domain.definition_files import DefinitionFile
from app.engine.dmn.carrying import imports_of, space_of, with_imports
from app.engine.dmn.keys import is_kept_as
from app.store.unit_of_work import UnitOfWork


def carrying_imports(uow: UnitOfWork, files: Iterable[DefinitionFile]) -> list[DefinitionFile]:
    """Let every table carry the files that it imports: those of the same deployment, else those that are published.

    A file that others import and that has no decision of its own name is only a part of them and left out.
    """
    read = list(files)
    imported = {file.key: imports_of(file.content) for file in read if file.kind == "decision"}
    wanted = frozenset[str]().union(*imported.values())
    if not wanted:
        return read
    given = [file.content for file in read if file.kind == "decision"]
    others = [*_published(uow), *given]
    return [
        replace(file, content=with_imports(file.content, others)) if imported.get(file.key) else file
        for file in read
        if file.kind != "decision" or is_kept_as(file.content, file.key) or space_of(file.content) not in wanted
    ]


def _published(uow: UnitOfWork) -> list[bytes]:
    keys = sorted(key for kind, key in uow.definitions.current_numbers() if kind == "decision")
    return [bytes(uow.definitions.current("decision", key).content) for key in keys]
