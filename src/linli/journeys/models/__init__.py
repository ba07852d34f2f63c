"""Tables of journeys, in four files: who arrives, in whose hands, by which run, and the hand-overs between them."""

from linli.journeys.models.arrivals import (
    ArrivalNotice,
    ListedRow,
    Match,
    MatchUndone,
    Movement,
    Traveller,
)
from linli.journeys.models.handovers import Handover, HandoverAnnulment, HandoverTraveller, Leg
from linli.journeys.models.hands import Hands
from linli.journeys.models.runs import Run, RunCrew, RunStop, RunTraveller

__all__ = [
    "ArrivalNotice",
    "Handover",
    "HandoverAnnulment",
    "HandoverTraveller",
    "Hands",
    "Leg",
    "ListedRow",
    "Match",
    "MatchUndone",
    "Movement",
    "Run",
    "RunCrew",
    "RunStop",
    "RunTraveller",
    "Traveller",
]
