"""The embedded engine: Whoosh's segments, analysis and matchers, with facets and order from numpy arrays."""

import os

# No matrices are multiplied here, and the threads that numpy would start for that cost each process 30 ms.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from index.whoosh_engine.engine import WhooshEngine

__all__ = ["WhooshEngine"]
