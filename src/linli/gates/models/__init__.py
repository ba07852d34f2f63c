"""Tables of the gates, one file a subject."""

from linli.gates.models.checks import Annulment, Check, GateException, Review
from linli.gates.models.counts import CountReceipt, HourlyCount
from linli.gates.models.devices import Device, EnrolmentToken, Role
from linli.gates.models.faces import AreaFace
from linli.gates.models.holds import Hold
from linli.gates.models.permits import Card, CardEvent, Klass, Permit, PermitKey, PrintBatch
from linli.gates.models.visits import HostCode, Visit, VisitUse

__all__ = [
    "Annulment",
    "AreaFace",
    "Card",
    "CardEvent",
    "Check",
    "CountReceipt",
    "Device",
    "EnrolmentToken",
    "GateException",
    "Hold",
    "HostCode",
    "HourlyCount",
    "Klass",
    "Permit",
    "PermitKey",
    "PrintBatch",
    "Review",
    "Role",
    "Visit",
    "VisitUse",
]
