"""Money to come back to whoever holds it: written down when it came, and taken out again where that was a mistake.

One set of pages for holders of funds and for councils; each look of a council is kept.
"""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from marketplace.core import audit, clock
from marketplace.core.access import signed_in
from marketplace.people.middleware import SignedInRequest
from marketplace.people.models import Council

from .. import access, selectors, services
from ..forms import CameBackForm
from ..models import Purchase
from ..states import TO_COME_BACK


@dataclass(frozen=True)
class Desk:
    """Where whoever holds the money came from, and where they go back to; `council` is None for a fund's holder."""

    url: str
    words: str
    council: Council | None = None

    def page_of(self, purchase: Purchase) -> str:
        if self.council is None:
            return reverse("budgets:holder_back", args=[purchase.public_id])
        return reverse("council_money:back", args=[self.council.slug, purchase.public_id])

    def mistake_of(self, purchase: Purchase, number: int) -> str:
        if self.council is None:
            return reverse("budgets:holder_back_mistake", args=[purchase.public_id, number])
        return reverse("council_money:back_mistake", args=[self.council.slug, purchase.public_id, number])


def _fund() -> Desk:
    return Desk(reverse("budgets:holding"), _("Funds you hold for others"))


def _of(council: Council) -> Desk:
    words = _("Money of %(council)s") % {"council": council.name}
    return Desk(reverse("council_money:council", args=[council.slug]), words, council)


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def holder_back(request: SignedInRequest, public_id: str) -> HttpResponse:
    return _back(request, access.called_off_for_holder(request.user, public_id), _fund())


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def holder_back_mistake(request: SignedInRequest, public_id: str, number: int) -> HttpResponse:
    return _mistake(request, access.called_off_for_holder(request.user, public_id), number, _fund())


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def council_back(request: SignedInRequest, slug: str, public_id: str) -> HttpResponse:
    mine = access.council_for_commissioner(request.user, slug)
    purchase = access.called_off_for_commissioner(request.user, mine, public_id)
    audit.record("budgets.money_back.look", by=request.actor, subject=purchase)
    return _back(request, purchase, _of(mine))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def council_back_mistake(request: SignedInRequest, slug: str, public_id: str, number: int) -> HttpResponse:
    mine = access.council_for_commissioner(request.user, slug)
    return _mistake(request, access.called_off_for_commissioner(request.user, mine, public_id), number, _of(mine))


def _back(request: SignedInRequest, purchase: Purchase, desk: Desk) -> HttpResponse:
    """What is to come back, from whom, what has come already, and the form for what came now."""
    left, today = selectors.left_to_come_back(purchase), timezone.localdate()
    first = timezone.localdate(selectors.paid_at(purchase))
    form = CameBackForm(request.POST if request.method == "POST" else None, left=left, first=first, today=today)
    if request.method == "POST" and request.POST.get("seen") != str(left):
        messages.warning(request, _("Something was written down a moment ago, so nothing was changed now. Look again."))
        return redirect(desk.page_of(purchase))
    if request.method == "POST" and form.is_valid() and _recorded(request, purchase, form, left):
        messages.success(request, _("Kept. It is in the budget again, and we have told the person."))
        return redirect(desk.url)
    rows = list(purchase.came_back.filter(undoes=None, undone_by=None))
    context = {
        "purchase": purchase,
        "desk": desk,
        "left": left,
        "rows": [{"row": row, "url": desk.mistake_of(purchase, row.number)} for row in rows],
        "waits": purchase.state in TO_COME_BACK,
        "form": form,
        "council": desk.council,
    }
    return render(request, "budgets/came_back.html", context)


def _recorded(request: SignedInRequest, purchase: Purchase, form: CameBackForm, left: int) -> bool:
    try:
        services.money_back_record(
            purchase=purchase, seen_pence=left, by=request.actor, now=clock.now(), **form.cleaned_data
        )
    except services.SeenOtherwise:
        form.add_error(None, _("Something was written down a moment ago, so nothing was changed now. Look again."))
    except services.NothingToComeBack:
        form.add_error(None, _("Nothing is to come back of this any more."))
    except services.NotOnThatDay:
        form.add_error("came_on", _("That day cannot be. Check the date."))
    else:
        return True
    return False


def _mistake(request: SignedInRequest, purchase: Purchase, number: int, desk: Desk) -> HttpResponse:
    """It had not come back after all: asked once more, then it is taken out of the budget again."""
    row = access.money_back_of(purchase, number)
    trouble = ""
    if request.method == "POST":
        try:
            services.money_back_undo(row=row, by=request.actor, now=clock.now())
        except services.NotEnoughLeft:
            trouble = _("Part of it has been spent or promised since, so it cannot be taken out. Nothing was changed.")
        else:
            messages.success(request, _("Taken back. It waits again, and we have told the person."))
            return redirect(desk.page_of(purchase))
    context = {
        "purchase": purchase,
        "row": row,
        "back_url": desk.page_of(purchase),
        "trouble": trouble,
        "council": desk.council,
    }
    return render(request, "budgets/not_back.html", context)
