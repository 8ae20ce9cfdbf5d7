"""What stands around a text and speaks of the article, its makers, its sellers or its readers, not of its subject.

Credits of pictures and agencies, where it was printed first, who contributed, disclaimers, commissions, what only
subscribers may read, lists of references. What says that something was corrected stays: that is news.
"""

from __future__ import annotations

import re

from archive.extract.text import one_of

_LINE = re.compile(
    one_of(r"""
        .{0,120}(?:/|©\s*)(?:getty(?: images)?|reuters|afp|dpa|imago|epa|ap|shutterstock|alamy|apa)(?:[ /].{0,40})?
        .{0,160}\s©\s[^.,;!?]{2,60}
        pictured (?:right|left|from left|above|below|at the back|in front).{0,300}
        \(?(?:mit|von|with|avec) (?:material von )?(?:dpa|afp|reuters|sid|apa|ap|sda)(?:[ ,/].{0,20})?\)?
        [（(](?:责编|责任编辑|编辑|来源)[：:].{0,40}[)）]
        (?:watch|listen|read|see|must read|(?:can )?also read|related|video|podcast)\s*[|:]\s.{0,200}
        listen to the podcast:?|also available on apple podcasts.{0,60}
    """)
)
_SENTENCE = re.compile(  # lower case: ignoring case is ten times as slow
    r"(?:(?<!\w)|(?=[\[]))"
    + one_of(r"""
        sign up (?:for|to) \S.{0,80}newsletter|never miss a story|want more .{1,40} news\?
        \bfollow .{1,60} on (?:twitter|facebook|instagram|x\b)
        aktuelle nachrichten aufs handy|news-?app\b.{0,40}(?:android|ios)
        affiliate[- ]?links?|affiliate commission|earn (?:a |an )?(?:small |affiliate )*commission
        independently select|products are independently|independently chose|editorially independent
        this (?:article|story|piece|post|column|essay) (?:was )?(?:originally |first |also )?(?:appear|publish)ed
        ^\W*(?:additional |with )?reporting by\b|contributed to this (?:report|story|article)
        ^[\w\- ]{2,60} reported from\b
        do you have (?:info|a story|a tip)|got a (?:story|tip)\b|get in touch with our|email us at
        can be reached (?:at|on)
        to bookmark (?:this|your)|bookmark your favou?rite|to unlock (?:more|this)|unlock (?:this|more) articles?
        subscri(?:ber|ption)s? (?:only|could not|has been)|create an account or sign in
        already (?:a subscriber|have an account)
        il vous reste .{1,12} de cet article|réservée? aux abonnés|weiterlesen mit|nur für abonnenten
        solo para suscriptores
        (?:views|opinions) expressed .{0,80}(?:are|do not)|for informational purposes only
        wherever you get your podcasts|this episode was produced by
        hat ihnen dieser artikel gefallen|unterstützen sie uns|support (?:our|independent) journalism
        invest in journalism
        (?:breaking|developing) (?:news? )?story\b.{0,40}(?:more to follow|updates?|check back)
        alle angaben ohne gewähr
        \bdoi:\s?10\.|\[pubmed\]|\[google scholar\]
    """)
)
_CORRECTED = re.compile(
    r"correct|clarif|berichtig|korrigier|rectif|errat|earlier version|previous version", re.IGNORECASE
)
_LONGEST = 320  # characters; a longer paragraph with such words reports about them


def is_aside(line: str) -> bool:
    """Is this line about the article, not part of it?"""
    if len(line) > _LONGEST:
        return False
    folded = line.lower()
    if not (_LINE.fullmatch(folded) or _SENTENCE.search(folded)):
        return False
    return not _CORRECTED.search(folded)
