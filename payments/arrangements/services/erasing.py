"""What arrangements keep of somebody who was erased: days, lengths and sums, no words, no card, no calendar."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.dispatch import receiver
from django.utils.translation import gettext as _

from marketplace.people.erasure.signals import erasure_asked, person_erasing
from marketplace.people.models import User

from ..models import Arrangement, Bill, Feed, SavedCard, StandingYes, Terms, Visit
from ..states import CARD_READY, OVER, UNPAID


@receiver(erasure_asked)
def what_runs(sender: type, person: User, **kwargs: Any) -> list[str]:
    """Help every week that is not over, or not paid, or whose card is not forgotten yet. 2 queries."""
    reasons = []
    mine = Q(person=person) | Q(provider__keepers=person)
    if Arrangement.objects.filter(mine).exclude(state__in=OVER).exists():
        reasons.append(_("There is help every week that has not ended. End it first."))
    owed = Bill.objects.filter(arrangement__person=person, state__in=UNPAID)
    if owed.exists() or SavedCard.objects.filter(arrangement__person=person, state__in=CARD_READY).exists():
        reasons.append(_("Visits of help every week are still being paid. Wait until they are."))
    return reasons


@receiver(person_erasing)
def arrangements_forget(sender: type, person: User, now: datetime, **kwargs: Any) -> None:
    """Inside the transaction that erases. Safe to repeat."""
    theirs = Arrangement.objects.filter(person=person)
    theirs.update(end_words="", relies_on=False, outcome=None)
    StandingYes.objects.filter(arrangement__in=theirs).update(outcome=None)
    Terms.objects.filter(arrangement__in=theirs).update(words="")
    Visit.objects.filter(arrangement__in=theirs).update(words="", query_words="")
    cards = SavedCard.objects.filter(arrangement__in=theirs)
    cards.update(
        parameters={}, session_url="", payment_method="", customer="", brand="", last4="", expires="", mandate=""
    )
    Feed.objects.filter(Q(owner=person) | Q(person=person)).delete()
