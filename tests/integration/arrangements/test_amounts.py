"""What may be typed where the price of help every week belongs."""

from datetime import timedelta

import pytest

pytestmark = pytest.mark.django_db


def test_a_price_that_is_no_amount_is_asked_for_again(garden, client_of):
    arrangement = garden.running()
    first = garden.wanted().starts_on + timedelta(days=7)
    typed = {"days": ["TU"], "every": "1", "begins_at": "10am", "minutes": "120", "notice_days": "14"}
    typed |= {"starts_on_0": first.day, "starts_on_1": first.month, "starts_on_2": first.year}
    typed |= {"bank_holidays": "no", "collects": "weekly", "words": "My own words"}
    sam, url = client_of(garden.cast.sam), f"/provider/arrangements/{arrangement.public_id}/change/"
    for wrong in ("0", "-1", "0.99", "1e9", "1000.01", "1.005", "١٢", "£12,50", ""):
        page = sam.post(url, typed | {"price": wrong})
        assert page.status_code == 200, wrong
        assert list(page.context["form"].errors) == ["price"], (wrong, page.context["form"].errors)
        assert "My own words" in page.content.decode()
        assert arrangement.versions.count() == 1, wrong
    assert sam.post(url, typed | {"price": "£12.50"}).status_code == 302
    assert arrangement.versions.last().price_pence == 1250
