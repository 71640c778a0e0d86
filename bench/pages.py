"""The officer's pages in Chromium: the inbox's weight, its use on a slow line, how soon the next task is there.

Each look at the inbox is a new browser window, so nothing is in its cache. The slow line and the slow machine are
Chromium's own: every answer begins 560 ms late, 1.6 Mbit/s come down, and scripts run at a quarter of their speed.
"""

import os
import shutil
import statistics
import tempfile
from argparse import Namespace
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, sync_playwright
from rich.console import Console
from rich.table import Table

from bench.cpu import machine
from bench.signed import sign_in
from tests.api.serving import ROOT, Product
from tests.conftest import find_chromium

WORKER, DUTY = "grid.zs.041", "duty.zs"
#: a name that is not the machine itself, so that browsers offer gzip alone; and cold looks at the inbox
PLAIN_HOST, LOOKS = "yongzhi.test", 5
SLOW_LINE = {"offline": False, "latency": 560, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
SLOWER = 4
PATIENCE_MS = 60_000
#: writes down when rows are painted and the search field is listened to, and how long the way to the next form took
WATCH = """
(() => {
  const now = () => performance.timeOrigin + performance.now();
  const look = setInterval(() => {
    const search = document.querySelector('form.filters input[name=q]');
    const painted = performance.getEntriesByName('first-contentful-paint').length;
    if (!painted || !search?.['htmx-internal-data'] || !document.querySelector('#tasks tbody tr')) return;
    window.usableAt = performance.now();
    clearInterval(look);
  }, 5);
  addEventListener('click', ({ target }) => {
    if (!target.closest('.form-foot .btn-primary, #tasks a[href^="/tasks/"]')) return;
    sessionStorage.setItem('clicked', JSON.stringify([now(), location.pathname]));
    sessionStorage.removeItem('took');
  }, true);
  new MutationObserver(() => {
    const [at, from] = JSON.parse(sessionStorage.getItem('clicked') ?? '[0, ""]');
    if (!at || location.pathname === from || !document.querySelector('[data-form][data-ready=true]')) return;
    sessionStorage.removeItem('clicked');
    sessionStorage.setItem('took', now() - at);
  }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-ready'] });
})();
"""
Figures = dict[str, Any]


def run(options: Namespace, out: Console) -> Figures:
    """Measure, print, and give the figures."""
    folder = Path(tempfile.mkdtemp(prefix="bench-pages-"))
    product = Product(folder / "var")
    try:
        product.start_database()
        product.prepare(real_files())
        product.start(live=True)
        figures = measured(product, options.rounds)
    finally:
        product.stop()
        shutil.rmtree(folder, ignore_errors=True)
    figures["machine"] = machine()
    _print(figures, out)
    return figures


def real_files() -> dict[str, bytes]:
    """Read the diagrams, tables and forms of the house."""
    return {
        path.relative_to(ROOT / room).as_posix(): path.read_bytes()
        for room, endings in (("bpmn", ("*.bpmn", "*.dmn")), ("forms", ("*.form.json",)))
        for ending in endings
        for path in (ROOT / room).rglob(ending)
    }


def measured(product: Product, rounds: int) -> Figures:
    """Fill a duty officer's inbox, and look at it through browsers."""
    tokens = sign_in(product, [DUTY])
    tasks = _fill(product, rounds + 4)
    arguments = [f"--host-resolver-rules=MAP {PLAIN_HOST} 127.0.0.1"]
    # root's Chromium has no sandbox of its own; the pages are our own too
    arguments += ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=find_chromium(), args=arguments)
        try:
            house = _House(browser, product.config.port, tokens[DUTY])
            squeezed, plain = house.weigh("/inbox"), house.weigh("/inbox", host=PLAIN_HOST)
            task = house.weigh(f"/tasks/{tasks[0]}")
            usable = [house.usable() for _ in range(LOOKS)]
            taken, by_itself = house.work(rounds)
        finally:
            browser.close()
    return {
        "inbox_kb": _kb(squeezed), "inbox_kb_gzip": _kb(plain), "task_kb": _kb(task),
        "inbox_usable_ms": round(statistics.median(usable)), "inbox_usable_most_ms": round(max(usable)),
        "next_task_ms": {"p50": round(statistics.median(taken)), "p95": round(_p95(taken))},
        "next_tasks": len(taken), "next_by_itself": by_itself, "inbox_files": squeezed, "task_files": task,
    }  # fmt: skip


def _fill(product: Product, number: int) -> list[str]:
    """Let a grid worker report, and the duty officer claim what comes of it: his tasks."""
    worker = product.caller(WORKER, product.add_password(WORKER))
    for count in range(number):
        spot = {"lat": round(29.9342 + 0.0011 * count, 5), "lon": 121.6042, "address": f"庄市街道河东路{count}号"}
        report = {"channel": "GRID", "nature": "patrol", "content": f"河东路{count}号路灯不亮"}
        worker.post("/reports", {**spot, **report, "item_hint": "C17-01"})
    worker.close()
    officer = product.caller(DUTY, product.add_password(DUTY))
    tasks = [str(one["id"]) for one in officer.get("/tasks?box=todo&limit=100")["tasks"]]
    for task in tasks:
        officer.post(f"/tasks/{task}/claim")
    officer.close()
    return tasks


