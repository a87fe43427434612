"""Where our rows and the gateway's record disagree, for whoever runs the site for all councils."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.core import clock
from marketplace.people.middleware import SignedInRequest
from payments.gateway import selectors as gateway
from payments.gateway.states import WebhookState

from .. import access, presentation, selectors, services
from ..forms import CloseForm
from ..states import DIFFERENCE_OPEN


@never_cache
@require_safe
def differences(request: SignedInRequest) -> HttpResponse:
    access.operator(request.user)
    last = selectors.last_comparison()
    context = {
        "open": list(selectors.differences_open()[:200]),
        "repaired": list(selectors.differences_over()[:50]),
        "last_run": last and last.at,
        "set_aside": gateway.webhooks_shown(WebhookState.QUARANTINED).count(),
        "owed": selectors.owed_by_all(),
        "out_of_step": last.details.get("out_of_step", 0) if last else 0,
    }
    return render(request, "orders/operator/differences.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def difference(request: SignedInRequest, pk: int) -> HttpResponse:
    """One disagreement; sending the form closes it, with what was done about it."""
    found = access.difference_for_operator(request.user, pk)
    form = CloseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.difference_close(difference=found, by=request.actor, now=clock.now(), **form.cleaned_data)
        except services.IllegalMove:
            form.add_error(None, _("It is closed already. Here it is as it is now."))
            found.refresh_from_db()
        else:
            messages.success(request, _("Closed, with your note."))
            return redirect("operator_money:differences")
    context = {
        "difference": found,
        "means": presentation.difference_means(found.kind),
        "form": form,
        "may_close": found.state in DIFFERENCE_OPEN,
    }
    return render(request, "orders/operator/difference.html", context)
