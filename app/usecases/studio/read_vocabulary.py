"""List what a designer can choose from while drawing."""

from collections.abc import Mapping
from typing import Any

from app.domain.actor import Actor
from app.engine.vocabulary import OPERATIONS
from app.usecases import Tools
from app.usecases.studio.deployment import require_designer
from app.usecases.studio.list_processes import list_processes


def read_vocabulary(tools: Tools, *, actor: Actor, locale: str = "zh") -> Mapping[str, Any]:
    """Collect roles, forms, tables, processes, limits and operations with their names.

    Args:
        actor: a designer.

    Returns:
        {list: [{value, label}]}, and `operations` as [{id, label, parameters}].

    Raises:
        Forbidden: no designer.
    """
    require_designer(actor)
    english = locale == "en"
    lists: dict[str, list[dict[str, Any]]] = {"process": [], "decision": [], "form": []}
    for row in list_processes(tools, actor=actor):
        name = (row.name_en if english else "") or row.name
        lists[row.kind].append({"value": row.key, "label": f"{name} {row.key}" if name else row.key})
    roles = [
        {"value": role.code, "label": f"{role.en if english else role.zh} {role.code}"}
        for role in tools.city.roles.values()
    ]
    limits = [
        {"value": key, "label": f"{title.en if english else title.zh} {key}"}
        for key, title in tools.city.names.items()
        if not key.endswith("_at")
    ]
    operations = [
        {"id": key, "label": key, "parameters": sorted(one.required) + sorted(one.optional or ())}
        for key, one in OPERATIONS.items()
    ] + [
        {"id": key, "label": f"{one.en if english else one.zh} {key}",
         "parameters": sorted(one.required) + sorted(one.optional)}
        for key, one in tools.city.connectors.items()
    ]
    return {
        "processes": lists["process"], "decisions": lists["decision"], "forms": lists["form"],
        "roles": roles, "limits": limits, "statuses": [], "operations": operations,
    }  # fmt: skip
