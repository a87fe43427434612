"""Accounts beside allauth's own pages, and calls."""

from django.urls import path

from .views import account, acting, calls, delegates, erasing

app_name = "people"
urlpatterns = [
    path("accounts/", account.index, name="account"),
    path("accounts/signup/again/", account.sign_up_again, name="sign_up_again"),
    path("accounts/details/", account.details, name="details"),
    path("accounts/leave/", erasing.leave, name="leave"),
    path("accounts/leave/stay/", erasing.stay, name="stay"),
    path("accounts/helpers/", delegates.helpers, name="helpers"),
    path("accounts/helpers/ask/", delegates.invite, name="invite"),
    path("accounts/helpers/what-was-done/", delegates.what_was_done, name="what_was_done"),
    path("accounts/helpers/letters/<str:public_id>/again/", delegates.invitation_replace, name="invitation_replace"),
    path("accounts/helpers/letters/<str:public_id>/back/", delegates.invitation_withdraw, name="invitation_withdraw"),
    path("accounts/helpers/<int:delegation_id>/end/", delegates.end, name="delegation_end"),
    path("accounts/helping/", acting.helping, name="helping"),
    path("accounts/helping/<int:delegation_id>/give-up/", acting.give_up, name="delegation_give_up"),
    path("accounts/invitation/<str:key>/", acting.invitation, name="invitation"),
    path("accounts/acting/start/<int:delegation_id>/", acting.start, name="acting_start"),
    path("accounts/acting/stop/", acting.stop, name="acting_stop"),
    path("staff/calls/", calls.calls, name="calls"),
    path("staff/calls/find/", calls.find, name="call_find"),
    path("staff/calls/begin/<str:ticket>/", calls.consent, name="call_consent"),
    path("staff/calls/new/", calls.stranger, name="call_stranger"),
    path("staff/calls/end/", calls.end, name="call_end"),
]
