"""Budgets: a record of money and promises, never a wallet."""

from .budget import Budget, BudgetDraft, CouncilMoney, DelegateLimit, Outcome
from .permission import Approval, AskedOf, Declaration, Exemption, Relation, Rule
from .purchase import Evidence, Method, Purchase, PurchaseKind, PurchaseLine

__all__ = [
    "Approval",
    "AskedOf",
    "Budget",
    "BudgetDraft",
    "CouncilMoney",
    "Declaration",
    "DelegateLimit",
    "Evidence",
    "Exemption",
    "Method",
    "Outcome",
    "Purchase",
    "PurchaseKind",
    "PurchaseLine",
    "Relation",
    "Rule",
]
