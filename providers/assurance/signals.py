"""What listings are told of checks."""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from marketplace.cms.signals import waiting_shown
from providers.listings.signals import facts_wanted, listing_shown


@receiver(listing_shown)
def checks_on_the_page(sender: Any, listing: Any, **kwargs: Any) -> dict[str, Any]:
    """`checks`, `checks_line` and `checks_waiting` for a listing's public page. 1 query."""
    from . import selectors

    checks, line = selectors.checks_and_line(listing.provider, timezone.localdate())
    return {
        "checks": checks,
        "checks_line": line.words,
        "checks_waiting": line.waiting,
    }


@receiver(facts_wanted)
def checks_on_cards(sender: Any, listings: Any, **kwargs: Any) -> dict[int, dict[str, Any]]:
    from . import selectors

    return selectors.check_facts(list(listings))


@receiver(waiting_shown)
def checks_before_deciding(sender: Any, pages: Any, **kwargs: Any) -> dict[int, str]:
    from . import selectors

    return selectors.lacking_words(pages)
