"""What a provider may type where they say how much of a payment goes back."""

import pytest

from payments.orders.models import Refund

pytestmark = pytest.mark.django_db
WRONG = ("0", "-1", "1e9", "1.005", "١٢", "£12,50", "36.01", "", "lots")


def test_no_refund_is_made_of_what_is_no_amount_and_the_words_stay(cast, client_of, paid):
    sam, url = client_of(cast.sam), f"/provider/orders/{paid.public_id}/give-back/"
    for wrong in WRONG:
        answer = sam.post(url, {"amount": wrong, "words": "The rain came in."})
        assert answer.status_code == 200, wrong
        assert list(answer.context["form"].errors) == ["amount"], wrong
        page = answer.content.decode()
        assert f'id="{answer.context["form"]["amount"].auto_id}_error"' in page
        assert "The rain came in." in page
        assert not Refund.objects.exists(), wrong
    assert sam.post(url, {"amount": "£12.50", "words": "The rain came in."}).status_code == 302
    assert Refund.objects.get().amount_pence == 1250
