"""What robots.txt allows, and by which rule (RFC 9309). The hostile inputs are in test_hostile_robots.py."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.robots import Robots, Verdict, parse_robots, product_token, robots_for_status
from archive.robots.patterns import as_written, compiled

AGENT = "newsarchive"


def allowed(text: str, path: str, agent: str = AGENT) -> bool:
    return parse_robots(text.encode()).allowed("https://a.com" + path, agent)


def verdict(*lines: str, path: str = "/x", agent: str = AGENT) -> Verdict:
    return parse_robots("\n".join(lines).encode()).verdict(f"https://a.com{path}", agent)


# -- which lines are for whom ------------------------------------------------------------------------


def test_the_own_group_stands_in_for_that_of_everybody() -> None:
    text = "User-agent: *\nDisallow: /\n\nUser-agent: newsarchive\nDisallow: /private\n"
    assert allowed(text, "/news")
    assert not allowed(text, "/private/x")
    assert not allowed(text, "/news", "another")


def test_an_own_group_without_rules_stands_in_for_that_of_everybody_too() -> None:
    assert allowed("User-agent: *\nDisallow: /\nUser-agent: newsarchive\n", "/x")
    assert allowed("User-agent: *\nDisallow: /\nUser-agent: newsarchive\nDisallow:\n", "/x")


def test_groups_of_one_name_are_joined() -> None:
    text = "User-agent: newsarchive\nDisallow: /a\n\nUser-agent: x\nDisallow: /b\n\nUser-agent: NewsArchive\nDisallow: /c"
    assert [allowed(text, path) for path in ("/a", "/b", "/c")] == [False, True, False]


def test_groups_for_everybody_are_joined() -> None:
    text = "User-agent: *\nDisallow: /a\nUser-agent: x\nDisallow: /b\nUser-agent: * all others\nDisallow: /c"
    assert [allowed(text, path) for path in ("/a", "/b", "/c")] == [False, True, False]


def test_several_names_share_the_rules_that_follow() -> None:
    text = "User-agent: x\n\n\nUser-agent: newsarchive\nDisallow: /a\n\nDisallow: /b\n"
    assert [allowed(text, path, agent) for path in ("/a", "/b") for agent in ("x", AGENT)] == [False] * 4


@pytest.mark.parametrize(
    "name", ["news", "newsarchiver", "news archive", "*news", "*archive", "", "/", "2newsarchive"]
)
def test_a_name_is_matched_whole(name: str) -> None:
    assert not allowed(f"User-agent: {name}\nAllow: /\n\nUser-agent: *\nDisallow: /\n", "/x")


def test_rules_before_any_name_are_for_nobody() -> None:
    assert allowed("Disallow: /\nUser-agent: *\nDisallow: /y\n", "/x")
    assert allowed("Disallow: /\n", "/x")


def test_a_crawler_without_a_name_gets_the_rules_of_everybody() -> None:
    text = "User-agent: 007\nDisallow: /a\nUser-agent: *\nDisallow: /b\n"
    assert [allowed(text, path, agent) for path in ("/a", "/b") for agent in ("007/1", "")] == [
        True, True, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("agent", "token"),
    [("newsarchive", "newsarchive"), ("NewsArchive/2.1 bar", "newsarchive"), ("a_b-c/1 (+https://b.com)", "a_b-c"),
     ("Desk (+mailto:a@b.com)", "desk"), ("Mozilla/5.0 (compatible; DeskBot/0.1; https://b.com)", "deskbot"),
     ("Desk Bot", "*"), ("", "*"), ("*", "*"), ("Désk/1", "*")],
)  # fmt: skip
def test_a_version_is_no_part_of_a_name(agent: str, token: str) -> None:
    assert product_token(agent) == token


# -- which rule wins ---------------------------------------------------------------------------------

# What Google documents of its parser, the reference of RFC 9309: a pattern, addresses it is for, others.
PATTERNS = [
    ("/", ["/", "/any", "/?q"], []),
    ("/$", ["/"], ["/a", "/?q"]),
    ("/cod", ["/cod", "/cod.html", "/cod/fillet", "/codling", "/cod.php?id=1"], ["/Cod", "/a/cod", "/?id=cod"]),
    ("/cod*", ["/cod", "/cod/fillet", "/codling"], ["/Cod", "/a/cod"]),
    ("/cod/", ["/cod/", "/cod/?a", "/cod/fillet.html"], ["/cod", "/cod.html", "/Cod/"]),
    ("/*.php", ["/a.php", "/a/b.php", "/a.php?x", "/a.php/", "/a?b=c.php", "//a.php5"], ["/a.PHP", "/php", "/a?php"]),
    ("/*.php$", ["/a.php", "/a/b.php"], ["/a.php?x", "/a.php/", "/a.php5", "/A.PHP"]),
    ("/cod*.php", ["/cod.php", "/codling/eel.php?x"], ["/Cod.php", "/cod.html"]),
    ("/a*b*c$", ["/abc", "/a/b/c", "/abbcc", "/abcbc"], ["/abcd", "/acb"]),
    ("/a**", ["/a", "/ab"], ["/b"]),
    ("*", ["/", "/x"], []),
    ("*$", ["/", "/x"], []),
    ("*b", ["/b", "/ab", "/a/bc"], ["/a"]),
    ("/a$b", ["/a$b", "/a$bc"], ["/a", "/ab"]),
    ("/a$$", ["/a$"], ["/a", "/a$$"]),
    ("a", [], ["/a", "/"]),
    ("/a;b", ["/a;b=1"], ["/a"]),
    ("/x?a=1&b", ["/x?a=1&b=2"], ["/x?b&a=1"]),
    ("//", ["//a"], ["/a"]),
    ("/a%2A", ["/a*"], ["/ab"]),
    ("/a-%24", ["/a-$"], ["/a-"]),
    ("/u?to=https://b.com", ["/u?to=https://b.com/x", "/u?to=https%3A%2F%2Fb.com"], ["/u?to=b.com"]),
    ("/%62%61%7A", ["/baz", "/%62%61%7a"], ["/bar"]),
    ("/a b", ["/a b", "/a%20b"], ["/a"]),
    ("/it's?it's", ["/it's?it's"], []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [(p, path, True) for p, those, _ in PATTERNS for path in those]
    + [(p, path, False) for p, _, others in PATTERNS for path in others],
)
def test_a_pattern_is_for_these_addresses_and_not_for_others(
    pattern: str, path: str, *, matches: bool
) -> None:
    assert verdict("User-agent: *", f"Disallow: {pattern}", path=path).allowed is not matches


# Rules, an address, and the number of the line that decides (from 1, the User-agent line), 0 for none.
PRECEDENCE = [
    (["Disallow: /", "Allow: /p"], "/page", 3),
    (["Allow: /p", "Disallow: /"], "/page", 2),
    (["Allow: /folder", "Disallow: /folder"], "/folder/page", 2),
    (["Disallow: /folder", "Allow: /folder"], "/folder/page", 3),
    (["Allow: /page", "Disallow: /*.htm"], "/page.htm", 3),
    (["Allow: /$", "Disallow: /"], "/", 2),
    (["Allow: /$", "Disallow: /"], "/page", 3),
    (["Disallow: /a", "Allow: /a/b"], "/a/b/c", 3),
    (["Disallow: /a/b/c", "Allow: /a/b"], "/a/b/c", 2),
    (["Disallow: /a", "Disallow: /a", "Allow: /b"], "/a", 2),
    (["Disallow: /a/*", "Allow: /a/b"], "/a/b", 3),
    (["Disallow: /ツ", "Allow: /%E3"], "/ツ", 2),
    (["Disallow:", "Allow:"], "/a", 0),
    (["Disallow: # /a"], "/a", 0),
    (["Disallow: a", "Allow: a"], "/a", 0),
]


@pytest.mark.parametrize(("rules", "path", "line"), PRECEDENCE)
def test_the_longest_rule_wins_and_of_equals_the_one_that_allows(
    rules: list[str], path: str, line: int
) -> None:
    decided = verdict("User-agent: *", *rules, path=path)
    assert (decided.line or 0) == line
    assert decided.allowed == (line == 0 or rules[line - 2].startswith("Allow"))


def test_an_address_that_escapes_could_let_through_is_fetched_only_if_both_readings_allow_it() -> None:
    # Google's parser compares escapes as written, RFC 9309 without those that are not needed.
    assert not allowed("User-agent: *\nDisallow: /\nAllow: /%62%61%7A\n", "/baz")
    assert allowed("User-agent: *\nDisallow: /\nAllow: /%62%61%7A\n", "/%62%61%7A")
    assert not allowed("User-agent: *\nAllow: /\nDisallow: /%62%61%7A\n", "/baz")


def test_robots_txt_itself_may_always_be_fetched() -> None:
    decided = verdict("User-agent: *", "Disallow: /", path="/robots.txt")
    assert (decided.allowed, decided.rule) == (True, None)
    assert not verdict("User-agent: *", "Disallow: /", path="/robots.txt?x").allowed


def test_an_address_of_any_length_is_judged() -> None:
    assert not allowed("User-agent: *\nDisallow: /*b$\n", "/" + "a" * 20_000 + "b")


def test_a_line_is_read_as_far_as_an_address_can_go() -> None:
    text = f"User-agent: *\nDisallow: /{'a' * 17_000}b\n"
    assert not allowed(text, "/" + "a" * 17_000)
    assert allowed(text, "/" + "a" * 16_000)


def test_an_address_is_judged_as_it_is_fetched() -> None:
    assert not allowed("User-agent: *\nDisallow: /b\n", "/a/../b")
    assert not allowed("User-agent: *\nDisallow: /b\n", "/a/%2e%2E/b#c")
    assert not allowed("User-agent: *\nDisallow: /?\n", "?q=1")


# -- the rule that decides ---------------------------------------------------------------------------


def test_a_verdict_names_its_line_as_written() -> None:
    lines = ("# ours", "USER-AGENT: *", "  disallow :/x?a=1&b  # why", "Allow: /caf\u00e9")
    assert verdict(*lines, path="/x?a=1&b=2") == Verdict(False, "disallow :/x?a=1&b", 3)
    assert verdict(*lines, path="/café/1") == Verdict(True, "Allow: /café", 4)
    decided = verdict(*lines, path="/y")
    assert (decided.allowed, decided.rule, decided.line) == (True, None, None)
    assert decided.reason


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_whatever_ends_them(end: str) -> None:
    text = end.join(("\ufeffUser-agent: *", "", "", "Disallow: /x"))
    assert parse_robots(text.encode()).verdict("https://a.com/x", AGENT).line == 4


def test_of_a_hostile_line_only_the_beginning_is_told() -> None:
    rule = verdict("User-agent: *", "Disallow: /x" + "*" * 100_000).rule
    assert rule is not None
    assert rule.startswith("Disallow: /x***")
    assert len(rule) < 1000


# -- what is forgiven --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    ["DISALLOW: /x", "disallow:/x", " Disallow \t:\t/x ", "Disallow /x", "disallow\t/x", "Disallowed: /x", "Dissallow: /x",
     "dissalow: /x", "disalow: /x", "diasllow: /x", "disallaw: /x", "Disallow: /x#y", "Disallow: /x\v"],
)  # fmt: skip
def test_a_rule_is_known_by_these_spellings(line: str) -> None:
    assert not verdict("User-agent: *", line).allowed


@pytest.mark.parametrize(
    "line",
    ["Dis-allow: /x", "disaallow: /x", "No Disallow: /x", "Disallow /x y", "Disallow = /x", "Disallow", ": /x", "Dis allow: /x",
     "#Disallow: /x", "Disallow: /x y", "Disallow: x", "Disallow: https://a.com/x", "Noindex: /x"],
)  # fmt: skip
def test_these_are_no_rules_for_the_address(line: str) -> None:
    assert verdict("User-agent: *", line).rule is None


@pytest.mark.parametrize(
    "line",
    ["user-agent: *", "USERAGENT: *", "User Agent: *", "User-agents: *", "user-agent *", "User-agent:*"],
)
def test_a_name_is_known_by_these_spellings(line: str) -> None:
    assert not verdict(line, "Disallow: /x").allowed


@pytest.mark.parametrize(
    "line", ["user_agent: *", "agent: *", "user agent *", "User-agent: **", "User-agent: *x"]
)
def test_these_are_no_names_for_everybody(line: str) -> None:
    assert verdict(line, "Disallow: /x").allowed


def test_bytes_that_are_no_utf_8_are_escaped_one_by_one() -> None:
    robots = parse_robots(b"User-agent: *\nDisallow: /caf\xe9\n")
    assert not robots.allowed("https://a.com/caf%E9", AGENT)
    assert robots.allowed("https://a.com/café", AGENT)


# -- the rest of the file ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "may"),
    [(200, False), (404, True), (410, True), (401, True), (403, True), (429, False), (500, False), (503, False),
     (None, False), (302, False)],
)  # fmt: skip
def test_a_status_says_whether_there_are_rules_at_all(status: int | None, *, may: bool) -> None:
    robots = robots_for_status(status, b"User-agent: *\nDisallow: /x\n")
    decided = robots.verdict("https://a.com/x", AGENT)
    assert decided.allowed is may
    assert (decided.rule is not None) == (status == 200)
    assert decided.reason or decided.rule


def test_of_several_delays_the_longest_counts_and_those_of_others_do_not() -> None:
    text = "User-agent: *\nCrawl-delay: 2\nDisallow: /x\nCrawl-delay: 5\nUser-agent: x\nCrawl-delay: 9\nDisallow: /x\n"
    robots = parse_robots(text.encode())
    assert (robots.crawl_delay(AGENT), robots.crawl_delay("x")) == (5.0, 9.0)
    assert Robots().crawl_delay(AGENT) is None


def test_sitemaps_are_those_that_can_be_fetched_each_once() -> None:
    text = b"Sitemap: https://a.com/s.xml\nsite-map: https://a.com/s.xml\nSitemap: file:///x\nSitemap: /relative\n"
    assert parse_robots(text).sitemaps == ("https://a.com/s.xml",)


# -- laws --------------------------------------------------------------------------------------------

_PIECES = st.sampled_from(["/", "a", "b", "*", "$", "?", "%7E", "~", "ü", " ", "ab", "/a"])
_TEXT = st.lists(_PIECES, max_size=8).map("".join)
_PATH = st.lists(st.sampled_from(["/", "a", "b", "?", "%7E", "~", "ü", "ab", "/a"]), max_size=8).map("".join)


@given(_TEXT, _PATH)
def test_a_pattern_matches_what_its_regular_expression_matches(pattern: str, path: str) -> None:
    written, address = as_written(pattern.encode()), as_written(("/" + path).encode())
    to_end = written.endswith("$")
    body = written[:-1] if to_end else written
    expression = ".*".join(re.escape(piece) for piece in body.split("*")) + (r"\Z" if to_end else "")
    expected = re.match(expression, address, re.DOTALL) is not None
    assert compiled(written, plain=False).matches(address) == expected


@given(st.lists(st.tuples(st.sampled_from(["Allow", "Disallow"]), _TEXT), max_size=6), _PATH)
def test_the_order_of_rules_does_not_matter_and_the_rule_told_is_one_of_them(
    rules: list[tuple[str, str]], path: str
) -> None:
    lines = [f"{name}: /{pattern}" for name, pattern in rules]
    decided = verdict("User-agent: *", *lines, path=f"/{path}")
    assert decided.allowed == verdict("User-agent: *", *reversed(lines), path=f"/{path}").allowed
    if decided.rule is None or decided.line is None:
        assert decided.allowed
    else:
        assert lines[decided.line - 2].strip() == decided.rule
        assert decided.allowed == decided.rule.startswith("Allow")
        assert verdict("User-agent: *", decided.rule, path=f"/{path}").rule is not None


@given(st.binary(max_size=300), st.text(max_size=30))
def test_no_bytes_and_no_url_raise(body: bytes, url: str) -> None:
    robots = parse_robots(b"User-agent: *\nDisallow: /q\n" + body)
    for address in (url, f"https://a.com/{url}"):
        assert robots.verdict(address, AGENT).allowed in (True, False)
    delay = robots.crawl_delay(AGENT)
    assert delay is None or 0 <= delay <= 300
