"""Full text and facets over articles. Derived from the archive: disposable, rebuilt at any time.

query string -> SearchRequest -> engine -> SearchResults
"""
