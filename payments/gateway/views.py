"""Where Stripe calls, and where an operator reads what it said."""

import json

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.core import clock
from marketplace.core.states import IllegalMove
from marketplace.people.middleware import SignedInRequest

from . import access, selectors, services
from .forms import SetAsideForm
from .states import SET_ASIDE, WAITING, WebhookState

A_PAGE = 50  # events


@csrf_exempt  # its signature says who sent it
@require_POST
def stripe_webhook(request: HttpRequest) -> HttpResponse:
    signature = request.headers.get("Stripe-Signature", "")
    try:
        services.webhook_receive(body=request.body, signature=signature, now=clock.now())
    except services.NotGenuine:
        return HttpResponse("not signed for us", status=400, content_type="text/plain")
    return HttpResponse("kept", content_type="text/plain")


@never_cache
@require_safe
def webhooks(request: SignedInRequest) -> HttpResponse:
    """What Stripe told us, newest first; what was set aside unless asked otherwise."""
    access.operator(request.user)
    state = request.GET.get("state", WebhookState.QUARANTINED)
    state = state if state in WebhookState.values else ""
    page = Paginator(selectors.webhooks_shown(state), A_PAGE).get_page(request.GET.get("page"))
    states = [{"value": each.value, "words": each.label, "here": each.value == state} for each in WebhookState]
    return render(request, "gateway/webhooks.html", {"events": page, "states": states, "state": state})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def webhook(request: SignedInRequest, pk: int) -> HttpResponse:
    """One event, word for word; sending the form sets it aside."""
    event = access.webhook_for_operator(request.user, pk)
    form = SetAsideForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.webhook_quarantine(row=event, by=request.actor, now=clock.now(), **form.cleaned_data)
        except IllegalMove:
            form.add_error(None, _("It has been acted on already. Here it is as it is now."))
            event.refresh_from_db()
        else:
            messages.success(request, _("Set aside. Nothing will come of it unless somebody acts on it."))
            return redirect("operator_money:webhook", pk)
    context = {
        "event": event,
        "form": form,
        "body": json.dumps(json.loads(event.body), indent=2, ensure_ascii=False) if event.body else "",
        "may_replay": event.state in SET_ASIDE and event.body,
        "may_set_aside": event.state in WAITING,
    }
    return render(request, "gateway/webhook.html", context)


@require_POST
def webhook_replay(request: SignedInRequest, pk: int) -> HttpResponse:
    """Let what was set aside be acted on after all."""
    event = access.webhook_for_operator(request.user, pk)
    try:
        services.webhook_replay(row=event, by=request.actor, now=clock.now())
    except IllegalMove:
        messages.warning(request, _("It is not set aside any more. Here it is as it is now."))
    else:
        messages.success(request, _("It will be acted on in a moment. Load the page again to see what came of it."))
    return redirect("operator_money:webhook", pk)
