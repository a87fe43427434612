from django.urls import path

from .views import provider

app_name = "provider_orders"
urlpatterns = [
    path("", provider.inbox, name="inbox"),
    path("visits/<str:public_id>/", provider.visit, name="visit"),
    path("visits/<str:public_id>/decline/", provider.visit_decline, name="visit_decline"),
    path("visits/<str:public_id>/happened/", provider.visit_happened, name="visit_happened"),
    path("<str:public_id>/", provider.order, name="order"),
    path("<str:public_id>/decline/", provider.decline, name="decline"),
    path("<str:public_id>/propose/", provider.propose, name="propose"),
    path("<str:public_id>/done/", provider.deliver, name="deliver"),
    path("<str:public_id>/give-back/", provider.give_back, name="give_back"),
    path("<str:public_id>/gave-back/", provider.gave_back, name="gave_back"),
    path("<str:public_id>/evidence/", provider.evidence, name="evidence"),
    path("<str:public_id>/cancel/", provider.call_off, name="call_off"),
]
