"""What each check says on a public page. Never "safe", "trusted" or "recommended"."""

from django.utils.translation import gettext_lazy as _

from .models import CheckKind

_K = CheckKind
MEANS = {
    _K.IDENTITY: _("An officer saw proof of who they are and where they live."),
    _K.INSURANCE: _("An officer saw the policy."),
    _K.DBS_BASIC: _("An officer saw the certificate."),
    _K.DBS_ENHANCED: _("An officer saw the certificate, for work with adults."),
    _K.SAFEGUARDING: _("An officer saw the certificate of the course."),
    _K.REFERENCES: _("An officer spoke to two people who know their work."),
    _K.FOOD_HYGIENE: _("An officer saw the certificate or the rating."),
    _K.FIRST_AID: _("An officer saw the certificate of the course."),
    _K.CQC: _("An officer found them in the public register."),
}
MEANS_NOT = {
    _K.IDENTITY: _("It is not a promise about their work. The council does not prefer one person to another."),
    _K.INSURANCE: _("It covers damage or injury they cause while working. It does not cover an accident of your own."),
    _K.DBS_BASIC: _("A certificate shows what was on record on the day it was printed, and nothing since."),
    _K.DBS_ENHANCED: _("A certificate shows what was on record on the day it was printed, and nothing since."),
    _K.SAFEGUARDING: _("It says that they took a course. It does not say how they would act."),
    _K.REFERENCES: _("Those people spoke for themselves. You can ask for other names."),
    _K.FOOD_HYGIENE: _("It is about the kitchen on one day. Tell them about any allergy yourself."),
    _K.FIRST_AID: _("It says that they took a course. In an emergency ring 999 first."),
    _K.CQC: _("The Commission inspects now and then. Read its latest report before you choose."),
}
SAYS = {
    _K.IDENTITY: _("%(name)s has said who they are. Nobody at the council has seen proof yet."),
    _K.INSURANCE: _("%(name)s says that they are insured. Nobody at the council has checked the policy yet."),
    _K.DBS_BASIC: _("%(name)s says that they have a certificate. Nobody at the council has checked it yet."),
    _K.DBS_ENHANCED: _("%(name)s says that they have a certificate. Nobody at the council has checked it yet."),
    _K.SAFEGUARDING: _("%(name)s says that they took a course. Nobody at the council has checked it yet."),
    _K.REFERENCES: _("%(name)s says that two people will speak for them. Nobody at the council has rung them yet."),
    _K.FOOD_HYGIENE: _("%(name)s says that they have a certificate. Nobody at the council has checked it yet."),
    _K.FIRST_AID: _("%(name)s says that they took a course. Nobody at the council has checked it yet."),
    _K.CQC: _("%(name)s says that they are registered. Nobody at the council has looked in the register yet."),
}
