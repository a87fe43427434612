"""What orders keep of somebody who was erased: sums, dates and states, no words of theirs or about them."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.dispatch import receiver
from django.utils.translation import gettext as _

from marketplace.people.erasure.signals import erasure_asked, person_erasing
from marketplace.people.models import User
from payments.gateway.services import forgetting as gateway
from providers.listings.models import Provider
from providers.listings.signals import name_asked

from .. import selectors
from ..models import Dispute, Order, OrderEvent, PaymentAttempt, Refund, VisitRequest
from ..states import MAY_STILL_BE_PAID, OVER, REFUND_UNSETTLED, UNSEEN, VISIT_OPEN


@receiver(erasure_asked)
def what_is_under_way(sender: type, person: User, **kwargs: Any) -> list[str]:
    """Orders, visits and money of this person that are not over. 6 queries."""
    reasons = []
    mine = Order.objects.filter(person=person)
    kept = Order.objects.filter(provider__keepers=person)
    if mine.exclude(state__in=OVER).exists() or VisitRequest.objects.filter(person=person, state__in=VISIT_OPEN):
        reasons.append(
            _("You have asked for help, or have a visit or help to come. Cancel it, or wait until it is over.")
        )
    money = Q(state__in=MAY_STILL_BE_PAID | UNSEEN) | Q(refunds__state__in=REFUND_UNSETTLED)
    if PaymentAttempt.objects.filter(money, order__person=person).exists():
        reasons.append(_("Money is on its way to or from you."))
    if any(selectors.owed_to_person(order) for order in mine.filter(receivables__state="owed").distinct()):
        reasons.append(_("A provider still owes you money."))
    if kept.exclude(state__in=OVER).exists():
        reasons.append(_("People have asked for your help or paid for it. Finish or cancel their orders first."))
    return reasons


@receiver(person_erasing)
def orders_forget(sender: type, person: User, now: datetime, **kwargs: Any) -> None:
    """Inside the transaction that erases. Who bought is a row without a name then; what was bought and for how much
    stays, because the provider's books rest on it."""
    theirs = Order.objects.filter(person=person)
    theirs.update(note="", wanted_words="", proposed_words="", provider_words="")
    OrderEvent.objects.filter(order__person=person).update(words="")
    VisitRequest.objects.filter(person=person).update(note="", when_words="", proposed_words="")
    attempts = PaymentAttempt.objects.filter(order__person=person)
    Refund.objects.filter(attempt__in=attempts).update(words="", reason="")
    for attempt in attempts.iterator(chunk_size=500):
        attempt.parameters = {**attempt.parameters, "customer_email": ""}
        attempt.session_url = ""
        attempt.save(update_fields=["parameters", "session_url"])
    gateway.webhooks_forget_about(object_ids=_known_there_as(attempts))


def _known_there_as(attempts: QuerySet[PaymentAttempt]) -> set[str]:
    """Every id that the gateway's messages about these payments may carry."""
    found = {each for row in attempts.values_list("session_id", "payment_intent", "charge_id") for each in row}
    found |= set(Refund.objects.filter(attempt__in=attempts).values_list("refund_id", flat=True))
    found |= set(Dispute.objects.filter(attempt__in=attempts).values_list("dispute_id", flat=True))
    return found - {""}


@receiver(name_asked)
def has_sold_something(sender: type, provider: Provider, **kwargs: Any) -> bool:
    """The seller's name stands on receipts that people keep."""
    return Order.objects.filter(provider=provider, paid_at__isnull=False).exists()
