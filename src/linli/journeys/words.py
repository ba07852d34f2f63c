"""The words of the closed lists, for pages and papers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.journeys.models import (
    ArrivalNotice,
    Handover,
    HandoverAnnulment,
    Hands,
    Movement,
    Run,
    RunCrew,
    Traveller,
)

KINDS = {
    Movement.Kind.FLIGHT.value: _("Flight"),
    Movement.Kind.TRAIN.value: _("Train"),
    Movement.Kind.COACH.value: _("Coach"),
    Movement.Kind.CAR.value: pgettext_lazy("journey", "Car"),
    Movement.Kind.OTHER.value: _("Another way"),
}

VIAS = {
    ArrivalNotice.Via.CHAT.value: _("from a chat"),
    ArrivalNotice.Via.LIST.value: _("from a list"),
    ArrivalNotice.Via.PHONE.value: pgettext_lazy("journey", "by telephone"),
    ArrivalNotice.Via.MANIFEST.value: _("from a passenger list"),
}

ROLES = {
    Hands.Role.AIRPORT_DESK.value: _("Desk at the airport or station"),
    Hands.Role.DISTRICT_DESK.value: _("Desk of the district"),
    Hands.Role.ESCORT.value: _("Escort on a vehicle"),
    Hands.Role.DRIVER.value: _("Driver"),
    Hands.Role.FAMILY.value: _("Family or friend"),
    Hands.Role.CENTRAL.value: _("Place of central quarantine"),
    Hands.Role.HOSPITAL.value: _("Hospital"),
    Hands.Role.ELSEWHERE.value: _("Another neighbourhood"),
    Hands.Role.OTHER.value: pgettext_lazy("holder", "Somebody else"),
}

VEHICLES = {
    Run.Vehicle.COACH.value: _("Coach"),
    Run.Vehicle.VAN.value: _("Van"),
    Run.Vehicle.CAR.value: pgettext_lazy("journey", "Car"),
    Run.Vehicle.AMBULANCE.value: _("Ambulance"),
    Run.Vehicle.ON_FOOT.value: _("On foot"),
    Run.Vehicle.OTHER.value: pgettext_lazy("vehicle", "Other"),
}

DUTIES = {
    RunCrew.Duty.DRIVER.value: _("driver"),
    RunCrew.Duty.ESCORT.value: _("escort"),
    RunCrew.Duty.RECEIVER.value: _("receiver"),
}

WAYS = {
    Handover.Way.SCAN.value: _("by scan"),
    Handover.Way.CODE.value: _("by code"),
    Handover.Way.SIGNATURE.value: _("by signature"),
    Handover.Way.WORD.value: _("by word"),
}

WHYS = {
    HandoverAnnulment.Why.NOT_DONE.value: _("It did not happen"),
    HandoverAnnulment.Why.WRONG_PEOPLE.value: _("Other people were handed over"),
    HandoverAnnulment.Why.WRONG_HANDS.value: _("Somebody else took them over"),
    HandoverAnnulment.Why.WRONG_TIME.value: _("It was at another time"),
    HandoverAnnulment.Why.TWICE.value: _("It was written down twice"),
}

CLOSED = {
    Traveller.Closed.NOT_OURS.value: _("Does not live here"),
    Traveller.Closed.DOUBLE.value: _("Listed twice"),
    Traveller.Closed.ANNULLED.value: _("Entered by mistake"),
    Traveller.Closed.OVER.value: _("The journey is over"),
}
