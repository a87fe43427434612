"""The cast's own listings, and one listing in every state a council may meet."""

from datetime import datetime, timedelta
from typing import Any

from wagtail.models import Comment

from marketplace.core.audit import SELF, Actor
from marketplace.people.models import Council, User
from providers.assurance import services as assurance
from providers.assurance.models import CheckKind
from providers.listings import services
from providers.listings.editing.forms.provider import QUESTIONS
from providers.listings.models import Category, LegalForm, Listing, Offer, Provider, Unit, VatStatus
from providers.listings.states import HoldKind

SAM: dict[str, Any] = {
    "who": "Sam Orchard works alone",
    "summary": "Grass, gutters, gates. I text before I come and I always shut the gate.",
    "about": (
        "I look after small gardens round Taunton and do the odd jobs that pile up: a gate that sticks, a gutter, "
        "a bulb you cannot reach.\n\nI have nine regulars. If you would sooner garden beside me than watch from the "
        "window, say so."
    ),
    "when": "Monday to Friday, 9 to 5",
    "days": ["mon", "tue", "wed", "thu", "fri"],
    "languages": ["English"],
    "done_by": ["men"],
    "comes_to_you": True,
    "reach_kind": "miles",
    "reach_miles": 10,
    "base_postcode": "TA1 1AA",
    "changing_your_mind": "Cancel free up to the evening before.",
}
ASHA: dict[str, Any] = {
    "who": "Asha Rahman and five others, who own it together",
    "summary": "Help to wash, dress and start the day, from two people you know.",
    "about": (
        "We are six care workers who left an agency and started a co-operative. Each person has two of us, never more, "
        "and we come when you get up, not when a rota says.\n\nWe speak English, Bengali and some Urdu."
    ),
    "when": "Every day, 7 in the morning to 10 at night",
    "days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
    "languages": ["English", "Bengali", "Urdu"],
    "done_by": ["men", "women"],
    "comes_to_you": True,
    "reach_kind": "miles",
    "reach_miles": 5,
    "base_postcode": "TA6 3AA",
    "base_is_home": False,
}
STATES = (
    ("Pat’s Potting Shed", "submitted", "Pots, seeds and a warm shed", "gardening"),
    ("Odd Jobs with Errol", "returned", "Shelves, rails, rattles", "odd-jobs"),
    ("Dulverton Drives", "changes_pending", "Lifts across the moor", "getting-about"),
    ("Wool and Words", "draft", "Knitting and reading aloud", "company"),
    ("Old Mill Meals", "paused", "Soup on Thursdays", "meals"),
    ("Quick Clean Bridgwater", "suspended", "Cleaning at short notice", "cleaning"),
    ("Steady Steps, Wellington", "expired", "Balance and walking", "classes"),
    ("Lamplight Nights", "archived", "Somebody in the house at night", "nights"),
)


def actor(user: User) -> Actor:
    return Actor(by_id=user.pk, for_id=user.pk, channel=SELF)


def sam(council: Council, cast: dict[str, User], categories: dict[str, Category], now: datetime) -> Listing:
    """Sam's listing, live, checked; he can be paid."""
    found = Listing.objects.filter(provider__keepers=cast["sam"]).first()
    if found:
        return found
    provider = _provider(council, cast["sam"], "Sam Orchard", "Sam Orchard", now, insured_days=240)
    listing = _listing(
        provider, "Sam Orchard, gardens and odd jobs", SAM, [categories["gardening"], categories["odd-jobs"]], cast, now
    )
    _offer(listing, "An hour in your garden", 1800, Unit.HOUR, 60, 0)
    _offer(listing, "A half day, four hours", 6600, Unit.SESSION, 240, 1)
    _offer(listing, "A look round, to see what needs doing", 0, Unit.FREE, 20, 2)
    return listing


def asha(council: Council, cast: dict[str, User], categories: dict[str, Category], now: datetime) -> Listing:
    """The co-operative's listing: personal care, registered, insurance about to run out."""
    found = Listing.objects.filter(provider__keepers=cast["asha"]).first()
    if found:
        return found
    provider = _provider(
        council, cast["asha"], "Parrett Care Together", "Asha Rahman", now, insured_days=12,
        legal_form=LegalForm.COOPERATIVE, people_working=6, fte_tenths=45, cqc_id="1-104729001",
        vat=VatStatus.EXEMPT_WELFARE,
    )  # fmt: skip
    moira = actor(cast["moira"])
    for kind in (CheckKind.CQC, CheckKind.DBS_ENHANCED, CheckKind.SAFEGUARDING):
        credential = assurance.credential_claim(provider=provider, kind=kind, by=moira, now=now)
        assurance.credential_verify(credential=credential, by=moira, now=now)
    listing = _listing(provider, "Parrett Care Together", ASHA, [categories["personal-care"]], cast, now)
    _offer(listing, "Half an hour", 1550, Unit.SESSION, 30, 0)
    _offer(listing, "An hour", 2650, Unit.HOUR, 60, 1)
    return listing


