"""The search tips beside the query box: queries to click, each with what it finds."""

from __future__ import annotations

Tip = tuple[str, str]

TIPS: tuple[tuple[str, tuple[Tip, ...]], ...] = (
    (
        "Words",
        (
            ("ferry harbour", "both words, in any form (ferries too)"),
            ("flood OR storm", "one of them, or both; also flood|storm"),
            ("council -mayor", "the first without the second; also NOT"),
            ('"town council"', "exactly this phrase"),
            ('"council decided"~4', "in this order, up to 4 words in between"),
            ("exact:ferries", "this form only"),
            ("harb*", "words that begin so; h?rbour: any letter"),
            ("habrour~2", "words spelt nearly so"),
        ),
    ),
    (
        "Close together, often, early",
        (
            ("ferry near/5 harbour", "up to 5 words in between, in any order"),
            ("para(ferry harbour)", "in one paragraph"),
            ("atleast3(ferry)", "at least 3 times"),
            ("first50(ferry)", "among the first 50 words"),
            ("wc:>300", "longer than 300 words; also wc:100..300"),
        ),
    ),
    (
        "Where",
        (
            ("title:ferry", "in the headline"),
            ("was:ferry", "in a headline that it had earlier"),
            ("author:olsen", "in the byline; also source: section: tag: url:"),
            ("author:(olsen OR lane)", "a field before a group"),
            ("lang:en", "in a language; also lang:german"),
            ("site:example.com", "from a site and what belongs to it"),
            ("has:image", "with a picture"),
        ),
    ),
    (
        "When",
        (
            ("date:2024", "published in that year; a year alone is a word"),
            ("2024-05..2024-08", "published in that period; also 2024.. and 2024-05-17"),
            ("since:2w", "in the last two weeks; also 3d, 6m, 1y, until:"),
            ('date:"last month"', "also yesterday, this week, May 2024"),
            ("is:undated", "without a date"),
        ),
    ),
    (
        "Edits and copies",
        (
            ("changed:2w", "edited in the last two weeks; is:edited for ever edited"),
            ("edits:>1", "edited more than once; also edits:0, edits:2..5"),
            ("is:original", "no copies of what others published first; also is:copy"),
            ("is:gone", "gone from the web, kept here"),
        ),
    ),
)
