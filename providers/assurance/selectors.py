"""What may be read of checks and concerns, shaped for the pages that need it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import cast

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Page

from marketplace.core import outbox
from marketplace.core.look.words import uk_date_full
from marketplace.core.money import pounds_in_millions
from marketplace.people.models import Council
from providers.listings.cards import ShownListing
from providers.listings.models import Hold, Listing, Provider
from providers.listings.states import HoldKind

from . import rules
from .models import CheckKind, Concern, Credential, Severity
from .states import HELD, OPEN_CONCERN, SAID, CredentialState
from .wording import MEANS, MEANS_NOT, SAYS

BEGINNING, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
ORDER = {kind: place for place, kind in enumerate(CheckKind.values)}


@dataclass(frozen=True)
class PublicCheck:
    """One check as strangers read it (components/checks.html). `on` is None, and `kind` "said", for mere words."""

    title: str
    words: str
    means_not: str
    on: date | None
    kind: str  # "" checked, "heed" runs out within 30 days, "said" nobody has checked


@dataclass(frozen=True)
class ChecksLine:
    """All checks in one line, for a card. `waiting` when the council has checked nothing yet."""

    words: str
    waiting: bool


def public_checks(provider: Provider, today: date) -> list[PublicCheck]:
    """What was checked, by whom, when, and what that does not mean; then what is only said. 1 query.

    Rejected checks and those that ran out are nobody's business on a public page.
    """
    return checks_and_line(provider, today)[0]


def checks_and_line(provider: Provider, today: date) -> tuple[list[PublicCheck], ChecksLine]:
    """`public_checks` and the line that sums them up. 1 query."""
    credentials = list(provider.credentials.filter(state__in=HELD | SAID).select_related("council"))
    credentials.sort(key=lambda each: (each.state not in HELD, ORDER[each.kind]))
    shown = [_shown(each, provider, today) for each in credentials]
    shown += _said_elsewhere(provider, {each.kind for each in credentials})
    held = [(each.kind, each.seen_on) for each in credentials if each.state in HELD and each.seen_on]
    return shown, _line(provider.council.name, held)


def _shown(credential: Credential, provider: Provider, today: date) -> PublicCheck:
    title = str(credential.get_kind_display())
    means_not = str(MEANS_NOT[CheckKind(credential.kind)])
    if credential.state not in HELD or credential.seen_on is None:
        words = SAYS[CheckKind(credential.kind)] % {"name": _first_name(provider)}
        return PublicCheck(title, words, _("These are their words, not a check."), None, "said")
    checked = _("Checked by %(council)s on %(day)s.") % {
        "council": credential.council.name,
        "day": uk_date_full(credential.seen_on),
    }
    words = " ".join(filter(None, [checked, _about(credential), _until(credential)]))
    kind = "heed" if rules.heed(credential.expires_on, today) else ""
    return PublicCheck(title, words, means_not, credential.seen_on, kind)


def _about(credential: Credential) -> str:
    if credential.kind == CheckKind.INSURANCE and credential.insured_pounds:
        return _("Public liability, %(sum)s.") % {"sum": pounds_in_millions(credential.insured_pounds)}
    return str(MEANS[CheckKind(credential.kind)])


def _until(credential: Credential) -> str:
    if credential.expires_on:
        return _("Runs out on %(day)s.") % {"day": uk_date_full(credential.expires_on)}
    if credential.next_check_on:
        return _("Due to be looked at again by %(day)s.") % {"day": uk_date_full(credential.next_check_on)}
    return ""


def _said_elsewhere(provider: Provider, known: set[str]) -> list[PublicCheck]:
    """Insurance and registration that the provider wrote down and nobody has looked at."""
    said = {CheckKind.INSURANCE: bool(provider.insurer), CheckKind.CQC: bool(provider.cqc_id)}
    return [
        PublicCheck(
            str(kind.label),
            SAYS[kind] % {"name": _first_name(provider)},
            _("These are their words, not a check."),
            None,
            "said",
        )
        for kind, claimed in said.items()
        if claimed and kind not in known
    ]


def _first_name(provider: Provider) -> str:
    return provider.contact_name.split(" ")[0] or provider.name


def checks_lines(providers: Iterable[Provider]) -> dict[int, ChecksLine]:
    """The line for each provider id. 1 query however many; needs `provider.council` loaded."""
    wanted = list(providers)
    held = _held_by([each.pk for each in wanted])
    return {each.pk: _line(each.council.name, held.get(each.pk, [])) for each in wanted}


def kinds_held(provider_ids: Iterable[int]) -> dict[int, frozenset[str]]:
    """Which kinds of check each provider holds just now. 1 query."""
    return {pk: frozenset(kind for kind, _day in found) for pk, found in _held_by(list(provider_ids)).items()}


def _held_by(ids: list[int]) -> dict[int, list[tuple[str, date]]]:
    found: dict[int, list[tuple[str, date]]] = {}
    rows = Credential.objects.filter(provider__in=ids, state__in=HELD).exclude(seen_on=None)
    for pk, kind, seen_on in rows.values_list("provider", "kind", "seen_on"):
        found.setdefault(pk, []).append((kind, cast(date, seen_on)))
    return found


def _line(council: str, held: list[tuple[str, date]]) -> ChecksLine:
    return line_of_checks(council, len(held), max((seen_on for _kind, seen_on in held), default=None))


def line_of_checks(council: str, many: int, latest: date | None) -> ChecksLine:
    """So many checks by this council, the last seen on that day, in the language of whoever reads. No queries."""
    if not many or latest is None:
        return ChecksLine(_("%(council)s has checked nothing yet") % {"council": council}, True)
    words = ngettext(
        "One check by %(council)s, on %(day)s",
        "%(count)d checks by %(council)s, the latest on %(day)s",
        many,
    ) % {"count": many, "council": council, "day": uk_date_full(latest)}
    return ChecksLine(words, False)


def check_facts(listings: list[ShownListing]) -> dict[int, dict]:
    """For cards and the index, by listing id: checks_held, checks_latest. No words: readers differ. 1 query."""
    held = _held_by([listing.provider_id for listing in listings])
    facts = {}
    for listing in listings:
        own = held.get(listing.provider_id, [])
        facts[listing.pk] = {
            "checks_held": sorted(kind for kind, _day in own),
            "checks_latest": max((seen_on for _kind, seen_on in own), default=None),
        }
    return facts


def providers_of(council: Council, words: str = "", show: str = "") -> QuerySet[Provider]:
    """A council's providers by name, with `suspended` and `lacking` marked. `show`: "", "suspended", "lacking"."""
    holds = Hold.objects.filter(provider=OuterRef("pk"), lifted_at=None, listing=None)
    found = Provider.objects.filter(council=council).annotate(
        suspended=Exists(holds.filter(kind=HoldKind.SUSPENDED)),
        lacking=Exists(holds.filter(kind=HoldKind.CHECK_EXPIRED)),
        live_listings=Count("listings", filter=Q(listings__page__live=True)),
    )
    if words:
        found = found.filter(Q(name__icontains=words) | Q(contact_name__icontains=words) | Q(email__iexact=words))
    if show in {"suspended", "lacking"}:
        found = found.filter(**{show: True})
    return found.order_by("name", "pk")


