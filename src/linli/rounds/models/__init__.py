"""Tables of the rounds, one file a subject."""

from linli.rounds.models.answers import Answer, AnswerValue, Attempt
from linli.rounds.models.occurrences import Excusal, Handing, Occurrence, Target, TargetSubject
from linli.rounds.models.phones import VisitAnnulment, WalkerCode, WalkerPhone
from linli.rounds.models.plans import Plan, PlanHolder, PlanPerson, PlanRhythm, PlanScope, PlanStep
from linli.rounds.models.sheets import Question, QuestionChoice, Sheet
from linli.rounds.models.visits import Finding, Visit, VisitPhoto, VisitTarget, VisitValue

__all__ = [
    "Answer",
    "AnswerValue",
    "Attempt",
    "Excusal",
    "Finding",
    "Handing",
    "Occurrence",
    "Plan",
    "PlanHolder",
    "PlanPerson",
    "PlanRhythm",
    "PlanScope",
    "PlanStep",
    "Question",
    "QuestionChoice",
    "Sheet",
    "Target",
    "TargetSubject",
    "Visit",
    "VisitAnnulment",
    "VisitPhoto",
    "VisitTarget",
    "VisitValue",
    "WalkerCode",
    "WalkerPhone",
]
