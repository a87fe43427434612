"""Real directories become drafts: once each, with a report, and never over a keeper's head."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from marketplace.core.audit import CLOCKWORK
from providers.listings.importing import readers, services
from providers.listings.models import Listing, Provider
from providers.listings.states import ListingState

pytestmark = pytest.mark.django_db
DATA = Path(__file__).parents[4] / "shared" / "data"
DIRECTORIES = {
    "bucks": DATA / "bucks-directory-scout" / "services.json",
    "uk": DATA / "oruk-hsds-uk" / "examples" / "service_full.json",
    "uk-location": DATA / "oruk-hsds-uk" / "examples" / "service_at_location_full.json",
    "uk-tables": DATA / "oruk-hsds-uk" / "examples" / "csv",
    "ohana": DATA / "ohana-hsds-sample",
}
SMALL = {
    "contents": [
        {"id": "1", "name": "Tea Club", "description": "Tea.", "organization": {"id": "o", "name": "Tea Makers"},
         "locations": [{"name": "Hall", "address_1": "The Green", "city": "Taunton", "postal_code": "ta11aa"}]},
        {"id": "2", "name": "Lost Club", "locations": [{"postal_code": "ZZ99 9ZZ"}]},
        {"name": "Nameless"},
    ]
}  # fmt: skip


@pytest.fixture
def small(tmp_path) -> Path:
    path = tmp_path / "small.json"
    path.write_text(json.dumps(SMALL))
    return path


def run(path, council, **options):
    return services.listings_import(
        raws=readers.read(path), council=council, source="test", by=CLOCKWORK, now=timezone.now(), **options
    )


@pytest.mark.parametrize("name", DIRECTORIES)
def test_a_real_directory_becomes_drafts_once(cast, name):
    if not DIRECTORIES[name].exists():
        pytest.skip("the real directories are not here")
    council = cast.council["quantock"]
    first = run(DIRECTORIES[name], council)
    assert first.new == first.read - first.refused > 0
    assert Listing.objects.filter(source="test").exclude(state=ListingState.DRAFT).count() == 0
    again = run(DIRECTORIES[name], council)
    assert (again.new, again.changed, again.same) == (0, 0, first.new)
    assert Listing.objects.filter(source="test").count() == first.new


def test_the_report_counts_what_was_not_understood_and_why(cast, small):
    report = run(small, cast.council["quantock"])
    assert (report.new, report.refused) == (2, 1)
    assert report.remarks["no id"] == 1
    assert report.remarks["unusable postcode"] == 1
    assert "Lost Club" in report.examples["unusable postcode"][0]
    assert Listing.objects.get(external_id="1").page.get_latest_revision_as_object().venue_postcode == "TA1 1AA"


def test_a_dry_run_reports_the_same_and_keeps_nothing(cast, small):
    report = run(small, cast.council["quantock"], dry_run=True)
    assert report.new == 2
    assert Listing.objects.count() == Provider.objects.count() == 0


def test_a_change_at_the_source_changes_the_draft_and_nothing_else(cast, small):
    run(small, cast.council["quantock"])
    changed = json.loads(small.read_text())
    changed["contents"][0]["description"] = "Tea and cake."
    small.write_text(json.dumps(changed))
    report = run(small, cast.council["quantock"])
    assert (report.new, report.changed, report.same) == (0, 1, 1)
    assert Listing.objects.get(external_id="1").page.get_latest_revision_as_object().about == "Tea and cake."


def test_a_listing_its_provider_keeps_now_is_left_alone(cast, small):
    run(small, cast.council["quantock"])
    listing = Listing.objects.get(external_id="1")
    listing.provider.keepers.add(cast.sam)
    changed = json.loads(small.read_text())
    changed["contents"][0]["description"] = "Something else."
    small.write_text(json.dumps(changed))
    assert run(small, cast.council["quantock"]).left_alone == 1
    assert listing.page.get_latest_revision_as_object().about == "Tea."


def test_live_is_for_demonstration_councils_only(cast, small):
    council = cast.council["quantock"]
    with pytest.raises(services.NotForDemonstration):
        run(small, council, live=True)
    assert Listing.objects.count() == 0
    council.is_demonstration = True
    council.save()
    run(small, council, live=True)
    assert Listing.objects.visible().count() == 2


def test_the_command_says_what_it_did_and_refuses_plainly(cast, small, tmp_path):
    out = StringIO()
    report = tmp_path / "report.json"
    call_command("listings_import", str(small), council="quantock", report=report, stdout=out)
    assert "3 read: 2 new" in out.getvalue()
    assert json.loads(report.read_text())["refused"] == 1
    with pytest.raises(CommandError, match="There is no council"):
        call_command("listings_import", str(small), council="nowhere", stdout=out)
    (tmp_path / "broken.json").write_text("{")
    with pytest.raises(CommandError, match="is not JSON"):
        call_command("listings_import", str(tmp_path / "broken.json"), council="quantock", stdout=out)
