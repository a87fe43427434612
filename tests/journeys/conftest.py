"""The browser's fixtures, from tests/browsing.py."""

from tests.browsing import built_stylesheet, chromium, open_page, sideways, violations

__all__ = ["built_stylesheet", "chromium", "open_page", "sideways", "violations"]
