"""The pages Stripe would host: paying, approving, a provider's questions; and a list that helps when showing them."""

from collections.abc import Iterable, Mapping
from functools import wraps
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from . import banks, cards, jobs, place, services
from .cards import TO_PAY_WITH, TO_SAVE, Card
from .debiting import METHOD as DEBIT
from .forms import CardForm, MandateForm
from .store import Thing

WORDS_FOR_REFUSAL = {
    "insufficient_funds": _("There is not enough money on this card. Try another card, or go back without paying."),
    "expired_card": _("This card is past its date. Try another card, or go back without paying."),
}
WORDS_FOR_CARD = {
    cards.SUCCESS.number: _("The payment goes through"),
    cards.DECLINED.number: _("The bank says no"),
    cards.NO_FUNDS.number: _("Not enough money"),
    cards.EXPIRED.number: _("Past its date"),
    cards.ASKS.number: _("The bank asks you first"),
    cards.DISPUTED.number: _("Paid, and then the bank takes it back"),
    cards.REFUNDS_LATE.number: _("Paid; money back takes some days"),
}
WORDS_FOR_SAVING = {
    cards.SUCCESS.number: _("Saved; later payments go through"),
    cards.DECLINED.number: _("The bank says no at once"),
    cards.ASKS.number: _("The bank asks you now, and not again"),
    cards.DECLINED_LATER.number: _("Saved; later the bank says no"),
    cards.NO_FUNDS_LATER.number: _("Saved; later there is not enough money"),
    cards.ASKS_EACH_TIME.number: _("Saved; the bank asks you each time"),
}
WORDS_FOR_BANK = {
    banks.PAYS.number: _("Every payment goes through"),
    banks.NO_FUNDS.number: _("Days later the bank says that there is not enough money"),
    banks.NOT_AUTHORISED.number: _("Days later the bank says no, and ends the Direct Debit"),
    banks.TAKEN_BACK.number: _("Paid, and then taken back under the guarantee"),
    banks.NO_ACCOUNT.number: _("No such account"),
}
WORDS_FOR_STATUS = {
    "open": _("not paid yet"),
    "complete": _("paid"),
    "expired": _("closed without payment"),
}
DECLINED = _("The bank said no to this card. Try another card, or go back without paying.")


def practice_only(view):
    """The page exists while payments are practice payments, and a wrong address is a 404."""

    @wraps(view)
    @never_cache
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not settings.PAYMENTS_SANDBOX:
            raise Http404
        try:
            return view(request, *args, **kwargs)
        except services.NoSuchThing as error:
            raise Http404 from error

    return guarded


@practice_only
@require_http_methods(["GET", "HEAD", "POST"])
def pay(request: HttpRequest, session_id: str) -> HttpResponse:
    session = services.session_get(place.store(), session_id)
    if session["status"] != "open":
        return _over(request, session)
    if DEBIT in session["payment_method_types"]:
        return _mandate(request, session)
    today, saves = timezone.localdate(), session["mode"] == "setup"
    form = CardForm(request.POST or None, year=today.year, month=today.month)
    if request.method == "POST" and form.is_valid():
        try:
            after = services.session_pay(
                place.store(),
                session_id=session_id,
                number=form.cleaned_data["number"],
                expiry=form.cleaned_data["expiry"],
            )
        except services.NotOpen:
            return redirect("sandbox:pay", session_id)
        except services.CardRefused as error:
            form.add_error("number", WORDS_FOR_REFUSAL.get(error.reason, DECLINED))
            jobs.wake_worker()
        else:
            return redirect("sandbox:check", session_id) if after["status"] == "open" else _thanks(after)
    context = {
        "session": _told(session),
        "form": form,
        "cards": _cards(TO_SAVE, WORDS_FOR_SAVING) if saves else _cards(TO_PAY_WITH, WORDS_FOR_CARD),
        "not_approved": "not_approved" in request.GET,
    }
    return render(request, "sandbox/save.html" if saves else "sandbox/pay.html", context)


def _mandate(request: HttpRequest, session: Thing) -> HttpResponse:
    form = MandateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            after = services.session_mandate(place.store(), session_id=session["id"], **form.cleaned_data)
        except services.NotOpen:
            return redirect("sandbox:pay", session["id"])
        except services.CardRefused:
            form.add_error("number", _("There is no such bank account. Check both numbers, or go back."))
        else:
            return _thanks(after)
    known = [{"spaced": f"10 88 00, {each.number}", "words": WORDS_FOR_BANK[each.number]} for each in banks.TO_DEBIT]
    return render(request, "sandbox/mandate.html", {"session": _told(session), "form": form, "banks": known})


