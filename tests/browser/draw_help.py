"""Draw the pictures of the guide: `pytest tests/browser/draw_help.py`; no test, it writes app/web/static/help."""

import io
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from tests.browser.conftest import HANDLER, Prepared, Town
from tests.browser.office import Seat
from tests.stories.cast import AUDITOR

FOLDER = Path(__file__).resolve().parents[2] / "app" / "web" / "static" / "help"
#: picture -> (who, page)
PICTURES = {
    "report": ("grid.zs.041", "/report"), "task": ("duty.zs", "/tasks/{reported}"), "more": (HANDLER, "/tasks/{task}"),
    "area": ("director.zs", "/inbox?box=area"), "documents": ("director.zs", "/cases/{case}/documents/dispatch"),
    "case": ("county.supervisor.zh", "/cases/{case}"), "replay": (AUDITOR, "/audit/cases/{case}"),
    "studio": ("designer", "/studio/"),
}  # fmt: skip


def test_draw(town: Town, seat: Callable[..., Seat], prepared: Prepared) -> None:
    FOLDER.mkdir(exist_ok=True)
    with town.caller("duty.zs") as duty:
        reported = town.take(duty, prepared.reported, "accept_decide")
    for language, locale in (("zh", "zh-CN"), ("en", "en-GB")):
        for name, (who, path) in PICTURES.items():
            one = seat(who, locale=locale, viewport={"width": 1100, "height": 700})
            one.open(f"/language/{language}?next=/rights")
            one.open(path.format(case=prepared.handling, task=prepared.task, reported=reported))
            one.page.wait_for_timeout(900)  # stands: a picture, no test
            with Image.open(io.BytesIO(one.page.screenshot())) as picture:
                picture.convert("RGB").save(FOLDER / f"{name}-{language}.webp", quality=70, method=6)
            one.open("/language/zh?next=/rights")

