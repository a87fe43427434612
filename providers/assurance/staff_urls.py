"""The council's own pages, behind the second step (people.middleware.SecondFactorMiddleware)."""

from django.urls import path

from .views import desk, kinds, many, providers, worries

app_name = "staff"
urlpatterns = [
    path("", desk.index, name="index"),
    path("provider/<str:public_id>/", providers.provider, name="provider"),
    path("provider/<str:public_id>/suspend/", providers.suspend, name="suspend"),
    path("provider/<str:public_id>/lift/", providers.lift, name="lift"),
    path("provider/<str:public_id>/check/", providers.check_add, name="check_add"),
    path("check/<str:public_id>/", providers.check, name="check"),
    path("concern/<str:public_id>/", worries.worry, name="concern"),
    path("concern/<str:public_id>/triage/", worries.triage, name="triage"),
    path("concern/<str:public_id>/decide/", worries.decide, name="decide"),
    path("concern/<str:public_id>/close/", worries.close, name="close"),
    path("kind/<int:pk>/", kinds.change, name="kind"),
    path("kind/<int:pk>/retire/", kinds.retire, name="kind_retire"),
    path("<slug:slug>/", desk.council, name="council"),
    path("<slug:slug>/settings/", desk.settings, name="settings"),
    path("<slug:slug>/providers/", providers.providers, name="providers"),
    path("<slug:slug>/providers/hide/", many.suspend, name="suspend_many"),
    path("<slug:slug>/providers/hidden/<int:moment>/", many.suspended, name="suspended_together"),
    path("<slug:slug>/checks/", providers.running_out, name="checks"),
    path("<slug:slug>/concerns/", worries.worries, name="concerns"),
    path("<slug:slug>/kinds/", kinds.kinds, name="kinds"),
]
