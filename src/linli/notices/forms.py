"""Forms of the groups and mailboxes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.ground.models import Area
from linli.notices.words import SERVICES


class AddressForm(forms.Form):
    """The address of a bot or a mailbox."""

    address = forms.CharField(
        label=_("Address"),
        max_length=400,
        help_text=_("In the group: add a bot, copy its Webhook address. Of a mailbox: the mail address."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "inputmode": "url"}),
    )
    secret = forms.CharField(
        label=_("Secret"),
        max_length=200,
        required=False,
        help_text=_("Only where the bot's safety setting is “signature” (DingTalk, Feishu)."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class ChannelForm(AddressForm):
    """A new group or mailbox."""

    kind = forms.ChoiceField(label=_("Kind"))
    title = forms.CharField(
        label=_("Name of the group or mailbox"), max_length=60, help_text=_("As people call the group.")
    )
    area = forms.ChoiceField(label=_("For which zone"), required=False)

    field_order = ("kind", "title", "area", "address", "secret")

    def __init__(self, areas: Sequence[Area], *, mail: bool, data: Any = None) -> None:
        super().__init__(data)
        kinds = [(code, words) for code, words in SERVICES.items() if mail or code != "mail"]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.areas = {str(one.pk): one for one in areas}
        whole = [("", _("the whole neighbourhood"))]
        self.fields["area"].choices = whole + [(pk, one.name) for pk, one in self.areas.items()]  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        return {**self.cleaned_data, "area": self.areas.get(self.cleaned_data["area"])}
