"""All that is said of a source: words by key <-> settings of the archive.

The keys are those of a list of sources, as TOML and CSV have them; the options of the command line are named alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, cast

from archive.habit import describe_ages, parse_ages
from archive.model import NO_RULES, Rules, Source
from archive.store.transaction import SourceSettings
from newsarchive.sources import words as w

Word = str | bool | tuple[str, ...]
"""Text, yes or no, or several texts."""

FLAGS = ("paused",)
LISTS = ("collections", "revisit", "rules.include", "rules.exclude")
RULES = tuple(f"rules.{rule.name}" for rule in fields(Rules))
KEYS = ("name", "url", "every", "delay", "paused", "collections", "revisit", "backfill", "requisites", *RULES)


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of a source and nothing else; the rules apart, so that one can be changed and the others stay."""

    settings: SourceSettings
    rules: Mapping[str, str | tuple[str, ...]]

    def over(self, rules: Rules = NO_RULES) -> SourceSettings:
        """The settings of a source that had these rules."""
        if not self.rules:
            return self.settings
        said: dict[str, Any] = dict(self.rules)
        return {**self.settings, "rules": replace(rules, **said)}


NOTHING = Said({}, {})


def read_settings(words: Mapping[str, Word], *, today: date) -> Said:
    """What the words mean; an empty one asks for the default. ValueError, one sentence, for one that makes no
    sense. The keys are `KEYS` without `url`, with the kinds of word that `FLAGS` and `LISTS` say."""
    settings: dict[str, Any] = {}
    rules: dict[str, str | tuple[str, ...]] = {}
    for key, word in words.items():
        if key.startswith("rules."):
            rules[key.removeprefix("rules.")] = _rule(word)
        elif isinstance(word, bool):
            settings["paused"] = word
        elif isinstance(word, tuple):
            settings |= _of_list(key, word)
        else:
            settings |= _of_text(key, word.strip(), today)
    return Said(cast("SourceSettings", settings), rules)


def words_of(source: Source) -> dict[str, Word]:
    """All that can be said of a source, in the order of `KEYS`; `read_settings` reads it back."""
    rules: dict[str, Word] = {f"rules.{f.name}": getattr(source.rules, f.name) for f in fields(Rules)}
    return {
        "name": source.name,
        "url": source.url,
        "every": w.AUTO if source.adaptive else w.describe_interval(source.interval),
        "delay": "" if source.min_delay is None else w.describe_delay(source.min_delay),
        "paused": source.paused,
        "collections": source.collections,
        "revisit": tuple(describe_ages((age,)) for age in source.revisit_ages),
        "backfill": "" if source.backfill_since is None else w.describe_since(source.backfill_since),
        "requisites": source.requisites or "",
        **rules,
    }


def _rule(word: Word) -> str | tuple[str, ...]:
    return w.check_patterns(word) if isinstance(word, tuple) else w.check_rule(str(word))


def _of_list(key: str, word: tuple[str, ...]) -> dict[str, Any]:
    if key == "collections":
        return {"collections": w.check_collections(word)}
    return {"revisit_ages": parse_ages(",".join(word))}


def _of_text(key: str, word: str, today: date) -> dict[str, Any]:
    if key == "name":
        return {"name": w.check_name(word)}
    if key == "every":
        if word.lower() in ("", w.AUTO):
            return {"adaptive": True}
        return {"adaptive": False, "interval": w.parse_interval(word)}
    if key == "delay":
        return {"min_delay": w.parse_delay(word) if word else None}
    if key == "requisites":
        return {"requisites": w.check_requisites(word.lower())}
    return {"backfill_since": w.parse_since(word, today) if word else None}
