"""A reader in Debian's Chromium: searching, ticking, clicking, going back, reading, with keys and without script.

Every test also asserts that nothing failed, nothing was blocked by the Content-Security-Policy, nothing was
logged as an error, and nothing was asked of another origin.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from werkzeug.serving import make_server

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
)
ERROR_PAGE = re.compile(r"Failed to load resource: the server responded with a status of (400|404)")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not CHROMIUM.exists() and os.environ.get("CI") != "true", reason=f"there is no {CHROMIUM}"
    ),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def site(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


class Visit:
    """A browser window that keeps what went wrong in it."""

    def __init__(self, browser: Browser, site: str) -> None:
        self.browser, self.site = browser, site
        self.wrong: list[str] = []
        self.contexts: list[BrowserContext] = []

    def __call__(self, **options: Any) -> Page:
        context = self.browser.new_context(base_url=self.site, **options)
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda m: self.wrong.append(m.text) if m.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("requestfailed", lambda request: self.failed(request.url, request.failure or ""))
        page.on("request", lambda request: self.check(request.url))
        return page

    def failed(self, url: str, why: str) -> None:
        if why != "net::ERR_ABORTED":  # the page was left before it had loaded all
            self.wrong.append(f"failed: {url} {why}")

    def check(self, url: str) -> None:
        if not url.startswith(self.site):
            self.wrong.append(f"another origin: {url}")


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Visit]:
    visit = Visit(browser, site)
    yield visit
    for context in visit.contexts:
        context.close()
    assert [problem for problem in visit.wrong if not ERROR_PAGE.match(problem)] == []


def test_search_tick_two_authors_click_a_year_remove_a_chip_and_go_back(visit: Visit) -> None:
    page = visit()
    page.goto("/")
    page.get_by_label("Search the archive").fill("harbour")
    page.get_by_role("button", name="Search").click()
    expect(page).to_have_url(f"{visit.site}/?q=harbour")
    expect(page.locator(".hits mark").first).to_have_text("harbour")

    page.get_by_role("checkbox", name="Ada Lane").check()
    expect(page).to_have_url(f"{visit.site}/?q=harbour&author=Ada+Lane")
    expect(page.get_by_role("checkbox", name="Ada Lane")).to_be_focused()
    page.get_by_role("checkbox", name="Milo Penhallow").check()
    expect(page.get_by_text("2 selected").last).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("3 articles")

    page.get_by_role("link", name="2024: 1 article").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("1 article")
    expect(page.locator(".chips")).to_contain_text("2024")
    page.get_by_role("link", name="Remove filter author Ada Lane").click()
    expect(page.get_by_role("checkbox", name="Ada Lane")).not_to_be_checked()
    expect(page.get_by_role("checkbox", name="Milo Penhallow")).to_be_checked()

    for checked in (True, True, True, False):
        page.go_back()
        expect(page.get_by_role("checkbox", name="Ada Lane")).to_be_checked(checked=checked)
    expect(page).to_have_url(f"{visit.site}/?q=harbour")


def test_read_an_article_and_what_changed_in_it(visit: Visit) -> None:
    page = visit()
    page.goto("/?q=ferry")
    page.get_by_role("link", name="Ferry returns to the island").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ferry returns to the island")
    page.get_by_role("link", name="first", exact=True).click()
    page.get_by_role("link", name="Next match").click()
    expect(page).to_have_url(re.compile("#match-2$"))
    page.get_by_role("link", name="what changed").click()
    expect(page.locator(".field del")).to_have_text(["Tuesday"])
    expect(page.locator(".field ins")).to_have_text(["Wednesday", " of the ferry"])
    page.get_by_role("link", name="The article").click()
    page.goto("/?q=ferry")
    page.get_by_role("link", name="2 versions").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What changed")


def test_cite_an_article_and_export_a_search(visit: Visit, ids: dict[str, int]) -> None:
    page = visit()
    page.goto(f"/article/{ids['ferry']}")
    page.get_by_text("Cite this version").click()
    page.get_by_text("Archived November 23, 2026").click()
    selected = page.evaluate("getSelection().toString()")
    assert selected.startswith("Lane, Ada, and Milo Penhallow. “Ferry returns")
    assert selected.endswith(f"/article/{ids['ferry']}?revision=2.")
    page.get_by_text("BibTeX").click()
    with page.expect_download() as cited:
        page.locator(".cite details[open]").get_by_role("link", name="Download").click()
    assert cited.value.suggested_filename == f"lane2024ferry-{ids['ferry']}.bib"

    page.goto("/?q=harbour")
    page.get_by_text(re.compile("^Export these")).click()
    with page.expect_download() as exported:
        page.get_by_role("link", name="RIS").click()
    assert exported.value.suggested_filename == "newsarchive.ris"
    assert exported.value.path().read_text().count("TY  - NEWS") > 1


def test_the_box_offers_how_to_go_on(visit: Visit) -> None:
    page = visit()
    page.goto("/")
    box, options = page.get_by_label("Search the archive"), page.get_by_role("option")
    page.keyboard.press("/")
    page.keyboard.type("title:ferry harb")
    expect(options).to_have_text(["harbour4 articles"])
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(box).to_have_value("title:ferry harbour")
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(box).to_have_value("title:ferry harb")
    expect(options).to_have_count(0)
    expect(box).to_be_focused()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("author:mil")
    expect(options).to_have_text(['author:"Milo Penhallow"author 1 article'])
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Tab")
    expect(box).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("1 article")
    box.press("End")
    page.keyboard.type(" har")
    options.first.click()
    expect(box).to_have_value('author:"Milo Penhallow" harbour')
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("1 article")


def test_a_value_of_a_facet_is_found_and_ticked(visit: Visit) -> None:
    page = visit()
    page.goto("/")
    author = page.get_by_role("group", name="Author")
    expect(author.get_by_role("checkbox", name="Writer 29")).to_have_count(0)
    within = author.get_by_role("searchbox", name="Search authors")
    within.press_sequentially("29")
    expect(author.get_by_role("status")).to_have_text("1 value")
    author.get_by_role("checkbox", name="Writer 29").check()
    expect(page).to_have_url(f"{visit.site}/?author=Writer+29")
    page.go_back()
    within.press_sequentially("xyz")
    expect(author.get_by_role("status")).to_have_text("0 values")
    within.fill("")
    within.press_sequentially(" ")
    expect(author.get_by_role("checkbox").first).to_be_visible()


def test_mentions_telling_words_and_values_without_script(visit: Visit) -> None:
    page = visit(java_script_enabled=False)
    page.goto("/?q=harbour")
    page.get_by_role("link", name="mentions in context").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mentions in context")
    marks = page.locator(".kwic mark")
    assert marks.count() > 3
    assert len({round(box["x"]) for n in range(marks.count()) if (box := marks.nth(n).bounding_box())}) == 1
    page.get_by_role("link", name="Back to the results").click()
    page.get_by_role("link", name="telling words").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Telling words")
    page.goto("/")
    page.locator("#within-author").fill("29")
    page.locator("form.within", has=page.locator("#within-author")).get_by_role("button").click()
    page.get_by_role("link", name="Writer 29", exact=True).click()
    expect(page).to_have_url(f"{visit.site}/?author=Writer+29")


def test_with_the_keyboard_only(visit: Visit) -> None:
    page = visit()
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the content")).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_label("Search the archive")).to_be_focused()
    page.keyboard.type("harbour / ferry?")
    expect(page.get_by_label("Search the archive")).to_have_value("harbour / ferry?")
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("harbour")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{visit.site}/?q=harbour")
    page.locator("html.scripted").wait_for()
    page.keyboard.press("?")
    expect(page.get_by_text("one of them, or both")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator(".hits h2 a").nth(1)).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/article/\d+\?q=harbour$"))
    page.locator("html.scripted").wait_for()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("j")
    expect(page).to_have_url(re.compile("#match-1$"))

    page.goto("/?q=harbour")
    page.get_by_role("checkbox", name="Ada Lane").focus()
    page.keyboard.press("Space")
    expect(page).to_have_url(f"{visit.site}/?q=harbour&author=Ada+Lane")
    page.get_by_role("link", name="2024: 1 article").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("since=2024-01-01&until=2024-12-31"))


def test_without_javascript(visit: Visit) -> None:
    page = visit(java_script_enabled=False)
    page.goto("/?q=harbour")
    page.get_by_role("checkbox", name="Ada Lane").check()
    page.get_by_role("checkbox", name="Milo Penhallow").check()
    page.get_by_role("button", name="Apply filters").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("3 articles")
    expect(page.get_by_role("checkbox", name="Milo Penhallow")).to_be_checked()
    page.get_by_role("link", name="2025: 1 article").click()
    page.get_by_role("link", name="Clear all").click()
    expect(page).to_have_url(f"{visit.site}/?q=harbour")
    page.get_by_text("Search tips and keys").click()
    page.get_by_role("link", name="title:ferry").click()
    page.get_by_role("link", name="Ferry returns to the island").click()
    page.get_by_role("link", name="2 versions").click()
    expect(page.locator(".field del")).to_have_text(["Tuesday"])


@pytest.mark.parametrize("width", [1280, 390])
def test_see_how_the_sources_are_doing(visit: Visit, width: int) -> None:
    page = visit(java_script_enabled=False, viewport={"width": width, "height": 844})
    page.goto("/")
    page.get_by_role("link", name="Sources").click()
    row = page.get_by_role("table", name="Sources").get_by_role("row").filter(has_text="The Paper")
    expect(row.get_by_role("img")).to_have_accessible_name(re.compile("28 days"))
    expect(row.get_by_role("cell")).to_have_count(8)
    page.get_by_role("link", name="1 waiting").press("Enter")
    expect(page).to_have_url(f"{visit.site}/sources?state=waiting")
    page.get_by_role("link", name="The Paper").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("The Paper")
    page.get_by_role("link", name="newest first").click()
    expect(page).to_have_url(f"{visit.site}/?source=The+Paper")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_every_page_fits_its_window(visit: Visit, ids: dict[str, int], width: int, scheme: Any) -> None:
    page = visit(viewport={"width": width, "height": 844}, color_scheme=scheme)
    ferry = f"/article/{ids['ferry']}"
    pages = ["/", "/?q=harbour&author=Ada+Lane", "/?q=nothinglikeit", ferry, f"{ferry}?q=ferry#match-1"]
    for url in [
        *pages,
        f"{ferry}/diff",
        f"{ferry}/diff?view=side",
        f"{ferry}/changes",
        "/changes",
        "/sources/1/changes",
        f"/article/{ids['hostile']}",
        "/sources",
        "/sources/1",
        "/?page=0",
        "/nowhere",
    ]:
        page.goto(url)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), url


def test_on_a_narrow_screen_the_filters_are_folded(visit: Visit) -> None:
    page = visit(viewport={"width": 390, "height": 844})
    page.goto("/?q=harbour")
    box = page.get_by_role("checkbox", name="Ada Lane")
    expect(box).to_be_hidden()
    page.get_by_text("Filters", exact=True).click()
    box.check()
    expect(page).to_have_url(f"{visit.site}/?q=harbour&author=Ada+Lane")


def test_nothing_archived_runs(visit: Visit, ids: dict[str, int]) -> None:
    page = visit()
    page.on("dialog", lambda dialog: visit.wrong.append(f"dialog: {dialog.message}"))
    for url in ("/?q=hostile", f"/article/{ids['hostile']}?q=hostile", f"/article/{ids['hostile']}/diff"):
        page.goto(url)
        expect(page.get_by_text("<script>alert(1)</script>").first).to_be_visible()


def test_changes_are_walked_with_keys_and_shown_in_two_columns_where_there_is_room(visit: Visit) -> None:
    page = visit(viewport={"width": 1280, "height": 800})
    page.goto("/changes")
    page.get_by_role("link", name="Ferry returns to the island").click()
    expect(page.locator(".pair")).to_have_count(0)
    page.locator("html.scripted").wait_for()
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page).to_have_url(re.compile("#change-2$"))
    expect(page.locator(".change:target")).to_be_visible()
    page.get_by_role("link", name="Previous change").click()
    expect(page).to_have_url(re.compile("#change-1$"))

    page.get_by_role("link", name="Side by side").click()
    expect(page.locator(".pair").first).to_be_visible()
    expect(page.locator(".inline").first).not_to_be_visible()
    page.locator("html.scripted").wait_for()
    page.keyboard.press("j")
    expect(page).to_have_url(re.compile("#side-1$"))
    page.set_viewport_size({"width": 390, "height": 800})
    expect(page.locator(".pair").first).not_to_be_visible()
    expect(page.locator(".inline ins").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
