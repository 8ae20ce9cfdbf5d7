"""A second copy of an archive, made while a crawl goes on, and an archive made of it again.

    DIR/newsarchive-backup.json     the catalogue: what the backup holds, with the digest of every file
    DIR/archive-TIME.db             the database as it was at one moment
    DIR/newsarchive-DIGEST.toml     the settings, where there are any
    DIR/warc/YYYY/MM/*.warc.gz      the WARC files, up to the byte that this database knows

Whatever the catalogue names is whole: it is exchanged for the next one, in one step, when all that the next one names
is on the disk, and only then what nobody names any more is taken away. So a backup that was killed leaves the one
before, and the next run goes on with what it copied. The index is no part of it, as it is made from the archive.
"""

from archive.backup.catalogue import Catalogue, Kept, read_catalogue
from archive.backup.checking import check_backup
from archive.backup.making import Made, make_backup
from archive.backup.origin import Origin
from archive.backup.restoring import place_settings, restore_backup

__all__ = [
    "Catalogue",
    "Kept",
    "Made",
    "Origin",
    "check_backup",
    "make_backup",
    "place_settings",
    "read_catalogue",
    "restore_backup",
]
