"""Tables of the room: cases and their orders, readings and alarms, who looks after whom, errands and the own page."""

from linli.care.models.cases import Case, CaseChange, FollowTag, FollowUp, HomeFit, Need, OnSite, Order
from linli.care.models.errands import Errand, ErrandEntry, OwnCode, Receipt
from linli.care.models.people import Net, Practice, Readiness, ReadinessPhoto, Supervisor
from linli.care.models.readings import Alarm, Reading
from linli.care.models.staff import StaffVisit

__all__ = [
    "Alarm",
    "Case",
    "CaseChange",
    "Errand",
    "ErrandEntry",
    "FollowTag",
    "FollowUp",
    "HomeFit",
    "Need",
    "Net",
    "OnSite",
    "Order",
    "OwnCode",
    "Practice",
    "Reading",
    "Readiness",
    "ReadinessPhoto",
    "Receipt",
    "StaffVisit",
    "Supervisor",
]
