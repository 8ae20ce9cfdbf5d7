"""What a news page holds besides its story: scripts, styles, state, teasers, comments, menus.

Real pages are one part text to thirty of this. Pieces are made once a newspaper and drawn from again and again, as
a site does it; each design has its own mixture.
"""

# ruff: noqa: E501  (markup stands as sites write it)

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from benchmarks.crawl.press import Newspaper, Story

POOL = 60
"""Different pieces of a kind that a newspaper has."""

MIXTURES = {
    "broadsheet": {"script": 30, "style": 15, "teaser": 30, "comment": 25},
    "blog": {"script": 25, "style": 45, "teaser": 10, "comment": 20},
    "portal": {"script": 30, "style": 10, "teaser": 55, "state": 5},
    "tabloid": {"script": 25, "style": 5, "teaser": 60, "comment": 10},
    "broadcaster": {"state": 40, "style": 15, "teaser": 30, "icon": 15},
    "magazine": {"script": 35, "style": 30, "teaser": 20, "icon": 15},
    "agency": {"script": 50, "style": 20, "teaser": 20, "state": 10},
    "local": {"script": 40, "style": 10, "teaser": 30, "comment": 20},
    "application": {"state": 60, "style": 20, "teaser": 20},
    "legacy": {"script": 40, "style": 10, "teaser": 50},
}
"""Design -> per cent of the bytes by kind of furniture, as seen on sites of that kind."""


@dataclass(frozen=True, slots=True)
class Furnishing:
    """The furniture of one page, as markup by kind."""

    script: str = ""
    style: str = ""
    state: str = ""
    teaser: str = ""
    comment: str = ""
    icon: str = ""


