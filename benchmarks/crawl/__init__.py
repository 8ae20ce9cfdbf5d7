"""Crawling a press of our own on loopback, beside other people's crawlers.

press (who publishes what) -> furniture, layouts -> pages (path -> bytes, with the weight of real ones)
-> server (a process of its own, logs requests) -> speed, politeness (what is measured)
"""
