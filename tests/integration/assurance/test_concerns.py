"""A worry from anybody, signed in or not: kept, acknowledged, looked at, and never shown to the provider."""

import pytest
from django.core import mail
from django.utils import timezone

from marketplace.core import outbox
from marketplace.core.audit import CLOCKWORK, Actor
from marketplace.core.models import AuditEntry
from providers.assurance import services
from providers.assurance.models import Concern
from providers.listings.models import Listing
from tests.factories.listings import make_listing, make_provider

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def listing(cast):
    return make_listing(make_provider(cast.council["quantock"], cast.sam))


def raised(listing, severity="high", words="He shouted at her", **more) -> Concern:
    return services.concern_raise(
        words=words, severity=severity, council=listing.council, listing=listing, by=CLOCKWORK, now=NOW, **more
    )


def visible(listing) -> bool:
    return Listing.objects.visible().filter(pk=listing.pk).exists()


def test_danger_hides_the_listing_until_a_person_has_decided(listing, cast):
    concern = raised(listing)
    assert not visible(listing)
    answers = {"care_needs": "yes", "abuse_or_risk": "no", "cannot_protect_themselves": "unknown"}
    concern = services.concern_triage(concern=concern, by=Actor(cast.moira.pk), now=NOW, **answers)
    assert not visible(listing)
    services.concern_decide(
        concern=concern, decision="leave", reason="A mistake", keep_hidden=False, by=Actor(cast.moira.pk), now=NOW
    )
    assert visible(listing)


def test_an_ordinary_worry_hides_nothing(listing):
    raised(listing, severity="ordinary")
    assert visible(listing)


def test_a_second_worry_keeps_the_listing_hidden_when_the_first_is_settled(listing):
    first, _second = raised(listing), raised(listing)
    first = services.concern_triage(
        concern=first, by=CLOCKWORK, now=NOW, care_needs="no", abuse_or_risk="no", cannot_protect_themselves="no"
    )
    services.concern_decide(concern=first, decision="leave", reason="Nothing", keep_hidden=False, by=CLOCKWORK, now=NOW)
    assert not visible(listing)


def test_a_decision_without_a_reason_is_refused_and_nothing_moves(listing):
    concern = raised(listing)
    with pytest.raises(services.ReasonNeeded):
        services.concern_decide(concern=concern, decision="leave", reason=" ", keep_hidden=False, by=CLOCKWORK, now=NOW)
    concern.refresh_from_db()
    assert concern.state == "new"


def test_after_a_person_has_looked_an_unsigned_form_does_not_hide_it_again_for_a_while(listing):
    """Otherwise a rival could keep somebody hidden for ever with a form a day."""
    concern = raised(listing)
    services.concern_triage(
        concern=concern, by=CLOCKWORK, now=NOW, care_needs="no", abuse_or_risk="no", cannot_protect_themselves="no"
    )
    services.concern_decide(
        concern=concern, decision="leave", reason="Untrue", keep_hidden=False, by=CLOCKWORK, now=NOW
    )
    raised(listing)
    assert visible(listing)


def test_who_spoke_and_what_they_said_go_into_no_letter_and_no_log(listing, cast):
    raised(listing, words="She has bruises", name="Nosy Neighbour", contact="01632 960 555", reporter=cast.ken)
    outbox.deliver(now=timezone.now())
    letters = [letter.body + letter.subject for letter in mail.outbox]
    assert any("Somebody has told us" in letter for letter in letters)
    kept = " ".join(
        [
            *letters,
            *(f"{e.note} {e.details} {e.by_id}" for e in AuditEntry.objects.filter(subject_kind="assurance.concern")),
        ]
    )
    for secret in ("bruises", "Nosy", "960 555", f" {cast.ken.pk}"):
        assert secret not in kept
    told = {address for letter in mail.outbox if "worried" in letter.subject for address in letter.to}
    assert told == {"moira@example.org"}
