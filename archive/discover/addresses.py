"""What an address says of its page: an article, a list, a service, a home page. Pure rules on URLs, none for any
one site.
"""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

_FILE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|avif|svg|ico|bmp|tiff?|pdf|docx?|xlsx?|pptx?|odt|epub|mp3|m4a|ogg|wav|mp4|m4v|webm|mov"
    r"|avi|zip|gz|rar|7z|tar|exe|dmg|apk|css|js|json|xml|rss|atom|txt|ics|csv)$",
    re.IGNORECASE,
)
_LISTS = frozenset({
    "tag", "tags", "topic", "topics", "category", "categories", "author", "authors", "page", "search", "archive",
    "archives", "feed", "feeds", "rss", "user", "users", "profile", "profiles", "staff", "schlagwort", "thema",
    "autor", "etiqueta", "label", "labels",
})  # fmt: skip
_ARCHIVES = frozenset({"archive", "archives"})
"""Lists at the end of a path; before a number, to some content systems, the place of every article."""

_SERVICES = frozenset({
    "login", "logout", "signin", "sign-in", "signup", "sign-up", "register", "account", "subscribe", "subscription",
    "newsletter", "newsletters", "about", "about-us", "contact", "contact-us", "contacts", "privacy",
    "privacy-policy",
    "cookie-policy", "cookies", "terms", "terms-of-use", "terms-of-service", "terms-and-conditions", "imprint",
    "impressum", "datenschutz", "kontakt", "advertise", "advertising", "careers", "jobs", "help", "faq", "sitemap",
    "cart", "checkout", "shop", "share", "print", "wp-login.php", "wp-admin", "cdn-cgi", "accessibility", "donate",
    "masthead", "corrections-policy", "rss-feeds", "mobile-apps",
})  # fmt: skip
_LIST_PARAMETER = re.compile(
    r"(?:^|&)(?:s|q|query|search|page|paged|cat|tag|author|share|replytocom|feed)=", re.IGNORECASE
)
_ID_PARAMETER = re.compile(
    r"(?:^|&)(?:p|id|aid|nid|article_?id|article|story_?id|story|news_?id|news|post_?id)=\d+", re.IGNORECASE
)
_DATED = re.compile(
    r"/(?:19|20)\d\d/(?:\d\d?|[a-z]{3,9})/|[/_-](?:19|20)\d\d-?(?:0[1-9]|1[0-2])-?(?:0[1-9]|[12]\d|3[01])(?!\d)",
    re.IGNORECASE,
)
_MONTH = r"(?:0?[1-9]|1[0-2]|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
_DATE_ALONE = re.compile(
    rf"(?:^/|/archives?/)(?:19|20)\d\d/?$|/(?:19|20)\d\d[/-]{_MONTH}(?:[/-](?:0?[1-9]|[12]\d|3[01]))?/?$",
    re.IGNORECASE,
)
_DATE_PARAMETER = re.compile(
    r"(?:^|&)(?:m=(?:19|20)\d{4}|(?:yyyy|year|jahr)=(?:19|20)\d\d|month=(?:19|20)\d\d)", re.IGNORECASE
)
_ARTICLE_PATH = re.compile(
    r"(?:^|/)(?:articles?|story|stories|artikel|noticia|articolo|post)/[^/]+|\d{5,}(?:\.\w+)?/?$",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"/(?:news|blog|p|a)/\d+(?:/|$)|-a?\d{4,}(?:\.\w+)?$", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")


def is_home(url: str) -> bool:
    """Whether a URL is a site's front page, or that of one of its languages."""
    path = urlsplit(url).path.strip("/")
    return path == "" or re.fullmatch(r"[a-z]{2}(?:[-_][A-Za-z]{2})?|index\.\w+|home", path) is not None


def may_be_article(target: str) -> bool:
    """Whether a URL is none of those that never are one: files, lists, services, the home page."""
    parts = urlsplit(target)
    segments = [segment for segment in parts.path.lower().split("/") if segment]
    if _FILE.search(parts.path) or _LIST_PARAMETER.search(parts.query):
        return False
    if not segments:
        return bool(_ID_PARAMETER.search(parts.query))
    if segments[-1] in _SERVICES or segments[-1] in _LISTS:
        return False
    is_list = segments[0] in _LISTS - _ARCHIVES or (len(segments) > 1 and segments[-2] in _LISTS - _ARCHIVES)
    is_service = segments[0] in _SERVICES and len(segments) <= 2
    return not (is_list or is_service) or bool(_DATED.search(parts.path))


def looks_like_article(target: str) -> bool:
    """Whether the address alone tells an article: a number, a date with a name, a name of three words."""
    parts = urlsplit(target)
    path = parts.path
    if is_of_a_date(target):
        return False
    if _ID_PARAMETER.search(parts.query) or _NUMBERED.search(path) or _ARTICLE_PATH.search(path):
        return True
    slug = unquote(path.rstrip("/").rpartition("/")[2])
    return bool(_DATED.search(path) and slug) or count_words(slug) >= 3


def is_of_a_date(target: str) -> bool:
    """Whether an address names a year, a month or a day and nothing of it: the page of an archive or a calendar."""
    parts = urlsplit(target)
    if _ID_PARAMETER.search(parts.query):
        return False
    return bool(_DATE_ALONE.search(parts.path) or _DATE_PARAMETER.search(parts.query))


def count_words(text: str) -> int:
    """How many words; of scripts without spaces, one for every two characters."""
    words = _WORD.findall(text)
    return sum(max(1, len(word) // 2) if ord(word[0]) > 0x2E80 else 1 for word in words)
