"""What an operator sees of webhooks, and what they can do: nobody else, and nothing twice."""

import json

import pytest
from django.utils import timezone

from marketplace.core import outbox
from marketplace.core.models import AuditEntry
from payments.gateway import services
from payments.gateway.models import WebhookEvent
from payments.gateway.states import WebhookState

pytestmark = pytest.mark.django_db


def make(state: str = WebhookState.QUARANTINED, **facts) -> WebhookEvent:
    body = {"id": "evt_1", "livemode": False, "account": "acct_nobody", "data": {"object": {"id": "pi_1"}}}
    known = {
        "account": "acct_nobody",
        "event_id": "evt_1",
        "kind": "payment_intent.succeeded",
        "object_kind": "payment_intent",
        "object_id": "pi_1",
        "body": json.dumps(body),
        "received_at": timezone.now(),
        "state": state,
        "reason": "unknown account",
    }
    return WebhookEvent.objects.create(**known | facts)


@pytest.fixture
def olwen(cast, client_of):
    return client_of(cast.olwen)


def test_the_list_shows_what_was_set_aside_first_and_the_rest_when_asked(olwen):
    make()
    make(WebhookState.PROCESSED, event_id="evt_2", kind="charge.succeeded", reason="")
    page = olwen.get("/operator/money/webhooks/").content.decode()
    assert "unknown account" in page
    assert "charge.succeeded" not in page
    assert "charge.succeeded" in olwen.get("/operator/money/webhooks/?state=all").content.decode()
    assert olwen.get("/operator/money/webhooks/?state=%00&page=x").status_code == 200


def test_an_event_is_read_word_for_word_and_replayed(olwen):
    event = make()
    assert "&quot;acct_nobody&quot;" in olwen.get(f"/operator/money/webhooks/{event.pk}/").content.decode()
    olwen.post(f"/operator/money/webhooks/{event.pk}/replay/")
    outbox.deliver()
    event.refresh_from_db()
    assert (event.state, event.reason) == (WebhookState.QUARANTINED, "unknown account")
    assert AuditEntry.objects.filter(action="gateway.webhook.replay").count() == 1


def test_what_was_acted_on_is_not_replayed(olwen):
    event = make(WebhookState.PROCESSED)
    olwen.post(f"/operator/money/webhooks/{event.pk}/replay/")
    event.refresh_from_db()
    assert event.state == WebhookState.PROCESSED
    assert not outbox.pending("gateway.webhook_received")


def test_setting_aside_by_hand_needs_a_reason_and_stops_it(olwen):
    event = make(WebhookState.RECEIVED, reason="")
    url = f"/operator/money/webhooks/{event.pk}/"
    assert "Write why" in olwen.post(url, {"reason": " "}).content.decode()
    olwen.post(url, {"reason": "A rehearsal of theirs"})
    services.webhook_process(event_pk=event.pk, now=timezone.now())
    event.refresh_from_db()
    assert (event.state, event.reason) == (WebhookState.QUARANTINED, "by hand: A rehearsal of theirs")


def test_words_that_were_dropped_are_said_to_be(olwen):
    event = make(body="")
    page = olwen.get(f"/operator/money/webhooks/{event.pk}/").content.decode()
    assert "dropped after 90 days" in page
    assert "/replay/" not in page


@pytest.mark.parametrize("who", ["moira", "theo", "ken", "sam", None])
def test_nobody_else_gets_in(cast, client_of, who):
    event = make()
    client = client_of(cast.people[who] if who else None)
    for url in ("/operator/money/", "/operator/money/webhooks/", f"/operator/money/webhooks/{event.pk}/"):
        assert client.get(url).status_code in {404, 302}
    client.post(f"/operator/money/webhooks/{event.pk}/replay/")
    event.refresh_from_db()
    assert event.state == WebhookState.QUARANTINED


def test_the_operator_without_a_second_step_does_not_get_in_either(cast, client_of):
    assert client_of(cast.olwen, second_factor=False).get("/operator/money/webhooks/").status_code != 200
