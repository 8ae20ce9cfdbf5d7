"""Which parameters of a URL tell one page from another, and which tell where a reader came from.

A parameter that is kept in vain costs one visit; one that is dropped wrongly makes one page of two, and an article
is lost. So names that mean something on other sites are dropped only with a value, or beside another name, that
leaves no doubt.
"""

from __future__ import annotations

import re
from urllib.parse import unquote_plus

_PREFIXES = ("utm_", "mtm_", "hsa_", "dpg_", "bsft_", "guce_referrer", "aspsessionid")

_TRACKING = frozenset((
    # clicks on advertisements and posts
    "fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "gad_source", "gad_campaignid", "srsltid", "msclkid",
    "yclid", "ysclid", "_openstat", "twclid", "ttclid", "igsh", "igshid", "li_fat_id", "epik", "mibextid", "sfnsn",
    "fb_action_ids", "fb_action_types", "fb_ref", "fb_source", "ref_src", "rb_clickid", "wickedid", "sr_share",
    "_branch_match_id", "_branch_referrer", "soc_src", "soc_trk",
    # newsletters
    "mc_cid", "mc_eid", "mc_tc", "_hsenc", "_hsmi", "__hstc", "__hssc", "__hsfp", "hsctatracking", "mkt_tok",
    "vero_id", "vero_conv", "oly_enc_id", "oly_anon_id", "_kx", "_bhlid", "et_cid", "et_rid", "sfmc_id",
    "sfmc_activityid", "ml_subscriber", "ml_subscriber_hash", "pnespid",
    # analytics
    "_ga", "_gl", "guccounter", "wt.mc_id", "wt_mc", "wt_zmc", "traffic_source",
    "pk_campaign", "pk_kwd", "pk_keyword", "pk_source", "pk_medium", "pk_content", "pk_cid", "pk_group",
    "pk_placement", "itm_source", "itm_medium", "itm_campaign", "itm_content", "itm_term",
    "ns_campaign", "ns_mchannel", "ns_source", "ns_linkname", "ns_fee",
    # AMP viewers, gift links
    "__twitter_impression", "amp_js_v", "amp_gsa", "amp_ct", "amp_tf", "usqp", "gaa_at", "gaa_n", "gaa_ts", "gaa_sig",
    "unlocked_article_code",
    # sessions
    "phpsessid", "jsessionid", "cftoken",
))  # fmt: skip

_LABELS = frozenset((
    "cmp", "cmpid", "smid", "ocid", "ncid", "icid", "mbid", "ftag", "xtor", "srnd", "s_cid", "sc_cid", "reflink",
    "leadsource", "__source",
))  # fmt: skip
"""Campaigns by label, such as share_btn_tw. Elsewhere such a name may number a page, so that a number stays."""

_WHENCE = frozenset(("ref", "source", "from", "partner", "emc"))
_FEED = re.compile(r"(?:rss|feed)(?:[-_].*)?", re.IGNORECASE)

_NAMES_AN_ARTICLE = frozenset((
    "p", "id", "aid", "nid", "sid", "article", "articleid", "article_id", "story", "storyid", "story_id",
    "post", "postid", "newsid", "news_id", "itemid", "tid", "idxno", "no", "art_id", "idarticle", "id_article",
    "docid", "contentid",
))  # fmt: skip
_NAMES_A_LANGUAGE = frozenset(("lang", "language", "locale"))

_SESSION = re.compile(r"[0-9a-f]{32}", re.IGNORECASE)
_SESSION_IN_PATH = re.compile(r";jsessionid=[^/;]*|/\((?:[A-Z]\([^()/]+\))+\)(?=/)", re.IGNORECASE)

_AMP_SWITCHES = ("amp", "isamp")
_VIEW_CHOICES = frozenset(("outputtype", "output", "view", "mode", "format"))
_BLOGGER_POST = re.compile(r"/\d{4}/\d{2}/[^/]+\.html")

Parameter = tuple[str, str, str]
"""Name in lower case, value, and both as they are written."""


def telling(query: str, path: str) -> str:
    """A query, without its question mark, without the parameters that tell no page from another; the order stays."""
    parameters = [_parameter(part) for part in query.split("&") if part]
    names = {name for name, _, _ in parameters}
    kept = [parameter for parameter in parameters if not _is_tracking(*parameter[:2], names)]
    kept = [parameter for parameter in kept if not _chooses_a_view(*parameter[:2])]
    if _BLOGGER_POST.fullmatch(path) and [parameter[:2] for parameter in kept] in (
        [("m", "0")],
        [("m", "1")],
    ):
        kept = []
    return "&".join(written for _, _, written in kept)


def without_session(path: str) -> str:
    """A path without the session that Java (`;jsessionid=`) and ASP.NET (`/(S(...))/`) write into it."""
    return _SESSION_IN_PATH.sub("", path)


def article_named(query: str) -> frozenset[tuple[str, str]]:
    """The (name, value) of the parameters that usually say which article it is."""
    return _named(query, _NAMES_AN_ARTICLE)


def version_named(query: str) -> frozenset[tuple[str, str]]:
    """The (name, value) of those, and of the parameters that say in which language."""
    return _named(query, _NAMES_AN_ARTICLE | _NAMES_A_LANGUAGE)


def _named(query: str, names: frozenset[str]) -> frozenset[tuple[str, str]]:
    parameters = (_parameter(part) for part in query.split("&") if part)
    return frozenset((name, value) for name, value, _ in parameters if name in names and value)


def _parameter(part: str) -> Parameter:
    name, _, value = part.partition("=")
    return unquote_plus(name).lower(), unquote_plus(value), part


def _is_tracking(name: str, value: str, names: set[str]) -> bool:
    if name in _TRACKING or name.startswith(_PREFIXES):
        return True
    if name in _LABELS:
        return not value.isdecimal()
    if name in _WHENCE:
        return _FEED.fullmatch(value) is not None
    if name.startswith("at_"):  # Piano Analytics: these two are mandatory, any other may be made up
        return not names.isdisjoint(("at_medium", "at_campaign"))
    if name == "cfid":
        return "cftoken" in names
    if name in ("sid", "s"):
        return _SESSION.fullmatch(value) is not None and not names.isdisjoint(_NAMES_AN_ARTICLE - {"sid"})
    return False


def _chooses_a_view(name: str, value: str) -> bool:
    """The article for phones: two articles never differ in nothing but this."""
    if name in _AMP_SWITCHES:
        return value.lower() in ("", "1", "true", "yes")
    return name in _VIEW_CHOICES and value.lower() == "amp"
