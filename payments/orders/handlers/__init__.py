"""What the outbox asks of orders: letters, refunds to be sent, listings that were stopped. Each may run twice."""

from django.utils.translation import gettext_lazy

from marketplace.core import audit, clock, mail, outbox
from marketplace.people import selectors as people
from marketplace.people.models import CouncilRole, User
from payments.gateway.models import ConnectedAccount
from payments.gateway.states import CAN_CHARGE, OUT_OF_SIGHT
from providers.listings.models import Listing, Provider

from .. import presentation, services
from ..models import Order, Refund, VisitRequest
from ..services.reconciling import ALERT
from ..services.refunding import SEND
from ..services.sight import ACCOUNT
from ..services.telling import COUNCIL_LETTER, KEEPER_LETTER, ORDER_LETTER, PERSON, VISIT_LETTER
from . import letters, money_letters

audit.say("orders.order.place", gettext_lazy("%(who)s ordered “%(title)s” from %(provider)s."))
audit.say("orders.order.cancel", gettext_lazy("%(who)s cancelled the order “%(title)s”."))
audit.say("orders.payment.begin", gettext_lazy("%(who)s opened the payment page for “%(title)s”."))
audit.say("orders.proposal.agree", gettext_lazy("%(who)s said yes to another day for “%(title)s”."))
audit.say("orders.refund.ask", gettext_lazy("%(who)s asked for money back by cancelling."))
audit.say("orders.order.give_back", gettext_lazy("%(who)s gave money back for “%(title)s”."))
audit.say("orders.visit.ask", gettext_lazy("%(who)s asked %(provider)s for a first visit."))
audit.say("orders.visit.agree", gettext_lazy("%(who)s agreed a first visit with %(provider)s."))
audit.say("orders.visit.withdraw", gettext_lazy("%(who)s called off a first visit with %(provider)s."))


@outbox.handler(ORDER_LETTER)
def write_about_order(subject: int, letter: str, side: str, reader: int) -> None:
    orders = Order.objects.select_related("person", "placed_by", "through", "provider__council", "offer_date")
    order = orders.get(pk=subject)
    user = _reader(order, side, reader)
    if user is not None:
        written = letters.order_letter(order, letter, side, user)
        _send(user, written, order, presentation.receipt(order) if written.with_receipt else None)


@outbox.handler(VISIT_LETTER)
def write_about_visit(subject: int, letter: str, side: str, reader: int) -> None:
    visits = VisitRequest.objects.select_related("person", "placed_by", "through", "provider__council")
    visit = visits.get(pk=subject)
    user = _reader(visit, side, reader)
    if user is not None:
        _send(user, letters.visit_letter(visit, letter, side, user), visit, None)


def _reader(about: Order | VisitRequest, side: str, reader: int) -> User | None:
    """None for a helper or a keeper whose right ended while the letter waited."""
    if side == PERSON:
        return people.reader_about(about.person_id, reader, clock.now())
    return about.provider.keepers.filter(pk=reader, is_active=True).first()


def _send(
    user: User, letter: letters.Letter, about: Order | VisitRequest, receipt: presentation.Receipt | None
) -> None:
    context = {"letter": letter, "user": user, "council": about.provider.council, "receipt": receipt}
    mail.send(user.email, letter.subject, "orders/letter", context)


@outbox.handler(SEND)
def send_refund(refund: int) -> None:
    services.refund_send(refund=Refund.objects.get(pk=refund), now=clock.now())


@outbox.handler(ACCOUNT)
def account_is_different(account: int) -> None:
    """What became of payments under way, when a provider can be paid no more, or again."""
    found, now = ConnectedAccount.objects.select_related("provider__council").get(pk=account), clock.now()
    if found.state in OUT_OF_SIGHT:
        services.sight_lose(account=found, now=now)
        return
    services.sight_regain(account=found, now=now)
    if found.state in CAN_CHARGE:
        services.payments_go_on(account=found, now=now)
    else:
        services.payments_hold_up(account=found, now=now)


@outbox.handler(ALERT)
def write_to_operators(count: int) -> None:
    """Something about money waits for whoever runs the site. What it is stands behind the second factor."""
    for reader in User.objects.filter(is_national_operator=True, is_active=True):
        letter = money_letters.operator_letter(count)
        mail.send(reader.email, letter.subject, "orders/letter", {"letter": letter, "user": reader, "receipt": None})


@outbox.handler(COUNCIL_LETTER)
def write_to_council(provider: int, letter: str, about: str, count: int) -> None:
    found = Provider.objects.select_related("council").get(pk=provider)
    work = {"council_work__council": found.council, "council_work__role": CouncilRole.CURATOR}
    for reader in User.objects.filter(is_active=True, **work).distinct():
        _send_plain(reader, money_letters.council_letter(found, letter, count), found)


@outbox.handler(KEEPER_LETTER)
def write_to_keepers(provider: int, letter: str, about: str, count: int) -> None:
    found = Provider.objects.select_related("council").get(pk=provider)
    for reader in found.keepers.filter(is_active=True):
        _send_plain(reader, money_letters.keeper_letter(found, letter), found)


def _send_plain(user: User, letter: letters.Letter, provider: Provider) -> None:
    context = {"letter": letter, "user": user, "council": provider.council, "receipt": None}
    mail.send(user.email, letter.subject, "orders/letter", context)


@outbox.handler("listings.changed")
def listing_may_be_stopped(listing: int, version: int) -> None:
    """A suspension reaches people with open orders; every other change of a listing means nothing here."""
    found = Listing.objects.select_related("provider__council").filter(pk=listing).first()
    if found is not None:
        now = clock.now()
        for order in services.orders_stop(listing=found, now=now):
            services.payment_stop(order=order, now=now)
