"""Read the templates of documents, `city/documents/<key>.yaml`."""

from collections.abc import Mapping
from pathlib import Path

from app.domain.city_files import read_yaml
from app.domain.documents import Template, read_template
from app.domain.errors import Invalid
from app.domain.org import Role


def load_documents(folder: Path, roles: Mapping[str, Role]) -> dict[str, Template]:
    """Load every template, {key: template}.

    Raises:
        Invalid: a file is wrong, names a role that there is not, or takes the mark of another.
    """
    found: dict[str, Template] = {}
    marks: dict[str, str] = {}
    for path in sorted(folder.glob("*.yaml")):
        made = read_template(path.stem, read_yaml(path))
        strangers = made.roles - set(roles)
        if strangers:
            raise Invalid(f"{path.name}: there is no role {', '.join(sorted(strangers))}.")
        if marks.setdefault(made.mark, made.key) != made.key:
            raise Invalid(f"{path.name}: {made.mark} is the mark of {marks[made.mark]}.")
        found[made.key] = made
    return found
