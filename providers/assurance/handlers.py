"""Letters about checks, suspensions and concerns. None carries what was said about anybody."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.core import mail, outbox
from marketplace.people.models import CouncilRole, User
from providers.listings.models import Hold, Listing, Provider

from .models import Concern, Credential
from .services import forgetting, return_check, returns_look_round  # noqa: F401  (forgetting listens)
from .services.returning import LOOKS_LIKE


@outbox.handler("assurance.credential_expiring")
def check_runs_out(credential: int, days: int) -> None:
    row = Credential.objects.select_related("provider__council").get(pk=credential)
    if row.expires_on is None:
        return
    _to_keepers(
        row.provider,
        _("“%(check)s” runs out soon") % {"check": row.get_kind_display()},
        "assurance/expiring",
        {"check": row.get_kind_display(), "expires_on": row.expires_on, "days": days},
    )


@outbox.handler("assurance.credential_expired")
def check_has_run_out(credential: int, hidden: bool) -> None:
    row = Credential.objects.select_related("provider__council").get(pk=credential)
    _to_keepers(
        row.provider,
        _("“%(check)s” has run out") % {"check": row.get_kind_display()},
        "assurance/expired",
        {"check": row.get_kind_display(), "hidden": hidden},
    )


@outbox.handler("assurance.provider_suspended")
def provider_is_suspended(hold: int) -> None:
    row = Hold.objects.select_related("provider__council").get(pk=hold)
    _to_keepers(row.provider, _("Your listings are hidden"), "assurance/suspended", {"reason": row.reason})


@outbox.handler("assurance.provider_suspended")
def others_may_be_them(hold: int) -> None:
    returns_look_round(provider=Hold.objects.select_related("provider").get(pk=hold).provider, now=timezone.now())


@outbox.handler("listings.provider_registered")
def newcomer_may_have_been_here(provider: int) -> None:
    return_check(provider=Provider.objects.get(pk=provider), now=timezone.now())


@outbox.handler("listings.submitted")
@outbox.handler("listings.published")
def words_come_from_somebody(listing: int, **more: object) -> None:
    """Once more when they send their words, and when the words are public: facts change at any time."""
    found = Listing.objects.select_related("provider").get(pk=listing)
    return_check(provider=found.provider, now=timezone.now())


@outbox.handler(LOOKS_LIKE)
def council_looks(provider: int) -> None:
    row = Provider.objects.select_related("council").get(pk=provider)
    curators = {"council_work__council": row.council, "council_work__role": CouncilRole.CURATOR}
    url = settings.SITE_URL + reverse("staff:provider", args=[row.public_id])
    for reader in User.objects.filter(is_active=True, **curators).distinct():
        words = {"council": row.council, "person": reader, "url": url}
        mail.send(reader.email, _("A provider looks like one that is hidden"), "assurance/looks_like", words)


@outbox.handler("assurance.provider_lifted")
def provider_goes_on(hold: int) -> None:
    row = Hold.objects.select_related("provider__council").get(pk=hold)
    _to_keepers(row.provider, _("The council no longer hides your listings"), "assurance/lifted", {})


@outbox.handler("assurance.listing_hidden")
def listing_is_hidden(listing: int) -> None:
    row = Listing.objects.select_related("page", "provider__council").get(pk=listing)
    _to_keepers(row.provider, _("Your listing is hidden until you look at it"), "assurance/stale", {"listing": row})


@outbox.handler("assurance.concern_raised")
def somebody_is_worried(concern: int) -> None:
    """Tell the council's curators that something waits; the words stay behind the second factor."""
    row = Concern.objects.select_related("council").get(pk=concern)
    if row.council is None:
        readers = User.objects.filter(is_national_operator=True, is_active=True)
    else:
        readers = User.objects.filter(
            council_work__council=row.council, council_work__role=CouncilRole.CURATOR, is_active=True
        ).distinct()
    for reader in readers:
        mail.send(
            reader.email,
            _("Somebody is worried (%(reference)s)") % {"reference": row.public_id},
            "assurance/concern",
            {"concern": row, "council": row.council, "person": reader},
        )


def _to_keepers(provider: Provider, subject: str, template: str, context: dict) -> None:
    known = {"provider": provider, "council": provider.council, "desk_url": f"{settings.SITE_URL}/provider/"}
    for keeper in provider.keepers.filter(is_active=True):
        mail.send(keeper.email, subject, template, {**known, "keeper": keeper, **context})
