"""Looking after an archive: whole again after a crash, and proof that WARC files and database agree."""

from archive.care.checking import Problem, check, repair
from archive.care.recovery import Recovery, recover

__all__ = ["Problem", "Recovery", "check", "recover", "repair"]
