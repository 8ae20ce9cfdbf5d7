"""Looking after an archive: whole again after a crash, and proof that WARC files and database agree."""

from archive.care.checking import Tally, check
from archive.care.problems import Problem
from archive.care.recovery import Progress, Recovery, recover
from archive.care.repairing import repair

__all__ = ["Problem", "Progress", "Recovery", "Tally", "check", "recover", "repair"]
