"""The provider's own: proposing to somebody they have met, and what became of a visit."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from marketplace.core import clock
from marketplace.core.access import signed_in
from marketplace.core.audit import Actor
from payments.orders.access import PersonRequest
from payments.orders.presentation import name_for_provider, offer_price

from .. import access, services
from ..forms import MarkForm, TermsForm
from ..models.arrangement import Side
from ..presentation import visit_line
from ..states import IN_QUESTION, TO_COME
from .both import REFUSED, asked, refusal, visit_door


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: PersonRequest, public_id: str) -> HttpResponse:
    """Propose to come every week to somebody who has ordered before."""
    order = access.order_for_provider(request.user, public_id)
    if not services.offer_repeats(order.offer):
        raise Http404
    form = TermsForm(
        request.POST or None,
        today=timezone.localdate(),
        asks_price=True,
        initial={"price": order.offer.price_pence},
    )
    form.fields["price"].help_text = offer_price(order.offer)
    token = request.POST.get("token", "") or get_random_string(24)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.arrangement_propose(
                person=order.person,
                offer=order.offer,
                wanted=form.wanted(price_pence=order.unit_price_pence),
                side=Side.PROVIDER,
                token=f"{order.provider_id}:{token}"[:40],
                by=Actor(by_id=request.user.pk, for_id=request.user.pk),
                now=clock.now(),
            )
        except services.WrongTerms as error:
            form.add_error(None, refusal(error))
        except (services.NotEveryWeek, services.OwnListing):
            form.add_error(None, _("This cannot be arranged just now. Look whether you can be paid."))
        else:
            messages.success(request, _("We have asked them."))
            return redirect("provider_arrangements:arrangement", made.public_id)
    name = name_for_provider(order)
    context = {
        "form": form,
        "token": token[:24],
        "council": order.provider.council,
        "title": _("Come every week to %(name)s") % {"name": name},
        "lead": _("They say yes or no; nothing is arranged until then."),
        "button": _("Ask %(name)s") % {"name": name},
        "back": reverse("provider_orders:order", args=[order.public_id]),
    }
    return render(request, "arrangements/terms.html", context)


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def visit(request: PersonRequest, public_id: str, visit_id: str) -> HttpResponse:
    """What became of a visit; and the answer to a question about one."""
    here, found = visit_door(request, public_id, visit_id, Side.PROVIDER)
    if found.state not in TO_COME | IN_QUESTION:
        return here.home()
    line = visit_line(found, clock.now())
    form = MarkForm(request.POST or None, initial={"minutes": found.minutes or found.planned_minutes})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        facts = {"visit": found, "by": here.by, "now": clock.now(), "words": said["words"]}
        try:
            if said["happened"] == "no":
                services.visit_missed(side=Side.PROVIDER, **facts)
            elif found.state in IN_QUESTION:
                services.visit_correct(minutes=said["minutes"], **facts)
            else:
                services.visit_done(minutes=said["minutes"], **facts)
        except (services.WrongLength, services.NotYet):
            form.add_error("minutes", _("Type the minutes it took, from 15 to 720."))
        except REFUSED as error:
            messages.warning(request, refusal(error))
            return here.home()
        else:
            messages.success(request, _("Written down. We have told them."))
            return here.home()
    lead = f"{line.day}, {line.time}"
    title = _("Answer about this visit") if found.state in IN_QUESTION else _("How was the visit?")
    return asked(here, request, title=title, lead=lead, quoted=found.query_words, form=form, button=_("Write it down"))
