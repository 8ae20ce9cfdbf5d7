"""Sources between a person and the archive: words -> settings, names and collections -> sources, lists -> sources.

`words` reads and tells one value, `settings` all that is said of a source, `adding` puts sources into an archive.
"""

from newsarchive.sources.adding import Outcome, add_source, import_list
from newsarchive.sources.choosing import choose, in_collections
from newsarchive.sources.listed import ListedSource, Remark, SourceList
from newsarchive.sources.settings import FLAGS, KEYS, LISTS, Said, Word, read_settings, words_of
from newsarchive.sources.words import (
    DEFAULT_INTERVAL,
    LONGEST,
    SHORTEST,
    check_name,
    describe_every,
    describe_interval,
    name_for,
    parse_interval,
    read_address,
)

__all__ = [
    "DEFAULT_INTERVAL",
    "FLAGS",
    "KEYS",
    "LISTS",
    "LONGEST",
    "SHORTEST",
    "ListedSource",
    "Outcome",
    "Remark",
    "Said",
    "SourceList",
    "Word",
    "add_source",
    "check_name",
    "choose",
    "describe_every",
    "describe_interval",
    "import_list",
    "in_collections",
    "name_for",
    "parse_interval",
    "read_address",
    "read_settings",
    "words_of",
]
