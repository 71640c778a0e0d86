"""Chinese unless somebody chose English."""

from flask import Flask, g, request
from flask_babel import Babel

from app.config import LOCALES
from app.schemas.texts import LANGUAGE
from app.web.rooms import actor_or_none, config

COOKIE = "yongzhi_language"
#: how the catalogues and browsers call our languages
TAGS = {"zh": "zh", "en": "en"}


def install(app: Flask) -> None:
    """Let every text follow the language of the request."""
    app.config.update(BABEL_DEFAULT_LOCALE=TAGS["zh"], BABEL_DEFAULT_TIMEZONE="Asia/Shanghai")
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    Babel(app, locale_selector=lambda: TAGS[language()])
    app.before_request(_speak)


def language() -> str:
    """Name the language of this request: chosen in this browser, then by the person, then the installation's."""
    if "language" not in g:
        person = actor_or_none()
        chosen = (request.cookies.get(COOKIE), person.locale if person else None, _accepted(), config().locale)
        g.language = next(one for one in (*chosen, "zh") if one in LOCALES)
    found: str = g.language
    return found


def _accepted() -> str | None:
    """A program says its language in the header; browsers' headers do not count against the house's default."""
    if not request.path.startswith("/api/"):
        return None
    return request.accept_languages.best_match(LOCALES)


def _speak() -> None:
    if request.endpoint != "static":
        g.pop("language", None)
        LANGUAGE.set(language())
