"""Rules of public money, each for everybody whom it names."""

import pytest

from payments.budgets import rules
from payments.budgets.models import Relation


@pytest.mark.parametrize("relation", [each for each in Relation if each not in (Relation.NONE, Relation.OTHER)])
def test_close_family_who_share_the_home_are_not_paid_and_those_elsewhere_are(relation):
    """Care and Support (Direct Payments) Regulations 2014, regulation 3: whoever it names, and their partners."""
    assert rules.barred_relative(relation, shares_home=True)
    assert rules.barred_relative(relation, shares_home=False) == (relation == Relation.PARTNER)
    assert not rules.barred_relative(Relation.OTHER, shares_home=True)
    if relation != Relation.PARTNER:
        assert "partner" in Relation(relation).label
