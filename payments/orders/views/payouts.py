"""Getting paid: where a provider stands with Stripe, and the way there and back."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from marketplace.core import clock
from marketplace.core.access import signed_in
from providers.listings.selectors import providers_kept_by

from .. import access, presentation, services
from ..access import PersonRequest
from .provider import keeper


@signed_in
@never_cache
@require_safe
def payouts(request: PersonRequest) -> HttpResponse:
    """Each provider this person keeps, and whether it can be paid here."""
    cards = [presentation.payout(provider) for provider in providers_kept_by(request.user)]
    return render(request, "orders/provider/payouts.html", {"cards": cards})


@signed_in
@require_POST
def start(request: PersonRequest, provider_id: str) -> HttpResponse:
    return _to_stripe(request, provider_id)


@signed_in
@never_cache
@require_safe
def again(request: PersonRequest, provider_id: str) -> HttpResponse:
    """Stripe sends people here whose link was too old: make a new one."""
    return _to_stripe(request, provider_id)


def _to_stripe(request: PersonRequest, provider_id: str) -> HttpResponse:
    provider = access.provider_for_keeper(request.user, provider_id)
    try:
        link = services.onboarding_begin(
            provider=provider,
            return_url=request.build_absolute_uri(reverse("provider_payments:back", args=[provider_id])),
            refresh_url=request.build_absolute_uri(reverse("provider_payments:again", args=[provider_id])),
            by=keeper(request),
            now=clock.now(),
        )
    except services.GatewayError:
        messages.warning(request, _("Stripe did not answer. Nothing has changed. Try again in a minute."))
        return redirect("provider_payments:payouts")
    return HttpResponseRedirect(link)


@signed_in
@never_cache
@require_safe
def back(request: PersonRequest, provider_id: str) -> HttpResponse:
    """Back from Stripe's questions, finished or not: look what came of it."""
    provider = access.provider_for_keeper(request.user, provider_id)
    try:
        services.onboarding_return(provider=provider, by=keeper(request), now=clock.now())
    except services.GatewayError:
        messages.warning(request, _("Stripe did not answer. Look again in a minute."))
    else:
        if presentation.can_be_paid(provider):
            messages.success(request, _("Done. People can pay you now."))
    return redirect("provider_payments:payouts")


@signed_in
@require_POST
def reconnect(request: PersonRequest, provider_id: str) -> HttpResponse:
    """To Stripe's page where a provider who left lets this site in again."""
    provider = access.provider_for_keeper(request.user, provider_id)
    here = request.build_absolute_uri(reverse("provider_payments:connected"))
    try:
        link = services.reconnect_begin(provider=provider, return_url=here, by=keeper(request))
    except services.GatewayRefused:
        messages.warning(request, _("Connecting again is not set up here yet. Ring the council, and they will help."))
        return redirect("provider_payments:payouts")
    return HttpResponseRedirect(link)


@signed_in
@never_cache
@require_safe
def connected(request: PersonRequest) -> HttpResponse:
    """Back from there. The signed word says which provider was meant, and the account must be the one they had."""
    provider_id = services.provider_of_state(request.GET.get("state", ""), keeper(request))
    code = request.GET.get("code", "")
    if not provider_id or not code:
        messages.warning(request, _("Nothing has changed. You can connect again at any time."))
        return redirect("provider_payments:payouts")
    provider = access.provider_for_keeper(request.user, provider_id)
    try:
        services.reconnect_return(provider=provider, code=code, by=keeper(request), now=clock.now())
    except services.AnotherAccount:
        messages.warning(
            request, _("That is another account than the one you had here. Sign in to that one at Stripe.")
        )
    except services.GatewayError:
        messages.warning(request, _("Stripe did not answer. Nothing has changed. Try again in a minute."))
    else:
        messages.success(request, _("Connected again."))
    return redirect("provider_payments:payouts")
