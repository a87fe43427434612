"""Budgets: a record of money and promises, never a wallet."""

from .budget import Budget, BudgetDraft, CouncilMoney, DelegateLimit, Outcome
from .deciding import About, Decision, KindRule
from .permission import Approval, AskedOf, Declaration, Exemption, Relation, Rule
from .purchase import Evidence, Method, MoneyBack, Purchase, PurchaseKind, PurchaseLine

__all__ = [
    "About",
    "Approval",
    "AskedOf",
    "Budget",
    "BudgetDraft",
    "CouncilMoney",
    "Decision",
    "Declaration",
    "DelegateLimit",
    "Evidence",
    "Exemption",
    "KindRule",
    "Method",
    "MoneyBack",
    "Outcome",
    "Purchase",
    "PurchaseKind",
    "PurchaseLine",
    "Relation",
    "Rule",
]