def may_be_hidden(council: Council, words: str = "") -> QuerySet[Provider]:
    """A council's providers that it does not hide yet, by name; those with these words when there are any."""
    return providers_of(council, words).filter(~Q(suspended=True))


@dataclass(frozen=True)
class HiddenTogether:
    """Those that were hidden by one button: `hidden` of them still are. Of their `listings`, `waiting` are not out of
    the search index yet; nobody is shown them meanwhile."""

    holds: list[Hold]
    listings: int
    waiting: int

    @property
    def out(self) -> int:
        return self.listings - self.waiting

    @property
    def hidden(self) -> int:
        return sum(hold.lifted_at is None for hold in self.holds)


def moment_of(at: datetime) -> int:
    """A time as an address has it: microseconds since 1970."""
    return (at - BEGINNING) // timedelta(microseconds=1)


def hidden_together(council: Council, moment: int) -> HiddenTogether:
    """Of this council, at this moment (see `moment_of`). 3 queries, however many."""
    if moment > moment_of(LAST):
        return HiddenTogether([], 0, 0)
    at = BEGINNING + timedelta(microseconds=moment)
    holds = Hold.objects.filter(provider__council=council, kind=HoldKind.SUSPENDED, listing=None, placed_at=at)
    found = list(holds.select_related("provider").order_by("provider__name", "pk"))
    of_them = Listing.objects.filter(provider__in=[hold.provider_id for hold in found], page__live=True)
    listings = list(of_them.values_list("pk", flat=True))
    changed = outbox.pending("listings.changed").values_list("payload__listing", flat=True)
    return HiddenTogether(found, len(listings), len(set(listings) & set(changed)))


def lacking_words(pages: Iterable[Page]) -> dict[int, str]:
    """By page: which checks the council asks for that it has not made of the listing's provider. 2 queries."""
    found = {}
    listings = Listing.objects.filter(page__in=[page.pk for page in pages]).select_related("provider__council")
    for listing in listings.prefetch_related("provider__credentials"):
        held = {each.kind for each in listing.provider.credentials.all() if each.state in HELD}
        lacking = rules.required_kinds(listing.provider.council.standards) - held
        names = [str(CheckKind(kind).label) for kind in sorted(lacking, key=lambda kind: ORDER[kind])]
        if names:
            found[listing.page_id] = _("Asked for and not checked yet: %(checks)s.") % {"checks": ", ".join(names)}
    return found


def credentials_of(provider: Provider) -> QuerySet[Credential]:
    """Every check of one provider, in the order of the public page."""
    places = [When(kind=kind, then=Value(place)) for kind, place in ORDER.items()]
    return provider.credentials.select_related("seen_by", "council").order_by(Case(*places, default=Value(99)))


def running_out(council: Council, today: date, days: int = 60) -> QuerySet[Credential]:
    """Checks of a council that have run out, run out soon, or are due to be looked at again; soonest first."""
    soon = today + timedelta(days=days)
    return (
        Credential.objects.filter(provider__council=council)
        .filter(
            Q(state=CredentialState.EXPIRED)
            | Q(state__in=HELD) & (Q(expires_on__lte=soon) | Q(next_check_on__lte=soon))
        )
        .select_related("provider")
        .order_by("expires_on", "next_check_on", "pk")
    )


def open_concerns(council: Council | None) -> QuerySet[Concern]:
    """What is not closed: danger first, then the oldest. None: those that name no council."""
    urgent = Case(When(severity=Severity.HIGH, then=Value(0)), default=Value(1))
    return (
        Concern.objects.filter(council=council, state__in=OPEN_CONCERN)
        .select_related("listing__page", "listing__provider", "hold")
        .order_by(urgent, "created_at")
    )


def open_suspension(provider: Provider) -> Hold | None:
    return provider.holds.filter(kind=HoldKind.SUSPENDED, lifted_at=None).select_related("placed_by").first()


def past_holds(provider: Provider) -> QuerySet[Hold]:
    """What has hidden this provider, newest first."""
    return provider.holds.select_related("placed_by", "lifted_by", "listing__page").order_by("-placed_at")
