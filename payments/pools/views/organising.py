"""What an organiser does with a group: open it, hand it on, call it off."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from marketplace.core import clock, drafts
from marketplace.core.access import signed_in
from marketplace.core.drafts import signed_in_keeping_words
from marketplace.core.errors import DomainError
from payments.orders.access import PersonRequest, pressed
from payments.orders.presentation import first_name

from .. import access, presentation, selectors, services
from ..forms import ReasonForm
from ..states import BEING_DECIDED, MAY_CHANGE, OVER
from .joining import busy, why_not


@pressed("pools:pool")
def open_(request: PersonRequest, public_id: str) -> HttpResponse:
    """Let people join, and ask the provider about the dates."""
    pool = access.pool_for_organiser(request.standing, public_id)
    try:
        pool = services.pool_open(pool=pool, by=request.actor, now=clock.now())
    except services.WrongNumbers as error:
        for fault in error.faults:
            messages.warning(request, presentation.fault_words(fault))
    except services.IllegalMove:
        messages.info(request, _("It is open already."))
    except DomainError as error:
        messages.warning(request, why_not(error, pool))
    else:
        asked = pool.current.agreed_at is None
        name = {"name": first_name(pool.provider)}
        words = _("It is open. We have asked %(name)s about the dates.") if asked else _("It is open.")
        messages.success(request, words % name)
        return redirect("pools:invite", public_id)
    return redirect("pools:pool", public_id)


@signed_in_keeping_words
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: PersonRequest, public_id: str) -> HttpResponse:
    """Call it off, with a reason that everybody reads."""
    pool = access.pool_for_organiser(request.standing, public_id)
    if pool.state not in MAY_CHANGE | BEING_DECIDED:
        return redirect("pools:pool", public_id)
    form = ReasonForm(request.POST if request.method == "POST" else drafts.taken_up(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.pool_cancel(pool=pool, by=request.actor, now=clock.now(), words=form.cleaned_data["words"])
        except services.Busy:
            messages.warning(request, busy())
        except DomainError:
            messages.warning(request, _("It has just been decided, so it cannot be called off here any more."))
        else:
            messages.success(request, _("Called off. We have told everybody. Nobody pays."))
        return redirect("pools:pool", public_id)
    return render(request, "pools/cancel.html", {"pool": pool, "form": form})


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: PersonRequest, public_id: str) -> HttpResponse:
    """Ask a member to organise from now on; they have to say yes."""
    pool = access.pool_for_organiser(request.standing, public_id)
    if pool.state in OVER:
        return redirect("pools:pool", public_id)
    if request.method == "POST":
        to = access.member_for_organiser(request.standing, public_id, request.POST.get("member", "")[:20])
        try:
            services.pool_hand_over(pool=pool, to=to, by=request.actor, now=clock.now())
        except services.NotAMember:
            messages.warning(request, _("They have no place in the group any more. Choose somebody else."))
            return redirect("pools:hand_over", public_id)
        except services.Busy:
            messages.warning(request, busy())
            return redirect("pools:hand_over", public_id)
        messages.success(request, _("We have asked %(name)s.") % {"name": presentation.name_of(to.person)})
        return redirect("pools:pool", public_id)
    members = [each for each in selectors.members_of(pool, request.standing.person) if not each.is_you]
    return render(request, "pools/hand_over.html", {"pool": pool, "members": members})


@pressed("pools:pool")
def take_on(request: PersonRequest, public_id: str) -> HttpResponse:
    """Yes to organising from now on."""
    pool = access.pool_for_member(request.standing, public_id)
    if pool.heir_id != request.standing.person.pk:
        raise Http404
    try:
        services.pool_take_on(pool=pool, person=request.standing.person, by=request.actor, now=clock.now())
    except services.NotAMember:
        messages.warning(request, _("Only somebody with a place in the group can organise it."))
    except services.Busy:
        messages.warning(request, busy())
    else:
        messages.success(request, _("Thank you. You organise the group from now on."))
    return redirect("pools:pool", public_id)
