"""Groups that share Sam's afternoons, one in every state, from a draft to one that runs and some that did not."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from marketplace.core.audit import CLOCKWORK
from marketplace.people.models import User
from payments.budgets.models import Budget
from payments.budgets.rules import Share
from payments.budgets.states import Source
from payments.orders.models import Order
from payments.pools import jobs, selectors, services
from payments.pools.models import Brief, Pledge, Pool, Visibility
from payments.pools.services import Plan, briefs, voting
from payments.pools.services.asked import providers_asked
from payments.pools.states import Presence
from payments.sandbox import cards, place
from payments.sandbox import services as sandbox
from providers.listings.models import Listing, Offer, Unit

from .regulars import actor

CONSENT = "Sam Orchard may charge this card once if the group goes ahead, and never more than the most you agreed to."


def groups(listing: Listing, cast: dict[str, User], now: datetime) -> int:
    """All of them, once; how many there are. Sandbox only."""
    if not settings.PAYMENTS_SANDBOX or Pool.objects.exists():
        return 0
    seed = Seed(_afternoon(listing), cast, now)
    ken, joan, lee, priya, alex = (cast[key] for key in ("ken", "joan", "lee", "priya", "stranger"))
    seed.start(ken, "Bulbs before the frost", opened=False)
    waiting = seed.start(joan, "Pruning for beginners", agreed=False)
    seed.join(waiting, joan)
    club = seed.start(ken, "Tuesday garden club", visibility=Visibility.AREA)
    seed.join(club, ken)
    nearly = seed.start(lee, "Seeds and soup", visibility=Visibility.AREA, most=4)
    for person in (lee, joan, priya):
        seed.join(nearly, person)
    full = seed.start(ken, "Hedges, side by side", visibility=Visibility.AREA, most=3)
    seed.join(full, ken)
    seed.join(full, lee)
    seed.join(full, alex, shares=seed.managed(alex, full), card=None)
    services.waiting_join(pool=full, person=priya, by=actor(priya), now=now)
    asked = seed.start(lee, "A pond for the school", most=3)
    for person, card in ((lee, cards.SUCCESS), (ken, cards.SUCCESS), (joan, cards.DECLINED_LATER)):
        seed.join(asked, person, card=card)
    jobs.pool_step(asked, now)
    sure = seed.start(ken, "Apple trees on Tuesdays", most=3)
    seed.all_in(sure, (ken, joan, lee))
    seed.saving_vote(sure, (ken, joan))
    seed.running((joan, ken, lee), priya)
    few = seed.start(joan, "Moss and ferns", at=now - timedelta(days=9))
    seed.join(few, joan, at=now - timedelta(days=8))
    jobs.pool_step(few, now)
    off = seed.start(lee, "Compost club")
    seed.join(off, lee)
    services.pool_cancel(pool=off, by=actor(lee), now=now, words="I have hurt my back. Let us try again in spring.")
    seed.finished((lee, ken, joan))
    wanted(seed.offer, cast, now)
    return Pool.objects.count()


def _afternoon(listing: Listing) -> Offer:
    """Two hours for a group of three to eight, £42 for all of them; £18 for one alone."""
    return Offer.objects.create(
        listing=listing,
        title="An afternoon of gardening, with tea",
        details="Two hours in a garden that one of you has, or mine. I bring tools for everybody.",
        unit=Unit.SESSION,
        price_pence=1800,
        minutes=120,
        group_price_pence=4200,
        group_least=3,
        group_most=8,
        position=3,
    )


def wanted(offer: Offer, cast: dict[str, User], now: datetime) -> None:
    """A brief of Ken's in its vote, with an offer of Sam's and one of somebody else nearby; Joan has voted."""
    begun = now - timedelta(days=9)
    ken, council = cast["ken"], offer.listing.provider.council
    brief = briefs.brief_start(
        organiser=ken,
        council=council,
        name="Four front gardens, one after the other",
        words="We are four neighbours in one street. We would like somebody for two hours every other Tuesday, six "
        "times, who does our front gardens in turn.\nWe have tools, and one of us makes the tea.",
        category=offer.listing.page.categories.first(),
        heads=4,
        offers_by=_at(begun + timedelta(days=7), 18, 0),
        vote_by=_at(now + timedelta(days=5), 18, 0),
        token="wanted",
        by=actor(ken),
        now=begun,
    )
    for person in (cast["joan"], cast["lee"]):
        briefs.brief_join(brief=brief, person=person, by=actor(person), now=begun)
    briefs.brief_ask(brief=brief, providers=[], by=actor(ken), now=begun)
    sam = cast["sam"]
    facts: dict[str, Any] = {"brief": brief, "now": begun + timedelta(days=2)}
    briefs.tender_make(
        provider=offer.listing.provider, offer=offer, total_pence=9600, by=actor(sam),
        words="Six times two hours, half an hour in each garden. I take the cuttings away.", **facts,
    )  # fmt: skip
    other = _other_offer(brief, offer)
    if other is not None:
        briefs.tender_make(
            provider=other.listing.provider, offer=other, total_pence=8400, by=CLOCKWORK,
            words="Six times two hours. The cuttings stay with you, for the compost. I bring biscuits for the tea.",
            **facts,
        )  # fmt: skip
    voted = briefs.brief_vote(brief=brief, now=now)
    joan, ranking = cast["joan"], list(voted.decision.options.order_by("-pk"))
    voting.ballot_cast(decision=voted.decision, person=joan, ranking=ranking, by=actor(joan), now=now)


def _other_offer(brief: Brief, offer: Offer) -> Offer | None:
    """The first thing that another provider who was asked sells here and can be paid for."""
    asked = providers_asked(brief).exclude(pk=offer.listing.provider_id).order_by()
    listings = Listing.objects.visible().filter(provider__in=asked.values("pk"))
    for other in Offer.objects.filter(withdrawn_at=None, listing__in=listings).order_by("pk"):
        try:
            services.can_be_bought(other)
        except (services.NotOffered, services.NotPayable, services.Stopped):
            continue
        return other
    return None


class Seed:
    """Groups with one offer, at one moment or some days before."""

    def __init__(self, offer: Offer, cast: dict[str, User], now: datetime) -> None:
        self.offer, self.cast, self.now = offer, cast, now

    def start(
        self,
        organiser: User,
        name: str,
        *,
        at: datetime | None = None,
        opened: bool = True,
        agreed: bool = True,
        **facts: Any,
    ) -> Pool:
        """Three to six people on six Tuesdays unless said otherwise; open, and Sam has said yes."""
        at = at or self.now
        usual: dict[str, Any] = {
            "name": name,
            "place": "Taunton, French Weir",
            "least": 3,
            "most": 6,
            "pledge_by": _at(at + timedelta(days=6), 18, 0),
            "starts": _tuesdays(at + timedelta(days=22)),
            "minutes": 120,
        }
        plan = Plan(**(usual | facts))
        by = actor(organiser)
        pool = services.pool_start(offer=self.offer, organiser=organiser, plan=plan, token=name, by=by, now=at)
        if not opened:
            return pool
        services.pool_open(pool=pool, by=by, now=at)
        if agreed:
            sam = self.cast["sam"]
            services.terms_agree(pool=pool, user=sam, by=actor(sam), now=at)
        return Pool.objects.get(pk=pool.pk)

    def join(
        self,
        pool: Pool,
        person: User,
        *,
        card: cards.Card | None = cards.SUCCESS,
        at: datetime | None = None,
        shares: Sequence[Share] = (),
    ) -> Pledge:
        pool = Pool.objects.get(pk=pool.pk)
        pledge = services.pledge_make(
            pool=pool, person=person, terms=pool.current, maximum_pence=pool.worst_pence, by=actor(person),
            now=at or self.now, shares=shares, express_request=services.begins_early(pool),
            invitation=pool.invitations.first(),
        )  # fmt: skip
        return self.save(pledge, card) if card else pledge

    def save(self, pledge: Pledge, card: cards.Card = cards.SUCCESS) -> Pledge:
        back = f"{settings.SITE_URL}/pools/{pledge.pool.public_id}/"
        url = services.card_begin(
            pledge=pledge, consent=CONSENT, saved_url=f"{back}card/saved/", back_url=back, now=self.now
        )
        session = url.rstrip("/").rsplit("/", 1)[1]
        sandbox.session_pay(place.store(), session_id=session, number=card.number)
        return services.card_look_up(pledge=Pledge.objects.get(pk=pledge.pk), now=self.now)

    def managed(self, person: User, pool: Pool) -> list[Share]:
        """From the budget that the council looks after: Theo has to say yes."""
        budget = Budget.objects.filter(person=person, source=Source.COUNCIL_MANAGED).first()
        outcome = budget.outcomes.first() if budget else None
        return [Share(pool.worst_pence, budget.pk, outcome.pk if outcome else None)] if budget else []

    def all_in(self, pool: Pool, people: Sequence[User], at: datetime | None = None) -> Pool:
        for person in people:
            self.join(pool, person, at=at)
        for _round in range(2):
            jobs.pool_step(Pool.objects.get(pk=pool.pk), self.now)
        return Pool.objects.get(pk=pool.pk)

    def saving_vote(self, pool: Pool, people: Sequence[User]) -> None:
        """Each puts £10 of what they saved to the vote and proposes something; the last of them has voted."""
        for person in people:
            pledge = pool.pledges.get(person=person)
            voting.reinvestment_set(pledge=pledge, pence=1000, by=actor(person), now=self.now)
        decision = voting.decision_open(
            pool=pool, question="Where does our saving go?", closes_at=_at(self.now + timedelta(days=7), 18, 0),
            by=actor(people[0]), now=self.now,
        )  # fmt: skip
        facts: dict[str, Any] = {"decision": decision, "now": self.now}
        said = ("Two more afternoons in May", "A taxi for whoever cannot walk there")
        options = [
            voting.option_propose(words=words, person=person, by=actor(person), **facts)
            for person, words in zip(people, said, strict=True)
        ]
        voting.ballot_cast(person=people[-1], ranking=options[::-1], by=actor(people[-1]), **facts)

    def begun(self, people: Sequence[User], name: str, *, days: int) -> Pool:
        """All of them have paid, and their first Tuesday would come within twelve days; it was so many days earlier."""
        pool = self.start(
            people[0], name, at=self.now - timedelta(days=days + 7), most=3,
            pledge_by=self.now + timedelta(hours=2), starts=_tuesdays(self.now + timedelta(days=5)),
        )  # fmt: skip
        pool = self.all_in(pool, people)
        for session in pool.current.sessions.all():
            session.starts_at -= timedelta(days=days)
            session.save(update_fields=["starts_at"])
        Pool.objects.filter(pk=pool.pk).update(pledge_by=pool.pledge_by - timedelta(days=days))
        first = pool.current.sessions.earliest("starts_at").starts_at
        Order.objects.filter(pledge__pool=pool).update(wanted_on=timezone.localdate(first))
        jobs.pool_step(Pool.objects.get(pk=pool.pk), self.now)
        return Pool.objects.get(pk=pool.pk)

    def finished(self, people: Sequence[User]) -> None:
        """All six dates have been, the last one two days ago at least, and everybody came to each."""
        pool = self.begun(people, "Wreaths and winter greens", days=49)
        here = {pledge.pk: Presence.CAME for pledge in pool.pledges.all()}
        for session in pool.current.sessions.all():
            services.attendance_note(session=session, presence=here, by=actor(self.cast["sam"]), now=self.now)

    def running(self, people: Sequence[User], successor: User) -> None:
        """Two of six dates have been; one of the three gave up their place, and somebody took it over."""
        pool = self.begun(people, "Roses, week by week", days=17)
        leaver = pool.pledges.get(person=people[-1])
        services.pledge_leave(pledge=leaver, by=actor(people[-1]), now=self.now)
        waits = services.waiting_join(
            pool=Pool.objects.get(pk=pool.pk), person=successor, by=actor(successor), now=self.now,
            invitation=pool.invitations.first(),
        )  # fmt: skip
        price = selectors.take_over_pence(Pool.objects.get(pk=pool.pk), self.now) or 0
        taken = services.place_take_over(
            pledge=waits, maximum_pence=price, by=actor(successor), now=self.now, express_request=True
        )
        self.save(taken)
        jobs.pool_step(Pool.objects.get(pk=pool.pk), self.now)
        here = list(pool.pledges.filter(person__in=people[:2]))
        for session in pool.current.sessions.filter(starts_at__lt=self.now):
            presence = {here[0].pk: Presence.CAME, here[1].pk: Presence.TOLD_AHEAD}
            services.attendance_note(session=session, presence=presence, by=actor(self.cast["sam"]), now=self.now)


def _at(moment: datetime, hour: int, minute: int) -> datetime:
    return timezone.localtime(moment).replace(hour=hour, minute=minute, second=0, microsecond=0)


def _tuesdays(after: datetime, times: int = 6) -> list[datetime]:
    first = _at(after, 14, 30)
    first += timedelta(days=(1 - first.weekday()) % 7)
    return [timezone.make_aware(first.replace(tzinfo=None) + timedelta(days=7 * n)) for n in range(times)]
