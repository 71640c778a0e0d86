"""People at their browsers: who signs in where, what they type, and what their browser complained about."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

#: nothing on the tested machine takes longer, even while other tests run beside it
PATIENCE_MS = 20_000
_REFUSED = re.compile(r"Failed to load resource: the server responded with a status of (\d{3})")


@dataclass
class Watch:
    """What a browser complained about: scripts that failed, breaches of the content policy, foreign hosts."""

    host: str
    complaints: list[str] = field(default_factory=list)
    #: answers of the server that a test asks for
    expected: set[int] = field(default_factory=set)

    def over(self, context: BrowserContext) -> None:
        """Watch every page of a window, also those that it opens later."""
        context.on("request", self._request)
        context.on("console", self._console)
        context.on("weberror", lambda problem: self.complaints.append(f"script: {problem.error}"))

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob") and address.netloc != self.host:
            self.complaints.append(f"foreign host: {request.url}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning"):
            return
        refused = _REFUSED.match(message.text)
        if refused is None or int(refused[1]) not in self.expected:
            self.complaints.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")


def waited(page: Page, expression: str) -> None:
    """Wait until something is true in a page; the page's own policy forbids it to look for itself."""
    for _ in range(PATIENCE_MS // 50):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"it never became true: {expression}")


class Seat:
    """One person at one browser window."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.address = address
        self.watch = Watch(urlsplit(address).netloc)
        self.watch.over(context)
        context.set_default_timeout(PATIENCE_MS)
        self.context = context
        self.page: Page = context.new_page()

    # --- moving about ----------------------------------------------------------------------------

    def open(self, path: str, status: int = 200) -> None:
        """Open a page by its address and wait until its parts have drawn themselves."""
        with self.expecting(status):
            answer = self.page.goto(self.address + path)
            assert answer is not None and answer.status == status, (path, answer and answer.status)
            self.settled()

    def settled(self) -> None:
        """Wait until forms, maps and diagrams of the page are there."""
        self.page.wait_for_load_state("load")
        for part in ("form", "report", "viewer", "replay", "modeler"):
            for one in self.page.locator(f"[data-{part}]").all():
                expect(one).to_have_attribute("data-ready", "true", timeout=PATIENCE_MS)

    @contextmanager
    def expecting(self, *statuses: int) -> Iterator[None]:
        """Let the server refuse something with these answers."""
        before = set(self.watch.expected)
        self.watch.expected |= {status for status in statuses if status >= 400}
        try:
            yield
        finally:
            self.watch.expected = before

    def sign_in(self, username: str, password: str) -> "Seat":
        """Sign in on the page."""
        self.open("/sign-in")
        self.page.locator("#username").fill(username)
        self.page.locator("#password").fill(password)
        self.page.locator(".sign-in button[type=submit]").click()
        expect(self.page.locator(".usermenu")).to_be_visible(timeout=PATIENCE_MS)
        self.settled()
        return self

    def flash(self) -> str:
        """Read what the page says at its top."""
        strip = self.page.locator("#flash .alert").first
        expect(strip).to_be_visible(timeout=PATIENCE_MS)
        return strip.inner_text()

    # --- forms -----------------------------------------------------------------------------------

    @property
    def form(self) -> Locator:
        return self.page.locator("[data-form]")

    def choose(self, answer: str) -> None:
        """Tick one of several answers."""
        self.form.get_by_label(answer, exact=True).check()

    def pick(self, label: str, answer: str) -> None:
        """Choose from a list that opens."""
        box = self.form.locator(".fjs-form-field-select", has_text=label).last
        box.locator(".fjs-input-group").click()
        box.locator(".fjs-dropdownlist-item").get_by_text(answer, exact=True).click()
        expect(box.locator(".fjs-select-display")).to_have_text(answer)

    def write(self, label: str, text: str) -> None:
        """Type into a field."""
        self.field(label).fill(text)

    def field(self, label: str) -> Locator:
        """Find a field by its label, with or without the star of one that must be filled."""
        return self.form.get_by_label(re.compile(rf"^{re.escape(label)}\*?$"))

    def submit(self) -> None:
        """Send the form and follow to where it leads."""
        here = self.page.url
        self.form.locator(".form-foot .btn-primary").click()
        refusal = self.form.locator(".form-notice .alert-warning, .form-notice .alert-danger")
        try:
            self.page.wait_for_url(lambda url: url != here, timeout=PATIENCE_MS)
        except PlaywrightTimeout:
            wrong = self.form.locator(".fjs-form-field:has(.fjs-form-field-error li)").all_inner_texts()
            raise AssertionError(f"refused: {refusal.all_inner_texts()} {wrong}") from None
        self.settled()

    def try_to_submit(self) -> str:
        """Send the form, and read why it was not taken."""
        self.form.locator(".form-foot .btn-primary").click()
        strip = self.form.locator(".form-notice .alert")
        expect(strip).to_be_visible(timeout=PATIENCE_MS)
        return str(strip.inner_text())

    def close(self) -> None:
        """Leave; nothing may have gone wrong unnoticed."""
        self.context.close()
        assert not self.watch.complaints, "\n".join(self.watch.complaints)
