"""Rewriting of archived markup and style: nothing that runs is left, and no address leads out of the archive."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.extract.css import rewrite_css
from newsarchive.replay.attributes import srcset
from newsarchive.replay.markup import rewrite_page

URL = "http://paper.test/news/1?a=b"


def page(text: str) -> str:
    return rewrite_page(text, URL, part=lambda url: f"/part/{url}", page=lambda url: f"/web/1/{url}").html


def body(text: str) -> str:
    found = re.search(r"<body>(.*)</body>", page(f"<body>{text}"), re.DOTALL)
    assert found is not None
    return found[1]


def sheet(text: str) -> str:
    return rewrite_css(text, lambda url: f"/part/{url}" if "nowhere" not in url else "")


# -- markup ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("<p>a &amp; b &lt;i&gt; é</p>", "<p>a &amp; b &lt;i&gt; é</p>"),
        ("<a href='/x'>l</a>", '<a href="/web/1/http://paper.test/x" target="_top">l</a>'),
        ("<a href='#f'>l</a>", '<a href="#f">l</a>'),
        ("<a href='?a=b#f'>l</a>", '<a href="#f">l</a>'),
        ("<a href='//o.test/y#f' target=_blank ping=/p>l</a>", '<a href="/web/1/http://o.test/y#f" target="_top">l</a>'),
        ("<a href='\tjava\nscript:alert(1)'>l</a>", "<a>l</a>"),
        ("<a href='mailto:a@b.test'>l</a>", "<a>l</a>"),
        ("<a href='data:text/html,x'>l</a>", "<a>l</a>"),
        ("<a href='http://u:p@o.test/'>l</a>", '<a href="/web/1/http://o.test/" target="_top">l</a>'),
        ("<a href='http://[broken'>l</a>", "<a>l</a>"),
        ("<img src=a.png alt=x onerror=x()>", '<img alt="x" src="/part/http://paper.test/news/a.png">'),
        ("<img src='data:image/png;base64,AA'>", '<img src="data:image/png;base64,AA">'),
        ("<img src='data:text/html,AA'>", "<img>"),
        ("<img src='blob:x'>", "<img>"),
        ("<img src='data:image/gif;base64,R0' data-src=/lazy.png>",
         '<img data-src="/lazy.png" src="/part/http://paper.test/lazy.png">'),
        ("<picture><source srcset='a.png 1x,b.png 2x'></picture>",
         '<picture><source srcset="/part/http://paper.test/news/a.png 1x, /part/http://paper.test/news/b.png 2x"></picture>'),
        ("<video src=v poster=p.jpg autoplay></video>",
         '<video src="/part/http://paper.test/news/v" poster="/part/http://paper.test/news/p.jpg"></video>'),
        ("<td background=b.png>", '<td background="/part/http://paper.test/news/b.png"></td>'),
        ("<p style='background:url(b.png)'>x</p>",
         '<p style="background:url(&quot;/part/http://paper.test/news/b.png&quot;)">x</p>'),
        ("<svg><image xlink:href=i.png /><use href='#a'/><use href='//o.test/#a'/></svg>",
         ('<svg><image href="/part/http://paper.test/news/i.png"></image><use href="#a"></use>'
         '<use href="/part/http://o.test/#a"></use></svg>')),
        ("<svg><rect fill='url(//o.test/x#a)' filter='url(#b)'/></svg>",
         '<svg><rect fill="url(&quot;/part///o.test/x#a&quot;)" filter="url(&quot;#b&quot;)"></rect></svg>'.replace(
             "/part///", "/part/http://")),
        ("<svg><a xlink:href='javascript:x'><animate attributeName=href to='javascript:x'/>t</a></svg>",
         "<svg><a>t</a></svg>"),
        ("<math href='http://o.test/'><mi>x</mi></math>", "<math><mi>x</mi></math>"),
        ("<form action=/x method=post target=_top><button formaction=/y>b</button></form>", "<form><button>b</button></form>"),
        ("<noscript><img src=n.png></noscript>", '<img src="/part/http://paper.test/news/n.png">'),
        ("<object data=x.swf><p>instead</p></object><embed src=y>", "<p>instead</p>"),
        ("<template><img src=x></template><script>x</script>t", "t"),
        ("<xmp><b></xmp>", "<pre>&lt;b&gt;</pre>"),
        ("<!-- <img src=x> --><?php x ?>t", "t"),
        ("<input type=image src=i.png formaction=/x autofocus>", '<input type="image" src="/part/http://paper.test/news/i.png">'),
        ("<iframe srcdoc='<script>x</script>'></iframe>", ""),
        ("<my-card data-x='1'>c</my-card>", '<my-card data-x="1">c</my-card>'),
        ("<q cite=/c>q</q><blockquote cite=//o.test>b</blockquote>", "<q>q</q><blockquote>b</blockquote>"),
        ("<textarea></textarea><title><img src=x></title>", "<textarea></textarea><title>&lt;img src=x&gt;</title>"),
    ],
)  # fmt: skip
def test_what_is_kept_of_markup(written: str, kept: str) -> None:
    assert body(written) == kept


@pytest.mark.parametrize(
    "gone",
    [
        "<meta http-equiv=refresh content='0;url=http://o.test/'>",
        "<meta http-equiv=Set-Cookie content='a=b'>",
        "<meta http-equiv=x-dns-prefetch-control content=on>",
        "<link rel=dns-prefetch href=//o.test>",
        "<link rel=preconnect href=//o.test>",
        "<link rel=prefetch href=//o.test/x>",
        "<link rel='preload' as=style href=//o.test/x.css>",
        "<link rel=modulepreload href=//o.test/x.js>",
        "<link rel=manifest href=/m.json>",
        "<link rel=icon href=//o.test/i.png>",
        "<link rel='alternate stylesheet' href=//o.test/x.css>",
        "<link rel=stylesheet type=text/less href=//o.test/x.less>",
        "<link rel=stylesheet href=data:text/css,x>",
        "<style type=text/less>a{b:url(//o.test)}</style>",
        "<script type=speculationrules>{}</script>",
        "<base target=_blank>",
    ],
)
def test_what_is_gone_from_the_head(gone: str) -> None:
    assert page(f"<html><head>{gone}<title>t</title></head>") == "<html><head><title>t</title></head></html>"


def test_a_style_sheet_and_how_wide_the_page_is_stay() -> None:
    assert page(
        "<head><meta name=viewport content='width=device-width'><link rel='StyleSheet' href=s.css media=print>"
    ) == (
        '<html><head><meta name="viewport" content="width=device-width">'
        '<link rel="stylesheet" href="/part/http://paper.test/news/s.css" media="print"></head></html>'
    )


def test_the_first_base_is_what_addresses_are_relative_to() -> None:
    written = page("<base href='/b/'><base href='http://o.test/'><body><img src=i.png><a href=l>l</a>")
    assert '<img src="/part/http://paper.test/b/i.png">' in written
    assert '<a href="/web/1/http://paper.test/b/l" target="_top">' in written
    assert "<base" not in written


def test_a_page_within_a_page_is_a_link() -> None:
    assert body("<iframe src='https://v.test/e?x=1&y'></iframe>").startswith(
        '<a href="/web/1/https://v.test/e?x=1&amp;y" target="_top"'
    )


def test_the_document_type_stays_for_it_decides_how_browsers_draw() -> None:
    strict = '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">'
    assert page(f"{strict}<p>x").startswith(strict)
    assert page("<!-- c --><!doctype html><p>x").startswith("<!doctype html>")
    assert page("<p>x").startswith("<html>")


@pytest.mark.parametrize(
    "written",
    [
        "<style>a{}</style><svg><style>&lt;img src=x><b></style></svg>",
        "<svg><style><img src=x onerror=y></style></svg>",
        "<math><style><!--</style><img title='--&gt;&lt;img src=x&gt;'></math>",
        "<style>p::before{content:'</sty\\6ce><img src=x>'}</style>",
    ],
)
def test_no_style_can_end_as_markup(written: str) -> None:
    for content in re.findall(r"<style>(.*?)</style>", page(written), re.DOTALL):
        assert not re.search(r"<[a-zA-Z/!?]", content)


def test_in_pictures_a_style_has_no_references() -> None:
    assert "u&#114;l" not in page("<svg><style>a{b:u&#114;l(http://o.test)}</style></svg>")


def test_the_title_is_told_but_not_that_of_a_picture() -> None:
    rewritten = rewrite_page(
        "<title> A\n headline </title><svg><title>Logo</title></svg>", URL, part=str, page=str
    )
    assert rewritten.title == "A headline"


@pytest.mark.parametrize("text", ["<div>" * 90_000, "<b>" * 50_000 + "</i>" * 50_000, "<i>x</i>" * 60_000])
def test_hostile_44_markup_without_end_is_cut(text: str) -> None:
    rewritten = rewrite_page(text, URL, part=str, page=str)
    assert rewritten.cut
    assert len(rewritten.html) < 2_000_000


def test_hostile_44_text_deeper_than_any_page_is_kept_without_its_elements() -> None:
    written = page("<div>" * 1000 + "deep")
    assert "deep" in written
    assert written.count("<div>") < 600


def test_hostile_44_addresses_without_end_lead_nowhere() -> None:
    rewritten = rewrite_page(
        "<p style='" + "url(a)" * 30_000 + "'>", URL, part=lambda _url: "/part", page=str
    )
    assert rewritten.cut
    assert rewritten.html.count("/part") == 20_000


def test_nothing_is_made_of_nothing() -> None:
    assert page("") == ""
    assert page("<!doctype html>") == "<!doctype html>"


# -- style -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("a{b:url(x.png)}", 'a{b:url("/part/x.png")}'),
        ("a{b:url( 'x y.png' )}", "a{b:url('/part/x y.png' )}"),
        ("a{b:URL(x.png) , u\\72l(y.png)}", 'a{b:url("/part/x.png") , url("/part/y.png")}'),
        ("a{b:url(x\\)y.png)}", 'a{b:url("/part/x)y.png")}'),
        ("a{b:url(x.png", 'a{b:url("/part/x.png")'),
        ("a{b:url(x'y) c:url(z)}", 'a{b:url("about:invalid") c:url("/part/z")}'),
        ("a{b:url()}", 'a{b:url("/part/")}'),
        ("a{b:url(nowhere)}", 'a{b:url("about:invalid")}'),
        ('@import "x.css" screen;', '@import "/part/x.css" screen;'),
        ("@import url(x.css) layer(a);", '@import url("/part/x.css") layer(a);'),
        ("@\\69mport 'x.css';", "@\\69mport '/part/x.css';"),
        ('a{b:image-set("x.png" type("image/png") 1x)}', 'a{b:image-set("/part/x.png" type("image/png") 1x)}'),
        ('a{b:-webkit-image-set(url(x.png) 1x, "y.png" 2x)}', 'a{b:-webkit-image-set(url("/part/x.png") 1x, "/part/y.png" 2x)}'),
        ('a{content:"url(x)" attr(y)}', 'a{content:"url(x)" attr(y)}'),
        ("/* url(x) */a{}", "/**/a{}"),
        ('a{content:"unclosed\nb{c:url(x)}', 'a{content:"unclosed\nb{c:url("/part/x")}'),
        ("@font-face{src:url(f.woff2) format('woff2')}", "@font-face{src:url(\"/part/f.woff2\") format('woff2')}"),
        ('a{b:url("x"', 'a{b:url("/part/x"'),
        ("a{b:src('x')}", "a{b:src('/part/x')}"),
    ],
)  # fmt: skip
def test_every_address_of_a_style_sheet_is_rewritten(written: str, kept: str) -> None:
    assert sheet(written) == kept


def test_candidates_of_a_set() -> None:
    assert srcset("a.png 1x, b,c.png 2x , d.png") == [("a.png", "1x"), ("b,c.png", "2x"), ("d.png", "")]
    assert srcset("data:image/png;base64,AA 1x, e.png,") == [
        ("data:image/png;base64,AA", "1x"),
        ("e.png", ""),
    ]
    assert srcset(" , ") == []


# -- laws --------------------------------------------------------------------------------------------

FETCHING = {"src", "srcset", "poster", "background", "href", "xlink:href", "data", "action", "formaction"}
OUT = st.sampled_from(
    [
        "http://out.test/x",
        "//out.test/y",
        "https:out.test",
        "\\\\out.test\\z",
        "HTTP://out.test",
        "ws://out.test",
    ]
)
NAMES = st.sampled_from(
    ["a", "img", "p", "link", "meta", "svg", "style", "image", "use", "iframe", "source", "base", "math", "title",
     "textarea", "template", "noscript", "table", "td", "select", "object", "video", "input", "form", "script", "feimage"]
)  # fmt: skip
ATTRIBUTES = st.sampled_from(
    [
        *sorted(FETCHING),
        "style",
        "rel",
        "fill",
        "filter",
        "onload",
        "http-equiv",
        "content",
        "srcdoc",
        "ping",
        "is",
    ]
)
VALUES = st.one_of(
    OUT,
    OUT.map(lambda url: f"url({url})"),
    OUT.map(lambda url: f"{url} 1x, {url} 2x"),
    OUT.map(lambda url: f"0;url={url}"),
    st.sampled_from(["stylesheet", "refresh", "javascript:x", "dns-prefetch", "#f", "x\"'<>&y"]),
)
TAGS = st.builds(
    lambda name, attributes, quote: (
        f"<{name}" + "".join(f" {k}={quote}{v}{quote}" for k, v in attributes) + ">"
    ),
    NAMES,
    st.lists(st.tuples(ATTRIBUTES, VALUES), max_size=4),
    st.sampled_from(["'", '"', ""]),
)
STYLE = st.lists(
    st.one_of(
        OUT.map(lambda url: f"url({url})"),
        OUT.map(lambda url: f"url('{url}')"),
        OUT.map(lambda url: f"@import '{url}';"),
        OUT.map(lambda url: f'image-set("{url}" 1x)'),
        st.sampled_from(
            [
                "a{b:",
                "}",
                "/*",
                "*/",
                "'",
                '"',
                "\\",
                "\n",
                "u\\72 l(",
                ")",
                "(",
                ";",
                "<!--",
                "</style>",
                "<b>",
            ]
        ),
    ),
    max_size=8,
).map("".join)
MARKUP = st.lists(
    st.one_of(TAGS, NAMES.map(lambda name: f"</{name}>"), STYLE, st.sampled_from(["<!--", "-->", "<![CDATA[", "]]>", "&lt;", "<"])),
    max_size=14,
).map("".join)  # fmt: skip


QUOTED = r"""("(?:[^"\\\n]|\\.|\\\n)*"?|'(?:[^'\\\n]|\\.|\\\n)*'?)"""
ADDRESS_OR_STRING = re.compile(rf"((?<![-\w\\])url\(\s*|@import\s*)?{QUOTED}", re.IGNORECASE | re.DOTALL)


