"""What people type about their money; one question a form where one will do. Nothing here reads the database."""

from .beginning import AmountForm, OutcomesForm, PeriodForm, SourceForm, WhoForm
from .council import AnswerForm, CouncilBudgetForm, CouncilMoneyForm, EndYesForm, ExemptionForm, SheetForm
from .keeping import BoughtForm, DatesForm, LimitForm, OutcomeWordsForm, PaperForm
from .paying import OutcomeForm, PayForm, RestForm
from .relating import RelationForm, home_name, missing_words, related_of, relation_fields, relation_name
from .returning import CameBackForm
from .standing import CouncilMoreForm, DecisionForm, FindForm, KindRulesForm, MoreForm, NominatedForm, ReviewForm

__all__ = [
    "AmountForm",
    "AnswerForm",
    "BoughtForm",
    "CameBackForm",
    "CouncilBudgetForm",
    "CouncilMoneyForm",
    "CouncilMoreForm",
    "DatesForm",
    "DecisionForm",
    "EndYesForm",
    "ExemptionForm",
    "FindForm",
    "KindRulesForm",
    "LimitForm",
    "MoreForm",
    "NominatedForm",
    "OutcomeForm",
    "OutcomeWordsForm",
    "OutcomesForm",
    "PaperForm",
    "PayForm",
    "PeriodForm",
    "RelationForm",
    "RestForm",
    "ReviewForm",
    "SheetForm",
    "SourceForm",
    "WhoForm",
    "home_name",
    "missing_words",
    "related_of",
    "relation_fields",
    "relation_name",
]
