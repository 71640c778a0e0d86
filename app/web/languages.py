"""Chinese unless somebody chose English."""

from collections.abc import Iterator
from typing import Any

from flask import Flask
from flask_babel import Babel, get_translations
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from app.config import LOCALES
from app.schemas.texts import LANGUAGE
from app.web.rooms import actor_or_none, config, current_request, kept

COOKIE = "yongzhi_language"
#: how the catalogues and browsers call our languages
TAGS = {"zh": "zh", "en": "en"}


def install(app: Flask) -> None:
    """Let every text follow the language of the request."""
    app.config.update(BABEL_DEFAULT_LOCALE=TAGS["zh"], BABEL_DEFAULT_TIMEZONE="Asia/Shanghai")
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    Babel(app, locale_selector=lambda: TAGS[language()])
    app.jinja_env.globals["_"] = worded
    app.before_request(_speak)
    app.teardown_request(_fall_silent)


def language() -> str:
    """Name the language of this request: chosen in this browser, then by the person, then the installation's."""
    here = kept()
    if "language" not in here:
        here["language"] = next(one for one in _chosen() if one in LOCALES)
    found: str = here["language"]
    return found


@pass_eval_context
def worded(place: EvalContext, text: str, /, **values: Any) -> str:
    """Write a text of a template in the language of the request, as the extension would, which looks for the language
    each time: an inbox has six hundred texts.

    Args:
        values: what stands in the text as `%(name)s`; escaped where the template escapes.
    """
    here = kept()
    catalogue = here.get("catalogue")
    if catalogue is None:
        catalogue = here["catalogue"] = get_translations()
    found: str = catalogue.gettext(text)
    if place.autoescape:
        found = Markup(found)
    return found % values if values or "%" in found else found


def _chosen() -> Iterator[str | None]:
    """Name what was chosen, the nearest choice first; the others are looked at only when they are asked for."""
    yield current_request().cookies.get(COOKIE)
    person = actor_or_none()
    yield person.locale if person else None
    yield _accepted()
    yield config().locale
    yield "zh"


def _accepted() -> str | None:
    """A program says its language in the header; browsers' headers do not count against the house's default."""
    sent = current_request()
    if not sent.path.startswith("/api/"):
        return None
    return sent.accept_languages.best_match(LOCALES)


def _speak() -> None:
    if current_request().endpoint != "static":
        kept().pop("language", None)
        LANGUAGE.set(language())


def _fall_silent(_: BaseException | None) -> None:
    # the thread serves others next, and what they are told before they have said who they are
    LANGUAGE.set("zh")