def leads_out(style: str) -> bool:
    """Whether an address in a style is none of the archive's, by another reading than the rewriter's."""
    for found in ADDRESS_OR_STRING.finditer(style):
        if found[1] and not found[2][1:].startswith(("/part/", "about:invalid", "#")):
            return True
    rest = ADDRESS_OR_STRING.sub("", style)
    return re.search(r"(?<![-\w\\])url\(\s*[^\s)]", rest, re.IGNORECASE) is not None


class Asking(HTMLParser):
    """The addresses that a page makes a browser ask for, and the styles in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.styles: list[str] = []
        self.tags: set[str] = set()
        self._in_style = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self._in_style = tag == "style"
        for name, value in attrs:
            assert not name.startswith("on")
            assert name not in {"srcdoc", "ping", "http-equiv", "is", "action", "formaction", "data"}
            if name == "srcset":
                self.addresses += [address for address, _ in srcset(value or "")]
            elif name in FETCHING:
                self.addresses.append(value or "")
            elif name in {"style", "fill", "filter"}:
                self.styles.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        self._in_style = False

    def handle_data(self, data: str) -> None:
        if self._in_style:
            self.styles.append(data)


@given(MARKUP)
def test_no_address_leads_out_of_the_archive(text: str) -> None:
    asking = Asking(page(text))
    assert not asking.tags & {
        "script",
        "base",
        "iframe",
        "object",
        "embed",
        "template",
        "noscript",
        "form-action",
    }
    for address in asking.addresses:
        assert address.startswith(("/part/", "/web/1/", "#")), address
    for style in asking.styles:
        assert not leads_out(style), style


@given(MARKUP)
def test_rewriting_ends_what_it_begins(text: str) -> None:
    written = page(text)
    for name in ("style", "title", "textarea", "a"):
        assert len(re.findall(rf"<{name}[ >]", written)) == written.count(f"</{name}>")


@given(STYLE)
def test_no_address_of_a_style_sheet_leads_out_of_the_archive(text: str) -> None:
    assert not leads_out(sheet(text))
