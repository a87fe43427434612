"""What other apps may add: an order is made of an approved wish, and whatever a refusal ends is ended above."""

from django.dispatch import Signal

purchase_agreed = Signal()  # purchase, by (Actor), now: everybody who had to has said yes; sent inside the transaction
purchase_funded = Signal()  # purchase, by (Actor), now: whoever holds the money has paid; sent inside the transaction
money_came_back = Signal()  # purchase, row (MoneyBack), at: the books of the order follow it; inside the transaction
purchase_let_go = Signal()  # purchase, by (Actor), now: its promise is over, nothing was paid; inside the transaction
yes_shortened = Signal()  # purchase, by (Actor), now: a standing yes ends earlier than it did; inside the transaction
to_pay_shown = Signal()  # orders (public ids): those of them that the provider has said yes to, as a set
request_shown = Signal()  # purchase: what whoever is asked should know of it, as (what it is called, words)