class _House:
    """The product, seen through windows of a browser."""

    def __init__(self, browser: Browser, port: int, token: str) -> None:
        self._browser, self._port, self._token = browser, port, token

    def _window(self, host: str = "127.0.0.1") -> BrowserContext:
        size = {"width": 1440, "height": 900}
        window = self._browser.new_context(locale="zh-CN", viewport=size, base_url=f"http://{host}:{self._port}")  # type: ignore[arg-type]
        window.set_default_timeout(PATIENCE_MS)
        window.add_cookies([{"name": "yongzhi_session", "value": self._token, "domain": host, "path": "/"}])
        window.add_init_script(WATCH)
        return window

    def weigh(self, path: str, host: str = "127.0.0.1") -> dict[str, int]:
        """Open a page with an empty cache: bytes over the wire of all that it loads, by address without its host."""
        window = self._window(host)
        page = window.new_page()
        weights = _listen(window.new_cdp_session(page))
        page.goto(path, wait_until="load")
        page.wait_for_timeout(2000)
        window.close()
        assert weights, "nothing was loaded"
        return dict(sorted(weights.items(), key=lambda one: -one[1]))

    def usable(self) -> float:
        """Open the inbox for the first time, far away and on a slow machine; ms until it can be worked with."""
        window = self._window()
        page = window.new_page()
        link = window.new_cdp_session(page)
        link.send("Network.enable")
        link.send("Network.emulateNetworkConditions", SLOW_LINE)
        link.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.goto("/inbox", wait_until="commit")
        _until(page, "window.usableAt > 0")
        found = float(page.evaluate("window.usableAt"))
        # it does what it promises: a typed letter asks the server for the list
        with page.expect_request(lambda sent: "q=" in sent.url and "hx-request" in sent.headers):
            page.locator("form.filters input[name=q]").press_sequentially("路")
        window.close()
        return found

    def work(self, rounds: int) -> tuple[list[float], int]:
        """Complete task after task at a desk; ms from click to the next form, and how often nobody opened it."""
        window = self._window()
        page = window.new_page()
        page.goto("/inbox")
        taken, by_itself = [], 0
        self._open_first(page)
        # the first ones fill the caches of scripts and of the server
        for number in range(rounds + 2):
            page.locator("[data-form] .fjs-form").get_by_label("受理", exact=True).check()
            here = page.url
            page.locator(".form-foot .btn-primary").click()
            page.wait_for_url(lambda url, here=here: url != here, wait_until="commit")
            by_itself += "/tasks/" in page.url
            if "/tasks/" not in page.url:
                self._open_first(page)
            _until(page, "sessionStorage.getItem('took') !== null")
            if number >= 2:
                taken.append(float(page.evaluate("sessionStorage.getItem('took')")))
        window.close()
        return taken, by_itself

    def _open_first(self, page: Page) -> None:
        page.locator('#tasks td.main a[href^="/tasks/"]').first.click()
        page.locator("[data-form][data-ready=true]").wait_for()


def _listen(link: CDPSession) -> dict[str, int]:
    """Note the size of every answer as it came over the wire, headers included."""
    names: dict[str, str] = {}
    weights: dict[str, int] = {}

    def asked(event: Mapping[str, Any]) -> None:
        address = event["request"]["url"]
        if address.startswith("http"):
            names[event["requestId"]] = "/" + address.split("/", 3)[-1]

    def came(event: Mapping[str, Any]) -> None:
        if name := names.get(event["requestId"]):
            weights[name] = round(event["encodedDataLength"])

    link.on("Network.requestWillBeSent", asked)
    link.on("Network.loadingFinished", came)
    link.send("Network.enable")
    return weights


def _until(page: Page, expression: str) -> None:
    """Wait until something is true in a page; its own policy forbids it to look for itself."""
    for _ in range(PATIENCE_MS // 20):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(20)
    raise AssertionError(f"it never became true: {expression}")


def _kb(weights: Mapping[str, int]) -> float:
    return round(sum(weights.values()) / 1024, 1)


def _p95(times: Sequence[float]) -> float:
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]


def _print(figures: Figures, out: Console) -> None:
    table = Table("", "", title="Pages in Chromium")
    for name in ("inbox_kb", "inbox_kb_gzip", "task_kb", "inbox_usable_ms", "inbox_usable_most_ms", "next_task_ms"):
        table.add_row(name, str(figures[name]))
    out.print(table)
    files = Table("file", "bytes over the wire", title="The inbox, with an empty cache")
    for path, weight in figures["inbox_files"].items():
        files.add_row(path, f"{weight:,}")
    out.print(files)