def in_every_state(council: Council, cast: dict[str, User], categories: dict[str, Category], now: datetime) -> None:
    """One listing waiting, returned with comments, changed, paused, suspended, run out and archived."""
    for number, (title, state, summary, kind) in enumerate(STATES):
        if Provider.objects.filter(council=council, name=title).exists():
            continue
        provider = _provider(
            council, None, title, title.split(" ", 1)[0], now, insured_days=-3 if state == "expired" else 200
        )
        words = {
            **SAM,
            "who": "",
            "summary": f"{summary}.",
            "about": f"{summary}. Ask and we will talk.",
            "base_postcode": "TA1 2BB",
        }
        live = state not in {"submitted", "returned", "draft"}
        listing = _listing(provider, title, words, [categories[kind]], cast, now, live=live)
        _offer(listing, "An hour", 1500 + 50 * number, Unit.HOUR, 60, 0)
        _bring_to(listing, state, cast, now)


def _bring_to(listing: Listing, state: str, cast: dict[str, User], now: datetime) -> None:
    moira, keeper = actor(cast["moira"]), cast["asha"]
    if state in {"submitted", "returned"}:
        services.listing_submit(listing=listing, by=actor(keeper), user=keeper, now=now)
    if state == "returned":
        page = type(listing.page).objects.get(pk=listing.page_id)
        revision = page.get_latest_revision()
        Comment.objects.create(
            page=page,
            user=cast["moira"],
            text="Which days do you work?",
            contentpath="when",
            position="",
            revision_created=revision,
        )
        page.current_workflow_task_state.reject(
            user=cast["moira"], comment="Nearly there: say which days, and add a price."
        )
    if state == "changes_pending":
        services.listing_edit(
            listing=listing,
            by=actor(keeper),
            user=keeper,
            now=now,
            summary="Lifts across the moor, now on Sundays too.",
        )
        services.listing_submit(listing=listing, by=actor(keeper), user=keeper, now=now)
    if state == "paused":
        services.hold_place(
            provider=listing.provider,
            listing=listing,
            kind=HoldKind.PAUSED,
            by=actor(keeper),
            now=now,
            reason="Back in spring",
        )
    if state == "suspended":
        assurance.provider_suspend(
            provider=listing.provider,
            by=moira,
            now=now,
            reason="Two people say that nobody came. We are talking to them.",
        )
    if state == "archived":
        services.listing_archive(listing=listing, by=actor(keeper), user=keeper, now=now)


def _provider(
    council: Council, keeper: User | None, name: str, contact: str, now: datetime, insured_days: int, **facts: Any
) -> Provider:
    provider = Provider.objects.create(
        council=council,
        name=name,
        contact_name=contact,
        email=keeper.email if keeper else f"{name.split()[0].lower()}@example.org",
        phone=f"01632 960 {800 + sum(name.encode()) % 200}",  # a number shared with somebody hidden is held back
        insurer="Tinsdills Mutual",
        insured_pounds=5_000_000,
        insured_until=now.date() + timedelta(days=insured_days),
        answered=list(QUESTIONS),
        **facts,
    )
    if keeper:
        provider.keepers.add(keeper)
    return provider


def _listing(
    provider: Provider,
    title: str,
    words: dict[str, Any],
    kinds: list[Category],
    cast: dict[str, User],
    now: datetime,
    live: bool = True,
) -> Listing:
    moira = actor(cast["moira"])
    for kind in (CheckKind.INSURANCE, CheckKind.IDENTITY):
        credential = assurance.credential_claim(provider=provider, kind=kind, by=moira, now=now)
        facts: dict[str, Any] = (
            {"insured_pounds": provider.insured_pounds, "expires_on": provider.insured_until}
            if kind == CheckKind.INSURANCE
            else {}
        )
        assurance.credential_verify(
            credential=credential, by=moira, now=now, seen_on=now.date() - timedelta(days=40), **facts
        )
    user = provider.keepers.first()
    listing = services.listing_create(provider=provider, title=title, by=moira, user=user, now=now, words=words)
    listing.page.categories.set(kinds)
    revision = listing.page.save_revision(user=user)
    if live:
        revision.publish()
    listing.refresh_from_db()
    listing.takes_direct_payments = True
    listing.save(update_fields=["takes_direct_payments"])
    return listing


def _offer(listing: Listing, title: str, pence: int, unit: Unit, minutes: int, position: int) -> Offer:
    return Offer.objects.create(
        listing=listing, title=title, price_pence=pence, unit=unit, minutes=minutes, position=position
    )
