"""The provider's pages, below /provider/."""

from django.urls import path

from .views import desk, listing, offers, provider, standing

app_name = "provider"
LISTING = "listings/<str:listing_id>/"
OFFER = f"{LISTING}prices/<str:offer_id>/"
urlpatterns = [
    path("", desk.desk, name="desk"),
    path("register/", provider.register, name="register"),
    path("register/<slug:council_slug>/", provider.register_name, name="register_name"),
    path("who/<str:provider_id>/", provider.about, name="about"),
    path("who/<str:provider_id>/new-page/", listing.new, name="listing_new"),
    path("who/<str:provider_id>/<slug:key>/", provider.question, name="question"),
    path(LISTING, listing.overview, name="listing"),
    path(f"{LISTING}send/", listing.send, name="send"),
    path(f"{LISTING}preview/", listing.preview, name="preview"),
    path(f"{LISTING}still-right/", desk.still_right, name="still_right"),
    *(path(f"{LISTING}{name}/", standing.step, {"name": name}, name=name.replace("-", "_")) for name in standing.STEPS),
    path(f"{LISTING}prices/", offers.prices, name="prices"),
    path(f"{LISTING}prices/new/", offers.offer_new, name="offer_new"),
    path(OFFER, offers.offer_change, name="offer"),
    path(f"{OFFER}take-off/", offers.offer_withdraw, name="offer_withdraw"),
    path(f"{OFFER}dates/", offers.dates, name="dates"),
    path(f"{OFFER}dates/<str:date_id>/remove/", offers.date_remove, name="date_remove"),
    path(f"{LISTING}questions/<slug:key>/", listing.question, name="listing_question"),
]
