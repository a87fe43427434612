"""What the outbox asks of orders: letters, refunds to be sent, listings that were stopped. Each may run twice."""

from django.utils import timezone
from django.utils.translation import gettext_lazy

from marketplace.core import audit, mail, outbox
from marketplace.people.models import User
from providers.listings.models import Listing

from .. import presentation, services
from ..models import Order, Refund, VisitRequest
from ..services.refunding import SEND
from ..services.telling import ORDER_LETTER, VISIT_LETTER
from . import letters

audit.say("orders.order.place", gettext_lazy("%(who)s ordered “%(title)s” from %(provider)s."))
audit.say("orders.order.cancel", gettext_lazy("%(who)s cancelled the order “%(title)s”."))
audit.say("orders.payment.begin", gettext_lazy("%(who)s opened the payment page for “%(title)s”."))
audit.say("orders.proposal.agree", gettext_lazy("%(who)s said yes to another day for “%(title)s”."))
audit.say("orders.refund.ask", gettext_lazy("%(who)s asked for money back by cancelling."))
audit.say("orders.visit.ask", gettext_lazy("%(who)s asked %(provider)s for a first visit."))
audit.say("orders.visit.agree", gettext_lazy("%(who)s agreed a first visit with %(provider)s."))
audit.say("orders.visit.withdraw", gettext_lazy("%(who)s called off a first visit with %(provider)s."))


@outbox.handler(ORDER_LETTER)
def write_about_order(subject: int, letter: str, side: str, reader: int) -> None:
    orders = Order.objects.select_related("person", "placed_by", "through", "provider__council", "offer_date")
    order, user = orders.get(pk=subject), User.objects.filter(pk=reader, is_active=True).first()
    if user is not None:
        written = letters.order_letter(order, letter, side, user)
        _send(user, written, order, presentation.receipt(order) if written.with_receipt else None)


@outbox.handler(VISIT_LETTER)
def write_about_visit(subject: int, letter: str, side: str, reader: int) -> None:
    visits = VisitRequest.objects.select_related("person", "placed_by", "through", "provider__council")
    visit, user = visits.get(pk=subject), User.objects.filter(pk=reader, is_active=True).first()
    if user is not None:
        _send(user, letters.visit_letter(visit, letter, side, user), visit, None)


def _send(
    user: User, letter: letters.Letter, about: Order | VisitRequest, receipt: presentation.Receipt | None
) -> None:
    context = {"letter": letter, "user": user, "council": about.provider.council, "receipt": receipt}
    mail.send(user.email, letter.subject, "orders/letter", context)


@outbox.handler(SEND)
def send_refund(refund: int) -> None:
    services.refund_send(refund=Refund.objects.get(pk=refund), now=timezone.now())


@outbox.handler("listings.changed")
def listing_may_be_stopped(listing: int, version: int) -> None:
    """A suspension reaches people with open orders; every other change of a listing means nothing here."""
    found = Listing.objects.select_related("provider__council").filter(pk=listing).first()
    if found is not None:
        now = timezone.now()
        for order in services.orders_stop(listing=found, now=now):
            services.payment_stop(order=order, now=now)
