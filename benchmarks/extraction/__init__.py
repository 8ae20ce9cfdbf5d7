"""What is read from labelled pages, beside trafilatura and newspaper4k: `python -m benchmarks extraction DIR`.

labelled (DIR -> pages and what is right) -> reading (each tool a worker of its own, page by page in turn)
-> bodies, titles, bylines, moments (one page and one question each) -> scoring (figures) -> measure (what is printed)
"""
