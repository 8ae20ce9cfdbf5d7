"""What the pages of a source have in common: the lines that stand under every article, the markup that names who and
when. Pure: what a page teaches comes from `archive.extract`, what a source has taught is kept by the store.

    lesson of a page -> Memory of the source -> Learnt, which the next page of it is read with

Nothing of this is ever true for good: old pages count less and less, and a mark that is contradicted is forgotten.
"""

from archive.learning.memory import Memory
from archive.learning.packing import pack, unpack
from archive.learning.rebuilding import rebuilt

__all__ = ["Memory", "pack", "rebuilt", "unpack"]