class Furniture:
    """Furnishes the pages of one newspaper."""

    def __init__(self, paper: Newspaper, rng: random.Random) -> None:
        self._rng = rng
        self._mixture = MIXTURES[paper.layout]
        self._paper = paper
        makers: dict[str, Callable[[], str]] = {
            "script": self._script,
            "style": self._style,
            "state": self._state,
            "teaser": self._teaser,
            "comment": self._comment,
            "icon": self._icon,
        }
        self._pools = {kind: [makers[kind]() for _ in range(POOL)] for kind in self._mixture}

    def furnish(self, weight: int) -> Furnishing:
        """About so many bytes of furniture."""
        return Furnishing(
            **{kind: self._draw(kind, weight * part // 100) for kind, part in self._mixture.items()}
        )

    def _draw(self, kind: str, size: int) -> str:
        drawn: list[str] = []
        pool = self._pools[kind]
        while size > 0:
            drawn.append(self._rng.choice(pool))
            size -= len(drawn[-1])
        return _WRAPPED[kind](drawn)

    def _word(self) -> str:
        return self._rng.choice(_WORDS)

    def _script(self) -> str:
        name, other, rng = self._word(), self._word(), self._rng
        return (
            f"!function(e,t,n){{var r=e.{name}||(e.{name}={{}});r.q=r.q||[],r.{other}=function(){{for(var i=arguments.length,"
            f'o=new Array(i),a=0;a<i;a++)o[a]=arguments[a];return r.q.push(["{name}.{other}",o,{rng.randrange(10**6)}]),r}};'
            f'var s=t.createElement(n);s.async=!0,s.src="https://cdn-{rng.randrange(99)}.{name}.test/{other}/'
            f'{rng.getrandbits(64):x}.min.js",t.head.appendChild(s);if(e.innerWidth<{rng.randrange(320, 1400)}&&"{other}"!=='
            f'e.mode)r.{other}("{rng.getrandbits(48):x}",{{w:{rng.randrange(900)},h:{rng.randrange(900)}}})}}(window,document,"script");\n'
        )

    def _style(self) -> str:
        rng, name, other = self._rng, self._word(), self._word()
        return (
            f".{name}-{other}__{self._word()}--{rng.randrange(40)}{{display:flex;margin:{rng.randrange(40)}px auto;padding:0 "
            f"{rng.randrange(40)}px;color:#{rng.getrandbits(24):06x};font:{rng.randrange(400, 900)} {rng.randrange(10, 40)}px/1.4 "
            f"{name},serif}}@media(min-width:{rng.randrange(320, 1400)}px){{.{name} .{other}:not(:last-child)>a:hover"
            f"{{width:calc({rng.randrange(100)}% - {rng.randrange(40)}px);opacity:.{rng.randrange(9)}}}}}\n"
        )

    def _state(self) -> str:
        rng = self._rng
        story = rng.choice(self._paper.stories)
        return json.dumps({
            "id": f"{rng.getrandbits(96):024x}",
            "type": self._word(),
            "headline": story.title,
            "dek": story.summary,
            "url": story.path,
            "published": story.published.isoformat(),
            "flags": {self._word(): rng.random() < 0.5 for _ in range(6)},
            "images": [
                {"w": width, "h": width * 9 // 16, "src": f"https://img.test/{rng.getrandbits(64):x}?w={width}"}
                for width in (320, 640, 960, 1280)
            ],
            "tracking": {self._word(): f"{rng.getrandbits(64):x}" for _ in range(5)},
        })  # fmt: skip

    def _teaser(self) -> str:
        rng, story = self._rng, self._rng.choice(self._paper.stories)
        picture = f"https://img.test/{rng.getrandbits(64):x}"
        sources = ", ".join(f"{picture}?w={width}&amp;q=75 {width}w" for width in (240, 480, 720, 1080))
        block = f"{self._word()}-card"
        return (
            f'<div class="{block} {block}--{self._word()}" data-id="{rng.getrandbits(48):x}" data-position="{rng.randrange(90)}">'
            f'<a class="{block}__link" href="{story.path}" tabindex="-1" aria-hidden="true"><picture><source srcset="{sources}" '
            f'sizes="(min-width: 900px) 33vw, 100vw" type="image/webp"><img class="{block}__image" loading="lazy" width="480" '
            f'height="270" src="{picture}?w=480" alt="{escape(story.title)}"></picture></a><div class="{block}__body">'
            f'<span class="{block}__kicker">{story.section}</span><h3 class="{block}__title"><a href="{story.path}">'
            f'{escape(story.title)}</a></h3><p class="{block}__summary">{escape(story.summary)}</p><div class="{block}__meta">'
            f'<time datetime="{story.published.isoformat()}">{story.published:%d.%m.%Y}</time> <span>{rng.randrange(2, 12)} min'
            f'</span> <button type="button" aria-label="Save" data-action="save"><svg width="16" height="16"><use '
            f'href="#i-{self._word()}"></use></svg></button></div></div></div>\n'
        )

    def _comment(self) -> str:
        rng = self._rng
        words = rng.choice(self._paper.stories).text.split()
        start = rng.randrange(max(len(words) - 60, 1))
        said = escape(" ".join(words[start : start + rng.randint(8, 60)]))
        name = f"{self._word()}{rng.randrange(999)}"
        return (
            f'<li class="comment depth-{rng.randrange(4)}" id="comment-{rng.randrange(10**7)}"><div class="comment-author vcard">'
            f'<img class="avatar" alt="" width="48" height="48" src="https://avatar.test/{rng.getrandbits(64):x}"><cite class="fn">'
            f'{name}</cite> <span class="says">says:</span></div><div class="comment-meta"><a href="#c" rel="nofollow">'
            f'{rng.randrange(1, 24)} hours ago</a></div><div class="comment-content"><p>{said}</p></div><div class="reply">'
            f'<a rel="nofollow" class="comment-reply-link" href="#respond" data-commentid="{rng.randrange(10**7)}">Reply</a> '
            f"<button>Recommend ({rng.randrange(200)})</button></div></li>\n"
        )

    def _icon(self) -> str:
        rng = self._rng
        path = "".join(
            f"{rng.choice('MLCQ')}{rng.uniform(0, 24):.2f} {rng.uniform(0, 24):.2f}" for _ in range(24)
        )
        return f'<symbol id="i-{self._word()}{rng.randrange(99)}" viewBox="0 0 24 24"><path fill="currentColor" d="{path}z"/></symbol>\n'


_WORDS = (
    "promo", "lead", "stack", "rail", "grid", "hero", "media", "story", "topic", "river", "ticker", "badge", "panel",
    "drawer", "banner", "widget", "metric", "slot", "inline", "sticky", "dense", "wide", "primary", "accent", "consent",
    "paywall", "profile", "signal", "queue", "beacon", "session", "segment", "variant", "viewport", "gallery", "social",
)  # fmt: skip

_WRAPPED: dict[str, Callable[[list[str]], str]] = {
    "script": lambda pieces: "".join(
        f"<script>{''.join(pieces[n : n + 8])}</script>\n" for n in range(0, len(pieces), 8)
    ),
    "style": lambda pieces: "".join(
        f"<style>{''.join(pieces[n : n + 60])}</style>\n" for n in range(0, len(pieces), 60)
    ),
    "state": lambda pieces: f'<script id="__STATE__" type="application/json">[{",".join(pieces)}]</script>\n',
    "teaser": "".join,
    "comment": "".join,
    "icon": lambda pieces: (
        f'<svg xmlns="http://www.w3.org/2000/svg" style="display:none">{"".join(pieces)}</svg>\n'
    ),
}


def teasers_of(stories: tuple[Story, ...]) -> str:
    """The headlines of a front page: each story once."""
    return "".join(
        f'<article class="teaser"><h2><a href="{story.path}">{escape(story.title)}</a></h2>'
        f"<p>{escape(story.summary)}</p></article>\n"
        for story in stories
    )
