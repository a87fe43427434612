"""How a listing stands and what it says, in words for the person who keeps it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marketplace.core.look.words import plain_list, uk_date_full
from marketplace.core.money import pounds_in_millions

from .. import presentation, selectors, services
from ..models import Hold, Listing, ListingPage, Provider
from ..rules import Missing, insurance_state, is_micro
from ..selectors import Remark
from ..states import MOVES, PUBLIC, WAITING_FOR_COUNCIL, HoldKind, ListingState
from .forms import KEYS, PRICES
from .forms.listing import DAYS, REACH_CHOICES


@dataclass(frozen=True)
class Kept:
    """A listing on its keeper's desk. `word` is its state in three words; `kind` is yes, heed, stop or ""."""

    listing: Listing
    page: ListingPage
    word: str
    kind: str
    next: str
    missing: Sequence[Missing] = ()
    remarks: Sequence[Remark] = ()
    new_words: bool = False
    paused: bool = False
    seen: bool = False
    ask_if_right: bool = False

    @property
    def title(self) -> str:
        return self.page.title

    @property
    def public(self) -> bool:
        return self.listing.state in PUBLIC

    @property
    def archived(self) -> bool:
        return self.listing.state == ListingState.ARCHIVED

    @property
    def with_council(self) -> bool:
        return self.listing.state in WAITING_FOR_COUNCIL

    @property
    def may_send(self) -> bool:
        """There are words to send, and nothing is missing."""
        sendable = MOVES.can(self.listing, "submit") or (MOVES.can(self.listing, "submit_changes") and self.new_words)
        return sendable and not self.missing

    @property
    def may_edit(self) -> bool:
        return not self.with_council and not self.archived

    @property
    def carry_on(self) -> str:
        """The first question that a draft has not been through; empty when all were asked."""
        if self.public or not self.may_edit:
            return ""
        lacking = {each.question for each in self.missing if each.of == "listing"}
        return next((key for key in KEYS if key not in self.listing.answered or key in lacking), "")


@dataclass(frozen=True)
class Answer:
    """One question with what was answered, as the check page shows it."""

    question: str
    term: str
    words: str
    change_url: str = ""
    remarks: Sequence[Remark] = field(default_factory=tuple)
    missing: str = ""


def kept(listing: Listing, today: date) -> Kept:
    """How one listing stands. About 6 queries."""
    page = services.draft_of(listing)
    missing = selectors.still_missing(listing, page)
    holds = {hold.kind: hold for hold in selectors.open_holds(listing)}
    new_words = listing.page.has_unpublished_changes and listing.state in PUBLIC
    days = selectors.days_since_assured(listing, today)
    word, kind, after = _standing(listing, missing, new_words)
    if listing.state in PUBLIC and holds:
        word, kind, after = _held(listing, holds)
    return Kept(
        listing=listing,
        page=page,
        word=word,
        kind=kind,
        next=after,
        missing=missing,
        remarks=selectors.remarks_on(listing),
        new_words=new_words,
        paused=HoldKind.PAUSED in holds,
        seen=listing.state in PUBLIC and not holds,
        ask_if_right=listing.state in PUBLIC and days is not None and days > selectors.REMIND_DAYS,
    )


def _standing(listing: Listing, missing: Sequence[Missing], new_words: bool) -> tuple[str, str, str]:
    council = listing.council.name
    if listing.state == ListingState.DRAFT:
        if missing:
            count = len(missing)
            said = ngettext("One thing is still missing.", "%(count)d things are still missing.", count)
            return _("Draft"), "", said % {"count": count}
        return (
            _("Draft"),
            "",
            _("Nothing is missing. Send it to %(council)s when you are ready.") % {"council": council},
        )
    table = {
        ListingState.SUBMITTED: (
            _("With the council"),
            "",
            _("%(council)s reads it and then shows it, or tells you what to change. We will e-mail you."),
        ),
        ListingState.RETURNED: (
            _("Please change"),
            "heed",
            _("%(council)s asks for changes. Make them, then send it again."),
        ),
        ListingState.CHANGES_PENDING: (
            _("Live"),
            "yes",
            _("People go on seeing your old words until %(council)s has read the new ones."),
        ),
        ListingState.CHANGES_RETURNED: (
            _("Please change"),
            "heed",
            _("People see your old words. %(council)s asks for changes to the new ones."),
        ),
        ListingState.ARCHIVED: (_("Archived"), "", _("Nobody can see it. You can bring it back as a draft.")),
    }
    if listing.state in table:
        word, kind, words = table[ListingState(listing.state)]
        return word, kind, words % {"council": council}
    if new_words:
        words = _("You have new words that nobody sees yet. Send them to %(council)s.")
        return _("Live"), "yes", words % {"council": council}
    return _("Live"), "yes", _("People can find it.")


def _held(listing: Listing, holds: dict[str, Hold]) -> tuple[str, str, str]:
    council = listing.council
    if HoldKind.SUSPENDED in holds or HoldKind.HELD in holds:
        words = _("%(council)s has hidden it for now. Ring %(phone)s to talk about it.")
        return _("Hidden"), "stop", words % {"council": council.name, "phone": council.help_phone}
    if HoldKind.CHECK_EXPIRED in holds:
        words = _("A check that you need has run out. Show the new paper to %(council)s: ring %(phone)s.")
        return _("Hidden"), "stop", words % {"council": council.name, "phone": council.help_phone}
    if HoldKind.STALE in holds:
        return (
            _("Hidden"),
            "heed",
            _("Nobody has told us for over a year that it is right. Say so, and it shows again."),
        )
    return _("Paused"), "heed", _("Nobody can see it until you show it again.")


