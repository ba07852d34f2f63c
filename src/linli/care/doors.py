"""A door as somebody types it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext

from linli.ground.door_words import DoorWords
from linli.ground.models import Place


def read_door(neighbourhood: Place, text: str) -> Place:
    """The one dwelling that is meant. Raises ValidationError for none and for several."""
    found = DoorWords.load(neighbourhood).candidates(text)
    if len(found) != 1:
        raise forms.ValidationError(gettext("Please write the door so that one home is meant: estate, building, room."))
    return found[0]
