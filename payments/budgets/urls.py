"""A person's money, and what whoever holds a fund has to answer."""

from django.urls import path

from .views import begin, bought, money, related, requests, returning, statement

app_name = "budgets"
urlpatterns = [
    path("", money.money, name="money"),
    path("begin/", begin.begin, name="begin"),
    path("begin/check/", begin.check, name="begin_check"),
    path("begin/<slug:step>/", begin.step, name="begin_step"),
    path("related/", related.related, name="related"),
    path("related/<str:provider_id>/", related.relation, name="relation"),
    path("limits/", requests.limits, name="limits"),
    path("limits/<int:delegation_id>/", requests.limit, name="limit"),
    path("holding/", requests.holding, name="holding"),
    path("holding/<str:public_id>/", requests.holder_answer, name="holder_answer"),
    path("holding/<str:public_id>/paid/", requests.holder_paid, name="holder_paid"),
    path("holding/<str:public_id>/back/", returning.holder_back, name="holder_back"),
    path(
        "holding/<str:public_id>/back/<int:number>/mistake/", returning.holder_back_mistake, name="holder_back_mistake"
    ),
    path("requests/<str:public_id>/", requests.request_, name="request"),
    path("requests/<str:public_id>/back/", requests.take_back, name="take_back"),
    path("bought/<str:public_id>/", bought.purchase, name="purchase"),
    path("bought/<str:public_id>/mistake/", bought.correct, name="correct"),
    path("papers/<str:public_id>/", bought.evidence, name="evidence"),
    path("<str:public_id>/", money.budget, name="budget"),
    path("<str:public_id>/more/", money.more, name="more"),
    path("<str:public_id>/bought/", bought.bought, name="bought"),
    path("<str:public_id>/outcomes/", related.outcomes, name="outcomes"),
    path("<str:public_id>/close/", money.close, name="close"),
    path("<str:public_id>/statement/", statement.statement, name="statement"),
    path("<str:public_id>/statement.xlsx", statement.sheet, name="sheet"),
    path("<str:public_id>/statement.pdf", statement.paper, name="paper"),
]
