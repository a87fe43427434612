from django.urls import path

from .models.arrangement import Side
from .views import both, calendars, person

app_name = "arrangements"
MINE = {"side": Side.PERSON}
urlpatterns = [
    path("", both.mine, MINE, name="mine"),
    path("calendar/", calendars.calendar, name="calendar"),
    path("new/<str:offer_id>/", person.new, name="new"),
    path("<str:public_id>/", both.arrangement, MINE, name="arrangement"),
    path("<str:public_id>/agree/", both.agree, MINE, name="agree"),
    path("<str:public_id>/decline/", both.decline, MINE, name="decline"),
    path("<str:public_id>/change/", both.change, MINE, name="change"),
    path("<str:public_id>/change/answer/", both.change_answer, MINE, name="change_answer"),
    path("<str:public_id>/end/", both.end, MINE, name="end"),
    path("<str:public_id>/skip/", both.skip, MINE, name="skip"),
    path("<str:public_id>/money/", person.choose_money, name="money"),
    path("<str:public_id>/card/", person.card, name="card"),
    path("<str:public_id>/debit/", person.debit, name="debit"),
    path("<str:public_id>/card/saved/", person.card_saved, name="card_saved"),
    path("<str:public_id>/visits/<str:visit_id>/query/", person.query, name="query"),
    path("<str:public_id>/visits/<str:visit_id>/settle/", person.settle, name="settle"),
    path("<str:public_id>/visits/<str:visit_id>/missed/", person.missed, name="missed"),
]
