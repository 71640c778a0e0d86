"""A party of a dispute without account or report answers for himself, with the code that the mediator gave him."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import Town
from tests.browser.office import Seat, lines

MEDIATOR = "village.zs.03"
PARTIES = [{"name": "群众03", "side": "applicant", "kind": "person", "phone": "", "agent": ""},
           {"name": "群众04", "side": "respondent", "kind": "person", "phone": "", "agent": ""}]
APPLICATION = {"dispute_type": "neighbour", "applied_by": "party", "claim": "赔偿漏水损失", "claim_amount": 800,
               "mediator_wanted": "", "facts": "楼上卫生间漏水，天花板脱落", "parties": PARTIES}
CALM = {"identity_checked": True, "people_involved": 2, "risk_signs": [], "legal_path": "none",
        "other_party": "agrees"}


def asked(town: Town) -> str:
    """Bring a dispute to the question whether the parties consent: the task of one of them."""
    with town.caller(MEDIATOR) as officer:
        case = str(officer.post("/processes/dispute_mediation/cases", {"answers": APPLICATION})["case_id"])
    town.do(MEDIATOR, case, "register", **APPLICATION, **CALM)
    town.do(MEDIATOR, case, "accept_decide", reason="accept", decision="accept")
    with town.caller(MEDIATOR) as officer:
        return town.take(officer, case, "consent")


def test_a_party_consents_by_himself(town: Town, seat: Callable[..., Seat], tmp_path: Path) -> None:
    task = asked(town)
    office = seat(MEDIATOR)
    office.open(f"/tasks/{task}")
    panel = office.page.locator("section.panel", has=office.page.locator("h2", has_text="当事人自己答复"))
    number, code, address = lines(panel.locator(".number"), 3)
    office.page.screenshot(path=tmp_path / "task.png", full_page=True)

    guest = seat(size="phone")
    guest.open(address.removeprefix(town.address))
    expect(guest.page.locator("#event_no")).to_have_value(number)
    guest.page.locator("#code").fill(code)
    guest.page.screenshot(path=tmp_path / "door.png", full_page=True)
    with guest.leaving():
        guest.page.locator("form button[type=submit]").last.click()
    form = guest.page.locator("#act-form")
    expect(form.get_by_text("是否同意调解")).to_be_visible()
    form.get_by_text("不同意", exact=True).click()
    guest.page.screenshot(path=tmp_path / "question.png", full_page=True)
    guest.fits()
    form.get_by_role("button", name="提交").click()
    expect(guest.page.get_by_text("已提交，谢谢。")).to_be_visible()
    office.open(f"/tasks/{task}")
    expect(panel).to_have_count(0)
