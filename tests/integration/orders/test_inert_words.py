"""A10: whatever people type stays text in letters, their headings and the log."""

import logging

import pytest
from django.core import mail
from django.utils import timezone

from marketplace.core import outbox
from payments.orders import services
from providers.listings.models import Offer, Provider
from tests.integration.orders.conftest import by_self

pytestmark = [pytest.mark.django_db, pytest.mark.fault("A10")]
WICKED = {
    "a heading of one's own": "Sam\r\nBcc: everybody@evil.example",
    "a picture that tells who reads": '<img src="https://evil.example/x">',
    "a script": "<script>alert(1)</script>",
    "a field of the template": "{{ settings.SECRET_KEY }}{% load look %}",
    "a place in a sentence": "%(price)s %s %d",
    "a line of the log": "Sam\n2026-01-01 ERROR all money is gone",
}


@pytest.mark.parametrize("how", WICKED)
def test_a_name_or_a_note_is_text_in_every_letter_and_in_no_line_of_the_log(
    cast, offer, place_order, deliver, caplog, how
):
    words = WICKED[how]
    Provider.objects.filter(pk=offer.listing.provider_id).update(name=words[:200], contact_name=words[:100])
    Offer.objects.filter(pk=offer.pk).update(title=words[:120])
    cast.ken.first_name = words[:100]
    cast.ken.save()
    offer.refresh_from_db()
    with caplog.at_level(logging.INFO):
        order = place_order(on=Offer.objects.get(pk=offer.pk), note=words)
        services.order_decline(order=order, by=by_self(cast.sam), now=timezone.now(), words=words)
        deliver()
    assert not outbox.pending().filter(topic="orders.letter").exists()
    assert len(mail.outbox) >= 2
    nothing_came_alive(caplog.text)


def nothing_came_alive(log: str) -> None:
    """No letter has a heading, a reader or a thing to run that somebody typed, and no line of the log is theirs."""
    for letter in mail.outbox:
        assert "\n" not in letter.subject
        assert "\r" not in letter.subject
        assert letter.recipients() == letter.to
        assert not any("evil" in each for each in letter.to)
        html = letter.alternatives[0][0] if letter.alternatives else ""
        assert "<script>alert" not in html
        assert "<img src=" not in html
        assert "only-for-development" not in letter.body + html
    assert not [line for line in log.splitlines() if line.startswith("2026-01-01 ERROR")]
