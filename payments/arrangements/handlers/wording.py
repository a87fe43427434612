"""What letters about arrangements say, by whom they go to: subject, sentences, words of the link."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

Words = tuple[Promise, list[Promise], Promise]  # subject, sentences, words of the link
TO_EITHER: dict[str, Words] = {
    "proposed": (
        gettext_lazy("%(name)s proposes help every week"),
        [gettext_lazy("%(name)s proposes: %(title)s. %(when)s. You can say yes or no, for two weeks.")],
        gettext_lazy("Read it and answer"),
    ),
    "agreed": (
        gettext_lazy("Agreed: %(title)s"),
        [gettext_lazy("You both said yes. %(when)s. It begins once a card is saved.")],
        gettext_lazy("See what was agreed"),
    ),
    "agreed_asking": (
        gettext_lazy("Agreed: %(title)s"),
        [gettext_lazy("You both said yes. %(when)s. It begins once %(holder)s has said yes to the money.")],
        gettext_lazy("See what was agreed"),
    ),
    "change_asking": (
        gettext_lazy("The change waits for the money: %(title)s"),
        [gettext_lazy("You both said yes. It costs more, so %(holder)s is asked. Until then nothing changes.")],
        gettext_lazy("See what was agreed"),
    ),
    "yes_given": (
        gettext_lazy("They said yes to the money: %(title)s"),
        [gettext_lazy("%(holder)s said yes, until %(until)s.")],
        gettext_lazy("See the visits"),
    ),
    "yes_cut": (
        gettext_lazy("This money pays until %(until)s: %(title)s"),
        [
            gettext_lazy("%(holder)s has chosen %(until)s as the last day. What they wrote stands on the page."),
            gettext_lazy("%(unbilled)s"),
            gettext_lazy("After that day no visits are planned, unless other money pays."),
        ],
        gettext_lazy("See what comes next"),
    ),
    "yes_refused": (
        gettext_lazy("A no to the money: %(title)s"),
        [gettext_lazy("%(holder)s said no. What they wrote stands on the page."), gettext_lazy("%(next)s")],
        gettext_lazy("Read why"),
    ),
    "yes_unheard": (
        gettext_lazy("No answer about the money: %(title)s"),
        [gettext_lazy("%(holder)s did not answer in time."), gettext_lazy("%(next)s")],
        gettext_lazy("See it"),
    ),
    "declined": (
        gettext_lazy("%(name)s said no"),
        [gettext_lazy("%(name)s said no to: %(title)s, %(when)s.")],
        gettext_lazy("See it"),
    ),
    "lapsed": (
        gettext_lazy("No answer in time: %(title)s"),
        [gettext_lazy("Nobody answered within two weeks, so the proposal has ended. Nothing was arranged.")],
        gettext_lazy("See it"),
    ),
    "begins": (
        gettext_lazy("It begins: %(title)s"),
        [gettext_lazy("Everything is ready. %(when)s.")],
        gettext_lazy("See the visits"),
    ),
    "change": (
        gettext_lazy("%(name)s proposes a change"),
        [gettext_lazy("It is about: %(title)s. What you agreed holds until you say yes.")],
        gettext_lazy("Read it and answer"),
    ),
    "changed": (
        gettext_lazy("Changed: %(title)s"),
        [gettext_lazy("You both said yes to the change. %(when)s.")],
        gettext_lazy("See what was agreed"),
    ),
    "change_refused": (
        gettext_lazy("No change: %(title)s"),
        [gettext_lazy("The change was not agreed. What you agreed before holds.")],
        gettext_lazy("See what was agreed"),
    ),
    "notice": (
        gettext_lazy("It ends: %(title)s"),
        [gettext_lazy("The last day is %(ends)s.")],
        gettext_lazy("See it"),
    ),
    "over": (
        gettext_lazy("Over: %(title)s"),
        [gettext_lazy("The last day has passed. What happened and is not paid yet is still collected.")],
        gettext_lazy("See it"),
    ),
    "skipped": (
        gettext_lazy("Days off: %(title)s"),
        [gettext_lazy("%(name)s called off %(days)s. Nothing is charged for it.")],
        gettext_lazy("See the visits"),
    ),
    "goes_on": (
        gettext_lazy("It goes on: %(title)s"),
        [gettext_lazy("Everything is paid, so the visits go on. %(when)s.")],
        gettext_lazy("See the visits"),
    ),
}
TO_PERSON: dict[str, Words] = {
    "visit_done": (
        gettext_lazy("%(name)s was there on %(day)s"),
        [
            gettext_lazy("%(name)s says: %(length)s, %(price)s."),
            gettext_lazy("%(agreed)s"),
            gettext_lazy("If that is not right, say so by %(query_by)s. Until then nothing is charged."),
        ],
        gettext_lazy("See the visit"),
    ),
    "visit_corrected": (
        gettext_lazy("%(name)s has put the visit on %(day)s right"),
        [
            gettext_lazy("%(name)s now says: %(length)s, %(price)s."),
            gettext_lazy("%(agreed)s"),
            gettext_lazy("If that is not right, say so by %(query_by)s. Until then nothing is charged."),
        ],
        gettext_lazy("See the visit"),
    ),
    "visit_missed": (
        gettext_lazy("The visit on %(day)s did not happen"),
        [gettext_lazy("%(name)s could not come. Nothing is charged."), gettext_lazy("%(council)s")],
        gettext_lazy("See why"),
    ),
    "debit_notice": (
        gettext_lazy("%(price)s leaves your bank account on %(day)s"),
        [
            gettext_lazy("On %(day)s we collect %(price)s from your bank account by Direct Debit, for %(provider)s."),
            gettext_lazy("It is for %(what)s."),
            gettext_lazy("You need do nothing."),
            gettext_lazy("If it is not right, talk to %(name)s, or tell your bank before that day."),
            gettext_lazy("%(guarantee)s"),
        ],
        gettext_lazy("See what it is for"),
    ),
    "debit_ended": (
        gettext_lazy("Your Direct Debit has ended: %(title)s"),
        [
            gettext_lazy("Your bank tells us that it pays no more by this Direct Debit."),
            gettext_lazy("The visits go on. Save a card, or set up a Direct Debit again, so that they can be paid."),
        ],
        gettext_lazy("Choose how to pay"),
    ),
    "please_pay": (
        gettext_lazy("Please pay %(price)s yourself this time"),
        [
            gettext_lazy("We tried %(how)s for %(what)s. %(why)s That happens."),
            gettext_lazy("You can pay by card in your own time. Nothing is added to it."),
        ],
        gettext_lazy("See it and pay"),
    ),
    "top_up": (
        gettext_lazy("Will you pay %(own)s of your own money?"),
        [
            gettext_lazy("%(what)s came to %(price)s. %(why)s"),
            gettext_lazy("Nothing was taken from your card. If you say yes, pay it in your own time."),
            gettext_lazy("If that is not right, talk to %(name)s."),
        ],
        gettext_lazy("See it and decide"),
    ),
    "yes_asked_again": (
        gettext_lazy("We ask %(holder)s again: %(title)s"),
        [
            gettext_lazy("Their yes to the money lasts until %(until)s. We have asked them to go on."),
            gettext_lazy("Nothing changes for you until then. Visits after that day need their yes."),
        ],
        gettext_lazy("See it"),
    ),
    "yes_ends": (
        gettext_lazy("This money lasts until %(until)s: %(title)s"),
        [
            gettext_lazy("After that day no visits are planned, unless you choose which money pays then."),
            gettext_lazy("%(council)s"),
        ],
        gettext_lazy("Choose the money"),
    ),
    "reminder": (
        gettext_lazy("A reminder: %(price)s to pay"),
        [
            gettext_lazy("%(what)s is not paid yet."),
            gettext_lazy("If something is wrong, talk to %(name)s. After two reminders the visits stop for a while."),
        ],
        gettext_lazy("See it and pay"),
    ),
    "paused": (
        gettext_lazy("The visits stop for now: %(title)s"),
        [
            gettext_lazy("%(price)s is still to be paid. The visits go on as soon as it is. We write no more letters."),
            gettext_lazy("%(council)s"),
        ],
        gettext_lazy("See what you can do"),
    ),
}
TO_PROVIDER: dict[str, Words] = {
    "visit_missed": (
        gettext_lazy("%(name)s says nobody came on %(day)s"),
        [gettext_lazy("Nothing is charged for it. If that is not right, talk to %(name)s.")],
        gettext_lazy("See the visit"),
    ),
    "visit_queried": (
        gettext_lazy("%(name)s asks about the visit on %(day)s"),
        [gettext_lazy("It is not charged until the two of you agree what it was.")],
        gettext_lazy("Read it and answer"),
    ),
    "visit_settled": (
        gettext_lazy("%(name)s is content with the visit on %(day)s"),
        [gettext_lazy("It is collected with the others.")],
        gettext_lazy("See the visit"),
    ),
    "paused": (
        gettext_lazy("The visits stop for now: %(title)s"),
        [
            gettext_lazy("A payment of %(price)s did not work, and the reminders have not helped."),
            gettext_lazy("You are not expected to come until it is paid. How to go on is for the two of you."),
        ],
        gettext_lazy("See it"),
    ),
}


TO_HOLDER: dict[str, Words] = {
    "bill_waits": (
        gettext_lazy("A bill for you to pay"),
        [gettext_lazy("%(what)s: %(price)s. It is within what you said yes to.")],
        gettext_lazy("See what waits for you"),
    ),
    "bill_waits_still": (
        gettext_lazy("A bill still waits for you"),
        [gettext_lazy("%(what)s: %(price)s is not marked as paid. If you have paid it, please say so.")],
        gettext_lazy("See what waits for you"),
    ),
}
