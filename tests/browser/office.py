"""People at their browsers: who signs in where, what they type, and what their browser complained about.

How a test waits; `test_waiting.py` reads every test of this folder and refuses what breaks the first two rules:

1. What a page shows is said with `expect(…)`, which looks again until it is so. No test reads and compares: not
   `inner_text()`, `count()`, `is_visible()`, `input_value()`, `all()`, `page.url`, `page.title()`. What the server
   made up and a test needs later (a number, a code) is read with `said(…)` and `lines(…)`, which wait for it.
2. Nothing sleeps, and nothing goes elsewhere by `page.goto` but `open`.
3. What leads to another page stands in `with person.leaving():`; the block ends on the new page, with its parts
   drawn. Whoever opens an address, closes his window, or asks the interface while a form is on its way, may be first:
   the form is cut off, or the answer is the old one. What stays on its page says something when it is done:
   expect that.
4. What the page says at its top goes away after seconds: `person.says(…)` knows it also afterwards.
5. What only a script knows: `waited(page, expression)`. What happens in the town: `until(page, look)`.
6. A refusal that is asked for: `with person.expecting(409):` around what asks for it.
7. A test brings its own case, in words of its own, and looks for these words or numbers; it counts nothing that another
   test of the town may add to. What it changes about an account (language, columns, a substitute) it changes back and
   waits until that is done, or it takes an account that no other test uses.
"""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request, Response, expect
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.browser.doing import Answered, answered

Found = TypeVar("Found")
#: nothing on the tested machine takes longer, even while other tests run beside it
PATIENCE_MS = 30_000
expect.set_options(timeout=PATIENCE_MS)
_REFUSED = re.compile(r"Failed to load resource: the server responded with a status of (\d{3})")
#: notes at the root of the page what it has said at its top: such a message goes away after seconds
_NOTE_SAYINGS = """{
  const said = new Map();
  const root = () => document.documentElement;
  const note = () => {
    for (const one of document.querySelectorAll('#flash .alert')) said.set(one, one.textContent.trim());
    if (said.size) root().dataset.said = [...said.values()].join('\\n');
  };
  new MutationObserver(note).observe(document, { childList: true, subtree: true, characterData: true });
  document.addEventListener('page:turned', () => { said.clear(); delete root().dataset.said; });
}"""


@dataclass
class Watch:
    """What a browser complained about: scripts that failed, breaches of the content policy, foreign hosts."""

    host: str
    complaints: list[str] = field(default_factory=list)
    #: answers of the server that a test asks for; a browser may tell of one after the test went on
    expected: set[int] = field(default_factory=set)
    #: what a test makes the browser complain about
    forgiven: list[re.Pattern[str]] = field(default_factory=list)
    #: pages and acts that the server answered as it was asked
    answered: list[Answered] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        """Watch every page of a window, also those that it opens later."""
        context.on("request", self._request)
        context.on("response", self._response)
        context.on("console", self._console)
        context.on("weberror", lambda problem: self.complaints.append(f"script: {problem.error}"))

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob") and address.netloc != self.host:
            self.complaints.append(f"foreign host: {request.url}")

    def _response(self, response: Response) -> None:
        if row := answered(response):
            self.answered.append(row)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning"):
            return
        refused = _REFUSED.match(message.text)
        if refused is None or int(refused[1]) not in self.expected:
            self.complaints.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

    def unforgiven(self) -> list[str]:
        """List what nobody expected."""
        return [line for line in self.complaints if not any(one.search(line) for one in self.forgiven)]


def until(page: Page, look: Callable[[], Found], what: str = "") -> Found:
    """Look again until something true is found; the browser goes on meanwhile."""
    end = time.monotonic() + PATIENCE_MS / 1000
    while not (found := look()):
        assert time.monotonic() < end, f"it never became so: {what or look}"
        page.wait_for_timeout(100)
    return found


def waited(page: Page, expression: str) -> None:
    """Wait until something is true in a page; the page's own policy forbids it to look for itself."""

    def look() -> bool:
        try:
            return bool(page.evaluate(expression))
        except PlaywrightError:
            # another page is just coming
            return False

    until(page, look, expression)


def said(place: Locator) -> str:
    """Read what the server wrote, once it stands there."""
    expect(place).not_to_have_text(re.compile(r"^\s*$"))
    return place.inner_text().strip()


def lines(places: Locator, number: int) -> list[str]:
    """Read so many things that the server wrote, once they stand there."""
    expect(places).to_have_count(number)
    return [said(places.nth(one)) for one in range(number)]


class Seat:
    """One person at one browser window."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.address = address
        self.watch = Watch(urlsplit(address).netloc)
        self.watch.over(context)
        context.add_init_script(_NOTE_SAYINGS)
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
                expect(one).to_have_attribute("data-ready", "true")

    @contextmanager
    def leaving(self) -> Iterator[None]:
        """Do what leads to another page, and wait until that is there with its parts."""
        with self.page.expect_navigation():
            yield
        self.settled()

    def arrived(self, pattern: str | re.Pattern[str]) -> str:
        """Wait until a page of this address is there with its parts; gives the last part of its path."""
        self.page.wait_for_url(pattern)
        self.settled()
        return self.path.rpartition("/")[2]

    @property
    def path(self) -> str:
        """Name where this window is; look only when nothing is on its way."""
        return urlsplit(self.page.url).path

    def fits(self) -> None:
        """The page is not wider than its window."""
        waited(self.page, "document.documentElement.scrollWidth <= document.documentElement.clientWidth")

    @contextmanager
    def expecting(self, *statuses: int) -> Iterator[None]:
        """Let the server refuse something with these answers; the browser may tell of it later."""
        self.watch.expected |= {status for status in statuses if status >= 400}
        yield

    def still(self) -> None:
        """Let the pages that this window opens from now on hear no live updates: nothing changes by itself."""
        self.context.add_init_script("delete window.EventSource")

    def forgive(self, pattern: str) -> None:
        """Let the browser complain like this in this window, now and later."""
        self.watch.forgiven.append(re.compile(pattern))

    def sign_in(self, username: str, password: str) -> "Seat":
        """Sign in on the page."""
        self.open("/sign-in")
        self.page.locator("#username").fill(username)
        self.page.locator("#password").fill(password)
        with self.leaving():
            self.page.locator(".sign-in button[type=submit]").click()
        expect(self.page.locator(".usermenu")).to_be_visible()
        return self

    def says(self, what: str | re.Pattern[str]) -> None:
        """The page says this at its top, or has said it since it came."""
        wanted = what if isinstance(what, re.Pattern) else re.compile(re.escape(what))
        expect(self.page.locator("html")).to_have_attribute("data-said", wanted)

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
            self.page.wait_for_url(lambda url: url != here)
        except PlaywrightTimeout:
            wrong = self.form.locator(".fjs-form-field:has(.fjs-form-field-error li)").all_inner_texts()
            raise AssertionError(f"refused: {refusal.all_inner_texts()} {wrong}") from None
        self.settled()

    def refused(self, why: str | re.Pattern[str]) -> None:
        """Send the form; it is not taken, and says why."""
        self.form.locator(".form-foot .btn-primary").click()
        expect(self.form.locator(".form-notice .alert")).to_contain_text(why)

    def close(self) -> list[str]:
        """Leave; gives what went wrong unnoticed."""
        try:
            # what the browser has told until now is heard first
            self.page.wait_for_timeout(1)
        finally:
            # what is cut off because the window closes is nobody's fault
            found = self.watch.unforgiven()
            self.context.close()
        return found
