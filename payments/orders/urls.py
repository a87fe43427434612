from django.urls import path

from .views import asking, mine, paying, visits

app_name = "orders"
urlpatterns = [
    path("", mine.mine, name="mine"),
    path("choose/<str:listing_id>/", asking.choose, name="choose"),
    path("new/<str:offer_id>/", asking.begin, name="begin"),
    path("new/<str:offer_id>/check/", asking.check, name="check"),
    path("new/<str:offer_id>/<slug:step>/", asking.step, name="step"),
    path("visits/new/<str:listing_id>/", visits.new, name="visit_new"),
    path("visits/<str:public_id>/", visits.visit, name="visit"),
    path("visits/<str:public_id>/agree/", visits.agree, name="visit_agree"),
    path("visits/<str:public_id>/withdraw/", visits.withdraw, name="visit_withdraw"),
    path("<str:public_id>/", mine.order, name="order"),
    path("<str:public_id>/agree/", mine.agree, name="agree"),
    path("<str:public_id>/cancel/", mine.cancel, name="cancel"),
    path("<str:public_id>/pay/", paying.pay, name="pay"),
    path("<str:public_id>/paid/", paying.paid, name="paid"),
    path("<str:public_id>/receipt/", paying.receipt, name="receipt"),
]
