"""What stands among the paragraphs and is none of them.

Two kinds: elements whose names say so (share buttons, related stories, newsletter forms, author boxes), and
lines that are labels of the theme whatever holds them ("Comments Off", "Please Wait For Loading").
"""

from __future__ import annotations

import re
from functools import lru_cache

from archive.extract import labels, names, phrases
from archive.extract.asides import is_aside
from archive.extract.byline import says_when
from archive.extract.page import Element, attribute, hooks
from archive.extract.text import one_of

_NAMES = frozenset({
    "script", "style", "noscript", "template", "svg", "iframe", "nav", "aside", "footer", "form", "button", "select",
    "input", "textarea", "object", "video", "audio", "figure", "figcaption", "picture", "canvas", "dialog", "menu",
    "rt", "rp",
})  # fmt: skip
# Class and id names are read as words: "post-share-links" is "post", "share", "links".
_HOOK = re.compile(
    r"\b"
    + one_of(r"""
        share|sharing|sharer|social|sharedaddy|jp-relatedposts|related\w*|recommend\w*
        newsletter|subscribe|subscription|signup|sign-up
        comments?|respond|disqus
        sidebar|widget|breadcrumbs?
        tags?|taglist|tagcloud|tag-?links|post-?tags
        author-?(?:bio|box|info|card|profile|description|about)|about-?(?:the-)?(?:author|us|paper)|bio
        byline|dateline|(?:post|entry|article)-?meta
        pagination|pager|post-?navigation|nav|navigation|menu|toolbar|skip-?link|toc|table-of-contents
        cookie\w*|consent|gdpr|paywall\w*|donat\w+
        banner|advert\w*|ads?|ad-(?:slot|container|wrapper|unit)|sponsor\w*|promo\w*|outbrain|taboola
        teasers?|more-?(?:from|on|stories|news)|read-?(?:more|next|also)|also-?read|most-?(?:read|popular)|trending|popular
        copyright|credits?|caption|gallery|infobox|rating
        hidden|print-?(?:only|button)|screen-reader-text|sr-only|visually-?hidden
        preloader|loader
    """)
    + r"\b"
)
# Posts of others that are shown by the scripts of social networks: what is quoted is told again in the text.
_EMBED = re.compile(
    r"(?<![\w-])"
    + one_of(r"""
        twitter-(?:tweet|video|timeline)|instagram-media|tiktok-embed|fb-(?:post|video)|bluesky-embed|mastodon-embed
        reddit-(?:embed-bq|card)|text-post-media|telegram-post|truthsocial-embed|imgur-embed-pub|wp-embedded-content
    """)
    + r"(?![\w-])"
)
_APART_NAMES = frozenset({"figure", "figcaption", "button", "form", "noscript"})
_APART = re.compile(
    r"(?<![a-z])"
    + one_of(r"""
        share|sharing|social|caption|widget|newsletter|tags|taglist|comments?|disqus|outbrain|taboola|related\w*
        screen-reader-text|sr-only|visually-?hidden|author-?(?:bio|box|info|card)|jp-relatedposts
    """)
    + r"(?![a-z])"
)
_ABOUT = re.compile(r"(?<!\S)(?:tag|category|topic)-\S+")
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")
_LABEL = re.compile(
    r"^"
    + one_of(r"""
        please wait(?: for loading| while .{0,40})?|loading(?:\.{3}|…)?
        comments? (?:off|are off|closed|are closed|disabled)(?: on .{0,200})?
        (?:\d+ |no |leave a |post a |add a |view )?comments?(?: \(\d+\))?
        kommentare?(?: \(\d+\))?|leave a reply.{0,40}|reply
        share(?: (?:this|on|via|with|article|post|story|page|facebook|twitter|x|linkedin|whatsapp|email|link))*
        teilen|partager|compartir|condividi|tweet|pin(?: it)?|print|e-?mail|copy link|save
        facebook|twitter|linkedin|whatsapp|pinterest|reddit|telegram
        follow us.{0,80}|like us.{0,60}|click (?:here|to).{0,80}|tap here.{0,60}
        you (?:may|might) (?:also )?like(?:[:\s].{0,200})?|you may also be interested in[:\s].{0,200}
        related(?: articles| stories| posts| news| content| topics| coverage| links)?(?:[:\s].{0,200})?
        more (?:on this(?: story| topic)?|from .{1,40}|stories|news|like this|about .{1,40})[:\s].{0,200}
        (?:(?:read|keep|continue) (?:more|reading|also|next)|see also|also read|recommended)(?:[:\s].{0,200})?
        (?:up next|recommended (?:for you|stories|articles|reading)|latest news|top stories)[:\s].{0,200}
        (?:most (?:read|popular|viewed)|trending(?: now)?)(?:[:\s].{0,200})?
        (?:editor'?s picks?|popular posts|recent posts|don'?t miss|what to read next)[:\s].{0,200}
        (?:mehr zum thema|weiterlesen|lire aussi|leggi anche)(?:[:\s].{0,200})?
        (?:lesen sie auch|das könnte sie auch interessieren|weitere artikel|à lire aussi)[:\s].{0,200}
        (?:lea también|leer más|te puede interesar|leia também|lees ook|läs också|czytaj także)[:\s].{0,200}
        advertisement|advertising|sponsored(?: content)?|anzeige|werbung|publicité|publicidad|pubblicità|reklama?
        story continues below.{0,30}|article continues (?:below|after).{0,40}
        (?:previous|next)(?: (?:post|article|story|page))?|back to top|scroll to top|skip to .{0,30}
        (?:tags?|filed under|topics?|categories|category|tagged(?: with)?)\s*:.{0,300}
        (?:schlagw[oö]rter|themen|mots-clés|etiquetas)\s*:.{0,300}
        subscribe(?: now| today)?|sign ?up(?: now)?|log ?in|register
        (?:photo|image|picture|video|source|credit|foto|bild|quelle)s?(?: credit| by| courtesy)?\s*:.{0,120}
        getty images.{0,60}
        (?:\d+ )?min(?:ute)?[sn]? (?:read|lesezeit|de lecture|de lectura|di lettura|leestijd|lästid|czytania|чтения)
        (?:reading time|lesezeit|lesedauer|temps de lecture|tiempo de lectura|tempo di lettura|leestijd)\b:?.{0,30}
        (?:first published|published|updated|posted|last updated)(?: on| at)?:? .{0,60}\d{4}.{0,30}
        (?:veröffentlicht|aktualisiert)(?: am)?:? .{0,60}\d{4}.{0,30}
    """)
    + r"\s*:?$",
    re.IGNORECASE,
)
_PROMPT = re.compile(  # lower case: ignoring case is several times as slow
    r"(?<!\w)"
    + one_of(r"""
        sign up (?:for|to) (?:our|the|get|receive)|subscribe to (?:our|the|my)|sign up here|get alerts on
        (?:our|the|a) (?:free )?(?:daily |weekly )?newsletter|zum newsletter|newsletter (?:anmelden|abonnieren)
        get (?:the latest|our) .{0,60}(?:inbox|newsletter)|delivered (?:straight |directly )?to your inbox
        we use cookies|uses cookies|accept (?:all )?cookies|cookie policy|this (?:site|website) uses
        all rights reserved|alle rechte vorbehalten|tous droits réservés|todos los derechos reservados
        tutti i diritti riservati|^copyright\b|^©|^\(c\) \d{4}|may not be (?:published|reproduced)
        follow (?:us|him|her|me) on (?:twitter|facebook|instagram|x)\b
        enable javascript|javascript is (?:disabled|required)|your browser (?:does not|is)
    """)
)
_LONGEST_IMPRINT = 100
_LONGEST_LABEL = 400
_PROMPT_LIMIT = 320  # a longer paragraph with such words reports about them


