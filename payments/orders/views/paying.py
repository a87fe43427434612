"""To the payment page and back. The browser's word that it is paid counts for nothing: the gateway is asked."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from marketplace.core import clock
from marketplace.core.access import signed_in

from .. import access, presentation, services
from ..access import PersonRequest, pressed
from ..models import Channel, Order
from ..states import UNCLEAR, UNPAID


@pressed("orders:order")
def pay(request: PersonRequest, public_id: str) -> HttpResponse:
    """Open the payment page, or the one that is open already."""
    return to_payment(request, access.order_to_change(request.standing, public_id))


def to_payment(request: PersonRequest, order: Order) -> HttpResponse:
    here = reverse("orders:order", args=[order.public_id])
    if request.standing.call is not None:
        messages.warning(request, _("Nobody may give a card number by phone. They pay from the link in their e-mail."))
        return redirect(here)
    try:
        attempt = services.payment_begin(
            order=order,
            by=request.actor,
            now=clock.now(),
            paid_url=request.build_absolute_uri(reverse("orders:paid", args=[order.public_id])),
            back_url=request.build_absolute_uri(here),
            customer_email=request.user.email,
        )
    except services.PaidAlready:
        return redirect("orders:receipt", order.public_id)
    except services.OnItsWay:
        messages.warning(request, _("Your bank has been asked for this by Direct Debit, so please do not pay again."))
    except (services.PaymentUnclear, services.OutOfSight):
        messages.warning(request, _("We cannot see whether this is paid, so please do not pay again."))
    except (services.NothingToPay, services.PayByPassed):
        messages.warning(request, _("This order cannot be paid any more. You have paid nothing."))
    except services.Stopped:
        messages.warning(request, _("The council has stopped new work by this provider, so you cannot pay now."))
    except (services.NotPayable, services.GatewayRefused):
        messages.warning(request, _("They cannot be paid through this site just now. You have paid nothing."))
    except services.GatewayUnknown:
        messages.warning(request, _("The payment page did not answer. Nothing new was taken. Try again in a minute."))
    else:
        return HttpResponseRedirect(attempt.session_url)
    return redirect(here)


@signed_in
@never_cache
@require_safe
def paid(request: PersonRequest, public_id: str) -> HttpResponse:
    """Where the payment page sends people afterwards."""
    order = access.order_to_see(request.standing, public_id)
    try:
        order = services.order_look_up(order=order, now=clock.now())
    except services.GatewayError:
        order.refresh_from_db()
        if order.state in UNCLEAR:
            return redirect("orders:order", public_id)
        return render(request, "orders/waiting.html", {"order": order})
    if order.paid_at is None:
        if order.state in UNPAID:
            messages.warning(request, _("We have not seen a payment. You have paid nothing so far."))
        return redirect("orders:order", public_id)
    return redirect("orders:receipt", public_id)


@signed_in
@never_cache
@require_safe
def receipt(request: PersonRequest, public_id: str) -> HttpResponse:
    """The receipt, to look at and to print."""
    order = access.order_to_see(request.standing, public_id)
    if order.paid_at is None:
        return redirect("orders:order", public_id)
    context = {
        "order": order,
        "council": order.provider.council,
        "receipt": presentation.receipt(order),
        "label": presentation.label(order),
        "first_name": presentation.first_name(order.provider),
        "when": presentation.when(order),
        "by_phone": order.channel == Channel.PHONE,
    }
    return render(request, "orders/receipt.html", context)
