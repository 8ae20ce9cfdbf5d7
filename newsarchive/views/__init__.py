"""The pages. One file per group of pages; what they share and can be computed without a request is pure:

facets, histogram, marks, words  ->  search, article, sources, api, feed  (blueprints)  ->  web.create_app
"""
