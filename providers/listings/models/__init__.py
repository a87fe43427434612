"""Providers, their listings, what they offer, and what hides them."""

from .listing import Hold, Listing, ListingQuerySet
from .offer import Offer, OfferDate, Unit
from .page import Doers, ListingPage, ReachKind
from .provider import Category, DirectPaymentRule, Keeper, LegalForm, Provider, VatStatus

__all__ = [
    "Category",
    "DirectPaymentRule",
    "Doers",
    "Hold",
    "Keeper",
    "LegalForm",
    "Listing",
    "ListingPage",
    "ListingQuerySet",
    "Offer",
    "OfferDate",
    "Provider",
    "ReachKind",
    "Unit",
    "VatStatus",
]