def answers(kept_listing: Kept) -> list[Answer]:
    """Every question with its answer, its remarks and what it lacks, in the order they are asked."""
    listing, page = kept_listing.listing, kept_listing.page
    prices = [presentation.price_line(offer) for offer in selectors.offers_of(listing)]
    placed = page.base_postcode or page.venue_postcode or "where" in listing.answered
    days, where = dict(DAYS), {str(value): str(label) for value, label in REACH_CHOICES}
    said = {
        "name": "\n".join(filter(None, [page.title, page.who])),
        "summary": page.summary,
        "about": page.about,
        "help": plain_list([kind.name for kind in page.categories.all()]),
        "where": where.get(page.reach_kind, "") if placed else "",
        "place": presentation.reach_words(page),
        "when": "\n".join(filter(None, [page.when, plain_list([str(days[day]) for day in page.days if day in days])])),
        "doers": presentation.done_by_words(page.done_by) or _("Not said"),
        "languages": plain_list(page.languages),
        "photo": page.photo_alt if page.photo_id else _("No photo. We draw a front door instead."),
        PRICES: "\n".join(f"{line.title}: {line.amount} {line.unit}".strip() for line in prices),
        "paying": _("Yes") if listing.takes_direct_payments else _("No"),
        "changes": page.changing_your_mind,
    }
    terms = {
        "name": _("Name"),
        "summary": _("In short"),
        "about": _("More about it"),
        "help": _("Kinds of help"),
        "where": _("Who travels"),
        "place": _("Place"),
        "when": _("When"),
        "doers": _("Who does the work"),
        "languages": _("Languages"),
        "photo": _("Photo"),
        PRICES: _("Prices"),
        "paying": _("Direct payments"),
        "changes": _("Changing your mind"),
    }
    lacking = {each.question: str(each.words) for each in kept_listing.missing if each.of == "listing"}
    at = remarks_by_question(kept_listing.remarks)
    return [
        Answer(key, terms[key], str(said[key]), remarks=at.get(key, ()), missing=lacking.get(key, "")) for key in KEYS
    ]


QUESTION_OF_FIELD = {
    "title": "name",
    "who": "name",
    "summary": "summary",
    "about": "about",
    "categories": "help",
    "reach_kind": "where",
    "comes_to_you": "where",
    "reach_miles": "place",
    "reach_districts": "place",
    "base_postcode": "place",
    "base_is_home": "place",
    "venue_name": "place",
    "venue_address": "place",
    "venue_postcode": "place",
    "accessible_venue": "place",
    "when": "when",
    "days": "when",
    "done_by": "doers",
    "languages": "languages",
    "photo": "photo",
    "photo_alt": "photo",
    "changing_your_mind": "changes",
}


def remarks_by_question(remarks: Sequence[Remark]) -> dict[str, list[Remark]]:
    """What the council wrote, at the question it concerns; about the whole page under ""."""
    found: dict[str, list[Remark]] = {}
    for remark in remarks:
        found.setdefault(QUESTION_OF_FIELD.get(remark.field, ""), []).append(remark)
    return found


@dataclass(frozen=True)
class Told:
    """One line of what a provider told us, with the way to change it."""

    term: str
    words: str
    change_url: str


def facts_about(provider: Provider) -> list[Told]:
    """What a provider told us, in the order it was asked."""
    care = _("Yes, with CQC number %(number)s") % {"number": provider.cqc_id} if provider.cqc_id else _("No")
    if provider.directed_by_person and not provider.cqc_id:
        care = _("Yes, alone, as the person directs")
    people = ngettext("%(count)d person", "%(count)d people", provider.people_working)
    full_time = _("%(number)s full time in all") % {"number": f"{provider.fte_tenths / 10:g}"}
    insured = _("Not yet")
    if provider.insurer:
        until = uk_date_full(provider.insured_until) if provider.insured_until else ""
        amount = pounds_in_millions(provider.insured_pounds) if provider.insured_pounds else ""
        insured = "\n".join(filter(None, [provider.insurer, amount, until and _("until %(day)s") % {"day": until}]))
    usual_complaints = _("They tell you first, then the council.")
    contact = [provider.contact_name, provider.phone, provider.email, provider.website]
    said = [
        ("name", _("Name"), provider.name),
        ("legal", _("Set up as"), str(provider.get_legal_form_display())),
        ("people", _("People"), f"{people % {'count': provider.people_working}}, {full_time}"),
        ("care", _("Personal care"), care),
        ("insurance", _("Insurance"), insured),
        ("vat", _("VAT"), str(provider.get_vat_display())),
        ("contact", _("How to reach you"), "\n".join(filter(None, contact))),
        (
            "complaints",
            _("If somebody is not happy"),
            provider.complaints or usual_complaints,
        ),
    ]
    return [
        Told(term, words, reverse("provider:question", args=[provider.public_id, key]) + "?back=check")
        for key, term, words in said
    ]


@dataclass(frozen=True)
class About:
    """A provider on the desk."""

    provider: Provider
    unasked: str
    insurance: str
    micro: bool


def about(provider: Provider, keys: Sequence[str], today: date) -> About:
    """`unasked` is the first question that a new provider has not been through; "" once there is a public listing."""
    settled = provider.listings.filter(state__in=PUBLIC).exists()
    return About(
        provider=provider,
        unasked="" if settled else next((key for key in keys if key not in provider.answered), ""),
        insurance=insurance_state(provider.insured_until, today),
        micro="people" in provider.answered
        and is_micro(fte_tenths=provider.fte_tenths, standards=provider.council.standards),
    )
