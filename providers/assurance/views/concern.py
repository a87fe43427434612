"""Tell us that you are worried: for anybody, signed in or not, in two minutes."""

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.core.access import same_site_post
from marketplace.core.audit import Actor
from marketplace.core.models import ALPHABET
from marketplace.people.models import Council, User

from .. import access, services
from ..forms import ConcernForm


@same_site_post
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def concern(request: HttpRequest) -> HttpResponse:
    listing = access.listing_worried_about(request.GET.get("listing", ""))
    form = ConcernForm(request.POST if request.method == "POST" else None, ask_council=listing is None)
    if request.method == "POST" and form.is_valid():
        if ratelimit.consume(request, action="concern"):
            facts = dict(form.cleaned_data)
            council = listing.council if listing is not None else facts.pop("council")
            kept = services.concern_raise(
                council=council,
                listing=listing,
                reporter=request.user if isinstance(request.user, User) else None,
                by=Actor(by_id=None),
                now=timezone.now(),
                **facts,
            )
            return redirect("assurance:concern_kept", public_id=kept.public_id)
        form.add_error(None, _("We have had many messages from here in the last hour. Please ring instead."))
    context = {
        "form": form,
        "listing": listing,
        "council": listing.council if listing is not None else None,
        "councils": Council.objects.all(),
    }
    return render(request, "assurance/concern.html", context)


@never_cache
@require_safe
def concern_kept(request: HttpRequest, public_id: str) -> HttpResponse:
    """What happens next. It says the reference back and nothing else: whoever guesses one learns nothing."""
    shown = public_id if len(public_id) <= 14 and set(public_id) <= {*ALPHABET, "-"} else ""
    return render(request, "assurance/concern_kept.html", {"reference": shown})
