"""Values of facets as a person reads them."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from functools import lru_cache

_LANGUAGES = {
    "ar": "Arabic", "bg": "Bulgarian", "bn": "Bengali", "ca": "Catalan", "cs": "Czech", "cy": "Welsh",
    "da": "Danish", "de": "German", "el": "Greek", "en": "English", "es": "Spanish", "et": "Estonian",
    "eu": "Basque", "fa": "Persian", "fi": "Finnish", "fr": "French", "ga": "Irish", "gl": "Galician",
    "he": "Hebrew", "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian", "hy": "Armenian", "id": "Indonesian",
    "is": "Icelandic", "it": "Italian", "ja": "Japanese", "ka": "Georgian", "ko": "Korean",
    "lt": "Lithuanian", "lv": "Latvian", "mk": "Macedonian", "ms": "Malay", "nb": "Norwegian Bokmål",
    "nl": "Dutch", "nn": "Norwegian Nynorsk", "no": "Norwegian", "pl": "Polish", "pt": "Portuguese",
    "ro": "Romanian", "ru": "Russian", "sk": "Slovak", "sl": "Slovenian", "sq": "Albanian", "sr": "Serbian",
    "sv": "Swedish", "sw": "Swahili", "ta": "Tamil", "th": "Thai", "tr": "Turkish", "uk": "Ukrainian",
    "ur": "Urdu", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip
_TAGS = {name.lower(): tag for tag, name in _LANGUAGES.items()}

_COPIES = {"original": "originals", "copy": "copies"}
_EDITED = {"never": "never", "once": "once", "several": "several times"}


def language_tag(value: str) -> str:
    """`de` of `de`, `DE`, `de-AT` or `German`."""
    value = value.strip().lower()
    return _TAGS.get(value) or value.replace("_", "-").split("-")[0]


def language_name(tag: str) -> str:
    """`German` of `de`; the tag itself where the name is not known."""
    return _LANGUAGES.get(tag.lower(), tag)


def label(field: str, value: str) -> str:
    """The value of a facet field or of a histogram bucket in words: `April 2025` of `2025-04`."""
    worded = _WORDED.get(field)
    return worded(value) if worded else value


def labels(field: str, values: list[str]) -> list[str]:
    """Several values of a field in words."""
    worded = _WORDED.get(field)
    return [worded(value) for value in values] if worded else values


@lru_cache(maxsize=10_000)
def _dated(value: str) -> str:
    """`April 2025` of `2025-04`, `3 April 2025` of `2025-04-03`."""
    parts = value.split("-")
    if (
        len(parts) not in (2, 3)
        or not all(p.isascii() and p.isdigit() for p in parts)
        or not 1 <= int(parts[1]) <= 12
    ):
        return value
    month = f"{calendar.month_name[int(parts[1])]} {parts[0]}"
    return f"{int(parts[2])} {month}" if len(parts) == 3 else month


def _length(value: str) -> str:
    """`100 to 299 words` of `100-299`."""
    low, found, high = value.partition("-")
    if not found or not (low + high).isdigit():
        return value
    if low == "0":
        return f"under {int(high) + 1:,} words"
    return f"{int(low):,} to {int(high):,} words" if high else f"{int(low):,} words and more"


_WORDED: dict[str, Callable[[str], str]] = {
    "language": language_name,
    "words": _length,
    "month": _dated,
    "day": _dated,
    "copies": lambda value: _COPIES.get(value, value),
    "edited": lambda value: _EDITED.get(value, value),
}
"""What says the values of a field in words; those of others speak for themselves."""
