"""Orders in every state, first visits, somebody acting for somebody, needs and concerns: something in every queue."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from marketplace.core.audit import DELEGATE, PHONE, Actor
from marketplace.people import services as people
from marketplace.people.models import Council, Delegation, Scope, User
from payments.gateway import services as gateway
from payments.gateway.models import ConnectedAccount
from payments.orders import services as orders
from payments.orders.models import Order, VisitRequest
from payments.orders.rules import Wish
from payments.sandbox import cards, place
from payments.sandbox import services as sandbox
from providers.assurance import services as assurance
from providers.assurance.models import Concern
from providers.listings.models import Listing, Provider
from search import services as search
from search.models import Need

from .regulars import actor


def open_accounts(providers: list[Provider], now: datetime) -> int:
    """Let these providers be paid through the sandbox; none while real keys are set."""
    if not settings.PAYMENTS_SANDBOX:
        return 0
    there = set(ConnectedAccount.objects.values_list("provider_id", flat=True))
    made = 0
    for provider in providers:
        if provider.pk in there:
            continue
        keeper = provider.keepers.first()
        account = gateway.account_open(provider=provider, by=Actor(by_id=keeper.pk if keeper else None), now=now)
        sandbox.onboarding_finish(place.store(), account_id=account.stripe_id or "")
        gateway.account_refresh(account=account, now=now)
        made += 1
    return made


def acting(cast: dict[str, User], now: datetime) -> None:
    """Priya acts for Joan; a letter to Lee waits for an answer."""
    joan, today = cast["joan"], timezone.localdate(now)
    if Delegation.objects.filter(person=joan).exists():
        return
    invitation = people.invitation_send(
        person=joan, name="Priya Tapper", email=cast["priya"].email, scope=Scope.BUY, starts_on=today, ends_on=None,
        by=actor(joan), now=now,
    )  # fmt: skip
    people.invitation_accept(invitation=invitation, user=cast["priya"], by=actor(cast["priya"]), now=now)
    people.invitation_send(
        person=joan, name="Lee Adeyemi", email=cast["lee"].email, scope=Scope.SHORTLIST, starts_on=today,
        ends_on=today + timedelta(days=14), by=actor(joan), now=now,
    )  # fmt: skip


def orders_in_every_state(listing: Listing, cast: dict[str, User], now: datetime) -> None:
    """Ken, Joan (through Priya and by telephone) and Sam, from a request to a refund. Sandbox only."""
    if not settings.PAYMENTS_SANDBOX or Order.objects.exists():
        return
    ken, sam = cast["ken"], actor(cast["sam"])
    offer = listing.offers.order_by("position").first()
    free = listing.offers.get(price_pence=0)
    today = timezone.localdate(now)
    count = iter(range(100))

    def ask(person: User, by: Actor, days: int, quantity: int = 2, on=offer, **rest) -> Order:
        wish = Wish(quantity=quantity, wanted_on=today + timedelta(days=days), begin_early=True)
        return orders.order_place(
            person=person, offer=on, wish=wish, expected_total_pence=on.price_pence * quantity,
            token=f"seed-{next(count)}", by=by, now=now, **rest,
        )  # fmt: skip

    def pay(order: Order) -> Order:
        attempt = orders.payment_begin(
            order=order, by=actor(order.person), now=now, paid_url=f"{settings.SITE_URL}/orders/{order.public_id}/paid/",
            back_url=f"{settings.SITE_URL}/orders/{order.public_id}/",
        )  # fmt: skip
        sandbox.session_pay(place.store(), session_id=attempt.session_id, number=cards.SUCCESS.number)
        return orders.order_look_up(order=order, now=now)

    ask(ken, actor(ken), 6)
    by_priya = Actor(by_id=cast["priya"].pk, for_id=cast["joan"].pk, channel=DELEGATE)
    ask(cast["joan"], by_priya, 8)
    by_nia = Actor(by_id=cast["nia"].pk, for_id=cast["joan"].pk, channel=PHONE)
    ask(cast["joan"], by_nia, 12, council=listing.council)
    orders.order_propose(
        order=ask(ken, actor(ken), 9),
        day=today + timedelta(days=10),
        words="I am at the dentist that day.",
        by=sam,
        now=now,
    )
    orders.order_decline(
        order=ask(ken, actor(ken), 3), by=sam, now=now, words="I am full that week. Try me in a fortnight."
    )
    orders.order_cancel(order=ask(ken, actor(ken), 11), by=actor(ken), now=now)
    orders.order_accept(order=ask(ken, actor(ken), 7, quantity=3), by=sam, now=now, words="See you then.")
    orders.order_accept(order=ask(ken, actor(ken), 5, quantity=1, on=free), by=sam, now=now, words="Happy to.")
    paid = [orders.order_accept(order=ask(ken, actor(ken), 0), by=sam, now=now) for _ in range(3)]
    paid.append(orders.order_accept(order=ask(cast["joan"], by_priya, 20), by=sam, now=now))
    waiting, done, finished, cancelled = [pay(order) for order in paid]
    del waiting
    orders.order_deliver(order=done, by=sam, now=now)
    orders.order_complete(order=orders.order_deliver(order=finished, by=sam, now=now), by=sam, now=now)
    orders.order_cancel(order=cancelled, by=by_priya, now=now, words="Mum will be in hospital.")


def visits(listing: Listing, other: Listing, cast: dict[str, User], now: datetime) -> None:
    """A first visit asked for, and one with a day proposed."""
    if VisitRequest.objects.exists():
        return
    ken, joan = cast["ken"], cast["joan"]
    orders.visit_ask(
        person=ken, listing=listing, when_words="Any morning", note="The side gate sticks.", by=actor(ken), now=now
    )
    asked = orders.visit_ask(
        person=joan, listing=other, when_words="Tuesdays or Thursdays", note="", by=actor(joan), now=now
    )
    day = timezone.localdate(now) + timedelta(days=4)
    orders.visit_propose(visit=asked, day=day, words="Tea time?", by=actor(cast["asha"]), now=now)


def needs_and_concerns(council: Council, suspended: Listing | None, cast: dict[str, User], now: datetime) -> None:
    """What somebody looked for and did not find, and two worries."""
    if not Need.objects.exists():
        for words, postcode in (
            ("somebody to play the cello with", "TA24 5AA"),
            ("night bus to Minehead hospital", "TA23 0AA"),
        ):
            search.need_record(
                words=words, place=postcode, la_code=council.area_codes[0], by=actor(cast["ken"]), now=now
            )
    if not Concern.objects.exists():
        assurance.concern_raise(
            words="He asked for cash and did not come back with the change.", severity="ordinary", council=council,
            listing=suspended, by=actor(cast["ken"]), now=now, name="Ken Hobbs", contact="01632 960 302",
        )  # fmt: skip
        assurance.concern_raise(
            words="My neighbour has bruises on her arms and will not say why.", severity="high", council=council,
            listing=None, by=actor(cast["stranger"]), now=now,
        )  # fmt: skip
