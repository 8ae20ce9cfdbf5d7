"""How fast the archive is, beside something everybody knows, in one run: `python -m benchmarks NAME`.

corpus, questions -> search, building, crawl (one measurement each) -> report (a table, or JSON)
"""
