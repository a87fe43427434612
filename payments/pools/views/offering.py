"""A provider's answer to what a group wants. No rival's offer is ever on these pages."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from marketplace.core import clock, drafts
from marketplace.core.drafts import signed_in_keeping_words
from marketplace.core.money import pounds
from payments.orders.access import PersonRequest, pressed
from payments.orders.views.provider import keeper
from providers.listings.models import Listing, Offer

from .. import access, presentation, selectors, services
from ..forms import TenderForm
from ..models import Brief
from ..services import briefs
from ..services.asked import providers_asked
from ..states import BRIEF_DECIDED, TAKES_OFFERS


@signed_in_keeping_words
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def brief(request: PersonRequest, public_id: str) -> HttpResponse:
    """What a group wants, the offer this provider has made, or the form to make one."""
    now = clock.now()
    brief = access.brief_for_keeper(request.user, public_id, now)
    offers = _offers(request, brief) if brief.state in TAKES_OFFERS and now < brief.offers_by else []
    choices = [(offer.public_id, f"{offer.title} ({offer.listing.provider.name})") for offer in offers]
    form = TenderForm(request.POST if request.method == "POST" else drafts.taken_up(request), offers=choices)
    if request.method == "POST" and offers and form.is_valid() and _make(request, brief, form, offers):
        return redirect("provider_pools:brief", public_id)
    mine = list(selectors.tenders_of(brief, request.user))
    context = {
        "brief": brief,
        "council": brief.council,
        "form": form if offers else None,
        "until": presentation.until_words(brief.offers_by),
        "votes_until": presentation.until_words(brief.vote_by),
        "people": presentation.people_words(brief.heads),
        "mine": [
            {
                "id": tender.public_id,
                "price": pounds(tender.total_pence),
                "title": tender.offer.title,
                "words": tender.words,
                "reason": tender.reason,
            }
            for tender in mine
        ],
        "open": brief.state in TAKES_OFFERS and now < brief.offers_by,
        "decided": brief.state in BRIEF_DECIDED,
        "line": presentation.brief_line_for_provider(brief, next(iter(mine), None)),
    }
    return render(request, "pools/provider/wanted.html", context)


def _offers(request: PersonRequest, brief: Brief) -> list[Offer]:
    """What this keeper's asked providers could sell, of those that have not offered yet."""
    asked = providers_asked(brief).filter(keepers=request.user)
    asked = asked.exclude(pk__in=selectors.tenders_of(brief, request.user).values("provider"))
    listings = Listing.objects.visible().filter(provider__in=asked.order_by().values("pk"))
    found = Offer.objects.filter(withdrawn_at=None, listing__in=listings)
    return list(found.select_related("listing__provider").order_by("listing", "position", "pk"))


def _make(request: PersonRequest, brief: Brief, form: TenderForm, offers: list[Offer]) -> bool:
    offer = next(each for each in offers if each.public_id == form.cleaned_data["offer"])
    try:
        briefs.tender_make(
            brief=brief,
            provider=offer.listing.provider,
            offer=offer,
            total_pence=form.cleaned_data["total"],
            words=form.cleaned_data["words"],
            by=keeper(request),
            now=clock.now(),
        )
    except briefs.OfferedAlready:
        form.add_error(None, _("You have made an offer already. Take it back to make another."))
    except briefs.NotAsked:
        form.add_error(None, _("The time for offers is over, or this price cannot be."))
    except services.NotPayable:
        form.add_error(None, _("You cannot be paid through this site yet. Set that up first, under “Money”."))
    except (services.Stopped, services.NotOffered):
        form.add_error("offer", _("This cannot be ordered here just now. Choose another of your offers."))
    else:
        messages.success(request, _("Your offer is kept. The group reads it when the time for offers is over."))
        return True
    return False


@pressed("provider_pools:brief")
def take_back(request: PersonRequest, public_id: str) -> HttpResponse:
    """Take an offer back, while offers are made."""
    brief = access.brief_for_keeper(request.user, public_id, clock.now())
    tender = access.tender_for_keeper(request.user, brief, request.POST.get("tender", ""))
    try:
        briefs.tender_withdraw(tender=tender, by=keeper(request), now=clock.now())
    except briefs.NotAsked:
        messages.warning(request, _("The group votes already, so your offer stands."))
    else:
        messages.success(request, _("Taken back. You can make another one until the time is over."))
    return redirect("provider_pools:brief", public_id)
