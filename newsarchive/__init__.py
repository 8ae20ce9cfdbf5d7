"""The application: command line, web pages, jobs, schedule and configuration over archive and index."""

__version__ = "0.1.0"
