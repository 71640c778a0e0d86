"""A door beside the town's: the same city with a provider of identities and a post that needs a second factor."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from app.ports import one_time
from tests.api.serving import ROOT, Product, free_port
from tests.browser.conftest import Town
from tests.browser.office import Seat, said
from tests.browser.test_every_office_act import ADMIN, asked, filled

Take = Callable[..., Seat]
CLIENT = "yongzhi-browser"
#: on another site than the product, as a provider is; its own pages ask a foreign host for their looks
NAMED, LOOKS = "localhost", re.compile("https://cdn[.]jsdelivr[.]net/")


@dataclass(frozen=True)
class Door:
    """Where one comes in, and who says who one is."""

    address: str
    provider: str

    def at(self, one: Seat) -> Seat:
        """Let somebody sit at this door; he will see the provider's pages too."""
        # he may have come in at the other one
        one.forgive(f"^foreign host: {re.escape(one.address)}/")
        one.address, one.watch.host = self.address, urlsplit(self.address).netloc
        one.context.route(LOOKS, lambda route: route.fulfill(body="", content_type="text/css"))
        one.forgive(f"^foreign host: {re.escape(self.provider)}/")
        one.forgive(f"^foreign host: {LOOKS.pattern}")
        # a browser asks every house for its sign
        one.forgive(f"^error: .*404.*{re.escape(self.provider)}/favicon.ico")
        return one


@pytest.fixture(scope="module")
def door(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """Run a provider and one more server of the town, with settings of its own."""
    port, first = free_port(), town.product.config
    provider = subprocess.Popen(
        [sys.executable, str(ROOT / "tests" / "web" / "provider.py"), str(port)], stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    issuer = f"http://{NAMED}:{port}"
    beside = Product(tmp_path_factory.mktemp("door"), first.database_url, workers=1, threads=4)
    beside.config = replace(
        first, port=beside.config.port, oidc_issuer=issuer, oidc_client_id=CLIENT, secrets_dir=beside.var,
        outside_hosts=(f"{NAMED}:{port}", f"127.0.0.1:{port}"), second_factor_roles=("contractor",),
    )  # fmt: skip
    (beside.var / "oidc_client_secret").write_text("a secret of both")
    try:
        assert provider.stdout and provider.stdout.readline().strip() == "ready"
        beside.start(scheduler=False)
        yield Door(f"http://127.0.0.1:{beside.config.port}", issuer)
    finally:
        beside.stop()
        provider.terminate()
        provider.communicate(timeout=10)


def confirmed(one: Seat, door: Door, subject: str) -> None:
    """Say on the provider's page who one is; it sends the browser back."""
    one.page.wait_for_url(f"{door.provider}/**")
    one.page.locator("input[name=sub]").fill(subject)
    one.page.get_by_role("button", name="Authorize").click()
    one.page.wait_for_url(f"{door.address}/**")
    one.settled()


def tied(town: Town, one: Seat, door: Door, who: str, subject: str) -> None:
    """Tie an identity to one's account."""
    one.open("/account")
    filled(one, identity_password=town.password(who))
    one.page.get_by_role("button", name="去绑定", exact=True).click()
    confirmed(one, door, subject)
    one.says("已绑定统一身份")
    expect(one.page.locator("#identity")).to_contain_text(subject)


def test_an_identity_is_tied_brings_its_owner_in_and_is_untied(town: Town, seat: Take, door: Door) -> None:
    # here and below: accounts that no other test of this folder signs in with
    who = "s.env.zs"
    one, other = door.at(seat(who)), door.at(seat())
    tied(town, one, door, who, "env-1")
    other.open("/sign-in")
    other.page.get_by_role("button", name="统一身份登录").click()
    confirmed(other, door, "env-1")
    expect(other.page.locator(".usermenu")).to_be_visible()
    one.open("/account")
    filled(one, identity_password=town.password(who))
    asked(one, "解除绑定")
    one.says("已解除统一身份绑定")
    expect(one.page.get_by_role("button", name="去绑定")).to_be_visible()


def test_an_administrator_unties_an_identity(town: Town, seat: Take, door: Door) -> None:
    who = "s.agri.zs"
    tied(town, door.at(seat(who)), door, who, "agri-1")
    admin = door.at(seat(ADMIN))
    admin.open(f"/people?q={who}")
    with admin.leaving():
        admin.page.locator("table.dense a").first.click()
    expect(admin.page.locator("aside")).to_contain_text("agri-1")
    asked(admin, "解除绑定")
    admin.says("已解除统一身份绑定")
    expect(admin.page.locator("aside")).not_to_contain_text("agri-1")


def test_who_needs_a_second_factor_sets_it_up_on_his_way_in(town: Town, seat: Take, door: Door) -> None:
    who = "operator.zs"
    one = door.at(seat())
    one.open("/sign-in")
    filled(one, username=who, password=town.password(who))
    with one.leaving():
        one.page.locator(".sign-in button[type=submit]").first.click()
    expect(one.page.locator(".alert-warning")).to_contain_text("您的岗位须使用第二因素登录")
    secret = said(one.page.locator("main .copyable .number"))
    filled(one, code=one_time.code_at(secret, datetime.now(UTC)))
    with one.leaving():
        one.page.get_by_role("button", name="开始使用", exact=True).click()
    expect(one.page.locator(".recovery-codes li")).to_have_count(10)
    one.open("/rights")
    expect(one.page.locator(".usermenu")).to_be_visible()