def is_furniture(tag: Element) -> bool:
    """Does the markup of an element inside the article say that it is not part of its text?"""
    if tag.tag in _NAMES or tag.get("hidden") is not None or attribute(tag, "aria-hidden").lower() == "true":
        return True
    if "display:none" in attribute(tag, "style").replace(" ", "").lower():
        return True
    return _names_furniture(hooks(tag))


@lru_cache(maxsize=10_000)
def _names_furniture(held_by: str) -> bool:
    named = _named(held_by)
    return bool(named.strip()) and bool(_HOOK.search(named) or _EMBED.search(named))


def is_apart(tag: Element) -> bool:
    """Does the markup of an element say that it is no text of anybody's article, wherever it stands?

    Narrower than `is_furniture`: what other rules than those of the markup have found is doubted for fewer reasons.
    """
    named = _named(hooks(tag))
    return tag.tag in _APART_NAMES or bool(named.strip() and (_APART.search(named) or _EMBED.search(named)))


def _named(held_by: str) -> str:
    """Hooks, with hyphens only. Themes of WordPress note tags and categories of an article as classes of it."""
    return _ABOUT.sub(" ", held_by.replace("_", "-"))


def is_boilerplate(line: str) -> bool:
    """Is this line a label, a prompt or a notice of the site rather than a sentence of the article?"""
    if not _LETTER_OR_DIGIT.search(line):
        return True
    if len(line) > _LONGEST_LABEL:
        return False
    if _LABEL.match(line) or (len(line) <= _PROMPT_LIMIT and _PROMPT.search(line.lower())):
        return True
    return is_aside(line) or phrases.is_label(line) or phrases.is_prompt(line) or _is_imprint(line)


def _is_imprint(line: str) -> bool:
    """Does this line say when it was published, or who took the pictures, edited and so on, and nothing else?"""
    if len(line) > _LONGEST_IMPRINT:
        return False
    dated = labels.labelled(line)
    if dated is not None and (not dated or says_when(dated)):
        return True
    named = names.read(line.strip("()（）[] "))
    return bool(named) and all(one.role not in {None, "author"} for one in named)
