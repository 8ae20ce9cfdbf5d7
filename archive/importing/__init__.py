"""Other archives taken over: their records are copied as they are, then what they say is read.

files -> records -> judged -> our WARC files, and a list of what is to be read   (copying)
      -> read in the order of capture -> articles, as if they had been crawled   (settling)
JSON lines -> a record for each line, and its article                            (lines)
"""

from archive.importing.copying import Copying, Wanted
from archive.importing.lines import LINE_SUFFIXES, Lines
from archive.importing.report import ImportReport, Problem
from archive.importing.settling import Settling
from archive.importing.sources import Sources

__all__ = ["LINE_SUFFIXES", "Copying", "ImportReport", "Lines", "Problem", "Settling", "Sources", "Wanted"]
