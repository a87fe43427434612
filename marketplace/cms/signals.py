"""What other apps may add to the front pages."""

from django.dispatch import Signal

home_shown = Signal()  # page, request -> dict of extra context
frame_shown = Signal()  # request -> dict of extra context for every page's header
waiting_shown = Signal()  # pages (what waits for a curator) -> dict of page id -> words to know before deciding
