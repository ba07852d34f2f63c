"""Fields that several rooms' forms share."""

from __future__ import annotations

from typing import Any

from django import forms

MINUTE = "%Y-%m-%dT%H:%M"


def moment_field(**kwargs: Any) -> forms.DateTimeField:
    """A moment to the minute, as a browser writes it."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MINUTE)
    return forms.DateTimeField(widget=widget, input_formats=[MINUTE, f"{MINUTE}:%S"], **kwargs)


def day_field(**kwargs: Any) -> forms.DateField:
    """A day, as a browser writes it."""
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)
