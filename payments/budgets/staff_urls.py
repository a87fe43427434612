"""A council's money, for its commissioners, behind the second step (people.middleware.SecondFactorMiddleware)."""

from django.urls import path

from .views import council, one_budget, returning

app_name = "council_money"
urlpatterns = [
    path("", council.index, name="index"),
    path("requests/<str:public_id>/", council.approval, name="approval"),
    path("budgets/<str:public_id>/", one_budget.budget, name="budget"),
    path("budgets/<str:public_id>/<slug:act>/", one_budget.act, name="act"),
    path("exceptions/<str:public_id>/end/", council.exemption_end, name="exemption_end"),
    path("<slug:slug>/", council.council, name="council"),
    path("<slug:slug>/budgets/", one_budget.budgets, name="budgets"),
    path("<slug:slug>/kinds/", one_budget.kinds, name="kinds"),
    path("<slug:slug>/exceptions/", council.exemption, name="exemption"),
    path("<slug:slug>/set-up/", council.set_up, name="set_up"),
    path("<slug:slug>/spreadsheet/", council.sheet, name="sheet"),
    path("<slug:slug>/settings/", council.settings, name="settings"),
    path("<slug:slug>/paid/<str:public_id>/", council.paid, name="paid"),
    path("<slug:slug>/back/<str:public_id>/", returning.council_back, name="back"),
    path("<slug:slug>/back/<str:public_id>/<int:number>/mistake/", returning.council_back_mistake, name="back_mistake"),
]
