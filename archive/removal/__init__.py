"""Taking articles out by request: the text leaves the database, the WARC files and whatever repeats it in lists of
links; that it was there, and why it was taken out, stays.

plan        what has to go: reads every record once, writes nothing
strike      the database: in one transaction, written into the journal; from then on nobody is shown the article
cut         the WARC files: each is written anew without the records, and takes the place of the old one
finish      what is left of all this after a kill, and what only time can finish

Each step may be killed anywhere; the next one who opens the archive for writing goes on with it.
"""

from archive.removal.carrying import finish, is_older, strike
from archive.removal.planning import Mention, Plan, What, plan

__all__ = ["Mention", "Plan", "What", "finish", "is_older", "plan", "strike"]
