"""The guide: what each kind of officer does first, with pictures."""

from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, render_template, url_for

from app.domain.city_files import read_yaml
from app.web.identity import allow
from app.web.languages import language
from app.web.rooms import actor

guide = Blueprint("guide", __name__)
FILE = Path(__file__).with_name("guides.yaml")
PICTURES = Path(__file__).with_name("static") / "help"


@cache
def guides() -> list[dict[str, Any]]:
    """Read all guides once."""
    return list(read_yaml(FILE)["guides"])


@guide.get("/help")
@allow("account.own")
def page() -> str:
    """Show the guides, those of one's own roles first."""
    tongue = language()
    roles = actor().roles
    shown = [_shown(one, tongue) | {"mine": not roles.isdisjoint(one["roles"])} for one in guides()]
    return render_template("help.html", guides=sorted(shown, key=lambda one: not one["mine"]))


def _shown(one: dict[str, Any], tongue: str) -> dict[str, Any]:
    name = f"{one['picture']}-{tongue}.webp"
    picture = url_for("static", filename=f"help/{name}") if (PICTURES / name).exists() else ""
    return {"key": one["key"], "title": one["title"][tongue], "steps": [step[tongue] for step in one["steps"]],
            "picture": picture}  # fmt: skip
