"""Everything that changes an arrangement, a visit, a bill, a saved card or a calendar's address."""

from marketplace.core.states import IllegalMove
from payments.gateway.services import GatewayError, GatewayRefused, GatewayUnknown

from .agreeing import (
    ChangeWaits,
    EarlyStartNotAsked,
    NotEveryWeek,
    NotUnderWay,
    NotYours,
    OnlyThePerson,
    TooLate,
    Wanted,
    WrongTerms,
    arrangement_agree,
    arrangement_begin,
    arrangement_decline,
    arrangement_propose,
    can_be_arranged,
    change_agree,
    change_propose,
    change_refuse,
    offer_repeats,
)
from .cards import NoCardNeeded, NoDebits, card_begin, card_forget, card_look_up, card_settle, consent, mandate_end
from .collecting import (
    arrangement_go_on,
    bill_ask,
    bill_bounce,
    bill_collect,
    bill_drop,
    bill_heed,
    bill_make,
    bill_remind,
    bill_settle,
)
from .ending import arrangement_end, arrangement_finish, arrangement_lapse, ends_at_once
from .erasing import arrangements_forget
from .feeds import digest_of, feed_make, feed_revoke
from .heeding import money_choose, yes_cut, yes_heed, yes_renew
from .holding import bill_tell_holder
from .planning import visits_plan
from .promising import PaidFrom
from .sides import OwnListing
from .skipping import skip_add
from .standing import yes_day_keep
from .visiting import (
    NotYet,
    QueryTooLate,
    WrongLength,
    visit_correct,
    visit_done,
    visit_fall_due,
    visit_missed,
    visit_query,
    visit_settle,
)

__all__ = [
    "ChangeWaits",
    "EarlyStartNotAsked",
    "GatewayError",
    "GatewayRefused",
    "GatewayUnknown",
    "IllegalMove",
    "NoCardNeeded",
    "NoDebits",
    "NotEveryWeek",
    "NotUnderWay",
    "NotYet",
    "NotYours",
    "OnlyThePerson",
    "OwnListing",
    "PaidFrom",
    "QueryTooLate",
    "TooLate",
    "Wanted",
    "WrongLength",
    "WrongTerms",
    "arrangement_agree",
    "arrangement_begin",
    "arrangement_decline",
    "arrangement_end",
    "arrangement_finish",
    "arrangement_go_on",
    "arrangement_lapse",
    "arrangement_propose",
    "arrangements_forget",
    "bill_ask",
    "bill_bounce",
    "bill_collect",
    "bill_drop",
    "bill_heed",
    "bill_make",
    "bill_remind",
    "bill_settle",
    "bill_tell_holder",
    "can_be_arranged",
    "card_begin",
    "card_forget",
    "card_look_up",
    "card_settle",
    "change_agree",
    "change_propose",
    "change_refuse",
    "consent",
    "digest_of",
    "ends_at_once",
    "feed_make",
    "feed_revoke",
    "mandate_end",
    "money_choose",
    "offer_repeats",
    "skip_add",
    "visit_correct",
    "visit_done",
    "visit_fall_due",
    "visit_missed",
    "visit_query",
    "visit_settle",
    "visits_plan",
    "yes_cut",
    "yes_day_keep",
    "yes_heed",
    "yes_renew",
]
