"""Tables of the rounds, one file a subject."""

from linli.rounds.models.answers import Answer, AnswerValue, Attempt
from linli.rounds.models.plans import Occurrence, Plan, Question, Sheet, Target
from linli.rounds.models.visits import Finding, Visit, VisitValue

__all__ = [
    "Answer",
    "AnswerValue",
    "Attempt",
    "Finding",
    "Occurrence",
    "Plan",
    "Question",
    "Sheet",
    "Target",
    "Visit",
    "VisitValue",
]