def _told(session: Thing) -> Thing:
    """The session with what the pages say of it; templates cannot read private notes."""
    lines = [{"words": line["name"], "pence": line["amount"]} for line in session["_lines"]]
    return session | {"lines": lines, "seller": session["_seller"] or _("the seller")}


def _cards(offered: Iterable[Card], words: Mapping[str, Promise]) -> list[dict[str, object]]:
    return [{"spaced": card.spaced, "words": words[card.number]} for card in offered]


@practice_only
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, session_id: str) -> HttpResponse:
    """The bank's own question, as 3-D Secure asks it."""
    session = services.session_get(place.store(), session_id)
    if session["status"] != "open":
        return _over(request, session)
    if request.method == "POST":
        approved = request.POST.get("answer") == "approve"
        try:
            after = services.session_approve(place.store(), session_id=session_id, approved=approved)
        except services.NotOpen:
            return redirect("sandbox:pay", session_id)
        except services.CardRefused:
            jobs.wake_worker()
            return HttpResponseRedirect(f"{_path(session_id)}?not_approved=1")
        return _thanks(after)
    return render(request, "sandbox/check.html", {"session": _told(session)})


def _path(session_id: str) -> str:
    return redirect("sandbox:pay", session_id).url


def _thanks(session: Thing) -> HttpResponse:
    jobs.wake_worker()
    return HttpResponseRedirect(_success(session))


def _success(session: Thing) -> str:
    return (session["success_url"] or "/").replace("{CHECKOUT_SESSION_ID}", session["id"])


def _over(request: HttpRequest, session: Thing) -> HttpResponse:
    paid = session["status"] == "complete"
    on = _success(session) if paid else session["cancel_url"]
    return render(request, "sandbox/over.html", {"session": _told(session), "paid": paid, "on": on})


@practice_only
@require_http_methods(["GET", "HEAD", "POST"])
def onboard(request: HttpRequest, account_id: str) -> HttpResponse:
    """Stripe's questions to a provider, answered with one button."""
    store = place.store()
    account = services.account_get(store, account_id)
    link = services.link_get(store, account_id, request.GET.get("link", ""))
    if link is None:
        raise Http404
    if not link["_open"]:
        return HttpResponseRedirect(link["_refresh"])
    if request.method == "POST":
        if request.POST.get("answer") in {"everything", "partly"}:
            due = ["individual.verification.document"] if request.POST["answer"] == "partly" else []
            services.onboarding_finish(store, account_id=account_id, due=due, link_id=link["id"])
            jobs.wake_worker()
        return HttpResponseRedirect(link["_return"])
    return render(request, "sandbox/onboard.html", {"account": account, "link": {"back": link["_return"]}})


@practice_only
@require_http_methods(["GET", "HEAD", "POST"])
def connect(request: HttpRequest, account_id: str) -> HttpResponse:
    """Where a provider who left lets this site in again. Only back to a page of this site."""
    store = place.store()
    account = services.account_get(store, account_id)
    back = request.GET.get("redirect_uri", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}):
        raise Http404
    if request.method == "POST":
        answer = {"state": request.GET.get("state", "")}
        if request.POST.get("answer") == "yes":
            answer["code"] = services.account_reconnect(store, account_id=account_id)
            jobs.wake_worker()
        return HttpResponseRedirect(f"{back}?{urlencode(answer)}")
    return render(request, "sandbox/connect.html", {"account": account})


def _shown_only_where_nobody_is() -> None:
    """These pages show, and change, everybody's payments."""
    if not (settings.DEMO or settings.DEBUG):
        raise Http404


@practice_only
@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Let the stand-in misbehave, or a bank decide, so that people can see what becomes of it."""
    _shown_only_where_nobody_is()
    store, what, which = place.store(), request.POST.get("do", ""), request.POST.get("id", "")
    try:
        if what in services.SWITCHES:
            store.switch(*services.SWITCHES[what])
        elif what in services.DECISIONS:
            services.DECISIONS[what](store, which)
    except services.NotOpen:
        messages.warning(request, _("That has been decided already."))
    jobs.wake_worker()
    return redirect("sandbox:index")


@practice_only
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Lists everybody's payments, so only where no real person is."""
    _shown_only_where_nobody_is()
    seen = services.overview(place.store())
    sessions = [session | {"words": WORDS_FOR_STATUS[session["status"]]} for session in seen["sessions"]]
    context = {
        "sessions": sessions,
        "events": seen["events"],
        "disputes": seen["disputes"],
        "accounts": seen["accounts"],
    }
    return render(request, "sandbox/index.html", context | services.switches(place.store()))
