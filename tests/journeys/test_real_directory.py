"""J5: a real directory is read as drafts, twice without doubling, then shown for a demonstration council."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from marketplace.core import outbox
from providers.listings.models import Listing
from providers.listings.states import ListingState
from search import services as search

DIRECTORY = Path(__file__).parents[3] / "shared" / "data" / "bucks-directory-scout" / "services.json"
LOOKED_AT = 12  # pages: the longest names and whatever comes first


def run(*options: str) -> str:
    said = StringIO()
    call_command("listings_import", str(DIRECTORY), "--council", "lagan", *options, stdout=said)
    return said.getvalue()


@pytest.mark.skipif(not DIRECTORY.exists(), reason="the real directories are not here")
def test_real_listings_are_read_once_and_show_decently(world, visitor, look):
    lagan = world.cast.council["lagan"]
    lagan.is_demonstration = True
    lagan.save()
    ours = set(Listing.objects.values_list("pk", flat=True))
    run("--dry-run")
    assert set(Listing.objects.values_list("pk", flat=True)) == ours
    run()
    read = Listing.objects.exclude(pk__in=ours)
    many = read.count()
    assert many > 10
    assert not read.exclude(state=ListingState.DRAFT).exists()
    run("--live")
    assert read.count() == many
    live = read.filter(state=ListingState.LIVE).select_related("page")
    assert live.count() > 10
    while outbox.deliver():
        pass
    search.index_rebuild()
    page = visitor("/", width=320, javascript=False)
    longest = sorted(live, key=lambda listing: -len(listing.page.title))[:LOOKED_AT]
    for listing in longest:
        assert page.goto(listing.page.url).status == 200
        look(page, f"real-{listing.pk}")
        shown = page.inner_text("main")
        for leftover in ("<p>", "</", "&amp;", "&nbsp;", "None"):
            assert leftover not in shown, (listing.page.title, leftover)
    page.goto(f"/search/?q={longest[0].page.title.split()[0]}")
    look(page, "real-results")
    assert page.locator("main ol > li.hb-card").count() > 0
