"""Taking back, throwing away, pausing, showing again, archiving: each asks once, and says what will happen."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from marketplace.core.access import signed_in
from marketplace.core.states import IllegalMove
from marketplace.people.middleware import SignedInRequest

from ... import access, services
from ...models import Listing
from ..access import keeper_of

Words = str | Promise


@dataclass(frozen=True)
class Step:
    """A question, what follows from a yes, the words of the button, and what is said when it is done."""

    heading: Words
    consequences: tuple[Words, ...]
    button: Words
    done: Words
    act: Callable[[SignedInRequest, Listing], object]


def _pause(request: SignedInRequest, listing: Listing) -> object:
    return services.listing_pause(listing=listing, by=keeper_of(request), now=timezone.now())


def _resume(request: SignedInRequest, listing: Listing) -> object:
    return services.listing_resume(listing=listing, by=keeper_of(request), now=timezone.now())


def _archive(request: SignedInRequest, listing: Listing) -> object:
    return services.listing_archive(listing=listing, by=keeper_of(request), user=request.user, now=timezone.now())


def _restore(request: SignedInRequest, listing: Listing) -> object:
    return services.listing_restore(listing=listing, by=keeper_of(request), now=timezone.now())


def _take_back(request: SignedInRequest, listing: Listing) -> object:
    return services.listing_withdraw(listing=listing, by=keeper_of(request), user=request.user, now=timezone.now())


def _throw_away(request: SignedInRequest, listing: Listing) -> object:
    return services.listing_words_drop(listing=listing, by=keeper_of(request), user=request.user, now=timezone.now())


STEPS: dict[str, Step] = {
    "pause": Step(
        gettext_lazy("Pause this page?"),
        (
            gettext_lazy("Nobody can find it or ask you for anything until you show it again."),
            gettext_lazy("What people have already arranged with you goes on as it is."),
            gettext_lazy("You can show it again at any moment. Nothing is lost."),
        ),
        gettext_lazy("Pause it"),
        gettext_lazy("Paused. Nobody can see it until you show it again."),
        _pause,
    ),
    "resume": Step(
        gettext_lazy("Show this page again?"),
        (gettext_lazy("People can find it and ask you from now on."),),
        gettext_lazy("Show it again"),
        gettext_lazy("People can find it again."),
        _resume,
    ),
    "archive": Step(
        gettext_lazy("Archive this page?"),
        (
            gettext_lazy("It leaves the site at once: nobody can find it or ask you for anything."),
            gettext_lazy("What people have already arranged with you goes on as it is."),
            gettext_lazy("You can bring it back later as a draft. The council then reads it again before it shows."),
        ),
        gettext_lazy("Archive it"),
        gettext_lazy("Archived. You can bring it back from this page."),
        _archive,
    ),
    "restore": Step(
        gettext_lazy("Bring this page back?"),
        (
            gettext_lazy("It becomes a draft that only you can see."),
            gettext_lazy("Check it, then send it to the council. It shows when they have read it."),
        ),
        gettext_lazy("Bring it back"),
        gettext_lazy("It is a draft again."),
        _restore,
    ),
    "take-back": Step(
        gettext_lazy("Take it back from the council?"),
        (
            gettext_lazy("You can change your words again."),
            gettext_lazy("The council will not read them until you send them again."),
            gettext_lazy("If your page is live, people go on seeing it as it is."),
        ),
        gettext_lazy("Take it back"),
        gettext_lazy("You have it back. Change what you like, then send it again."),
        _take_back,
    ),
    "throw-away": Step(
        gettext_lazy("Throw away your new words?"),
        (
            gettext_lazy("Your page stays as people see it now."),
            gettext_lazy("What you have changed since then is gone, with what the council said about it."),
            gettext_lazy("Prices and how you are paid stay as they are."),
        ),
        gettext_lazy("Throw them away"),
        gettext_lazy("Thrown away. Your page is as people see it."),
        _throw_away,
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def step(request: SignedInRequest, listing_id: str, name: str) -> HttpResponse:
    listing = access.listing_for_keeper(request.user, listing_id)
    wanted = STEPS[name]
    if request.method == "POST":
        try:
            wanted.act(request, listing)
        except services.Locked:
            messages.info(request, _("Somebody at the council is working on these words. Try again a little later."))
        except IllegalMove:
            messages.info(request, _("That is not possible just now. This page says how things stand."))
        else:
            messages.success(request, str(wanted.done))
        return redirect("provider:listing", listing.public_id)
    context = {
        "heading": wanted.heading,
        "about": services.draft_of(listing).title,
        "consequences": wanted.consequences,
        "button": wanted.button,
        "back_url": reverse("provider:listing", args=[listing.public_id]),
        "council": listing.council,
    }
    return render(request, "provider/confirm.html", context)
