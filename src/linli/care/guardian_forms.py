"""The form of a guardian's consent: who, in which relation, how, before whom, when."""

from __future__ import annotations

from typing import Any

from linli.care.forms import Saying
from linli.care.guardian import PURPOSE
from linli.ground.actions.consents import Given
from linli.ground.people_forms import ConsentForm


class GuardianForm(ConsentForm, Saying):
    """A consent to keep a child's health data; never by the child itself."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, child=True, **kwargs)
        del self.fields["purpose"]

    def said(self) -> Given:
        """What the form says."""
        said = self.cleaned_data
        return Given(PURPOSE, said["relation"], said["given_by"], said["way"], said["witness"], said["given_on"])
