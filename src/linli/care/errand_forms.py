"""Forms of errands. Money is typed in yuan and becomes whole fen; what cannot be read is said beside its box."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from linli.care.doors import read_door
from linli.care.errand_sealed import LARGEST, LONGEST
from linli.care.errand_words import ENTRIES, MONEY_ERRORS, NO_RECEIPT, NOT_DONE, WAYS
from linli.care.forms import Saying
from linli.ground.models import Household, Place
from linli.kernel.ids import uuid7
from linli.kernel.money import NotMoney, read_fen, yuan


class YuanField(forms.CharField):
    """An amount as people write it, in yuan; its value is whole fen."""

    def __init__(self, **kwargs: Any) -> None:
        box = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(max_length=20, widget=box, **kwargs)

    def clean(self, value: Any) -> Any:
        """Whole fen; None for an empty box that may be empty."""
        said = super().clean(value)
        if not said:
            return None
        try:
            fen = read_fen(said)
        except NotMoney as wrong:
            raise forms.ValidationError(str(MONEY_ERRORS[wrong.code])) from None
        if fen == 0:
            raise forms.ValidationError(str(MONEY_ERRORS["zero"]))
        return fen


def picture_field(label: Any, words: Any) -> forms.FileField:
    """A picture; what lies beside it in the file is removed when it arrives."""
    return forms.FileField(
        label=label, required=False, help_text=words,
        widget=forms.FileInput(attrs={"accept": "image/jpeg", "capture": "environment"}),
    )  # fmt: skip


class _WithPicture(Saying):
    """A form with a picture in it."""

    def _picture(self, name: str) -> bytes | None:
        given = self.cleaned_data.get(name)
        if given is None:
            return None
        if given.size > LARGEST:
            raise forms.ValidationError(_("At most 3 MB."))
        content: bytes = given.read()
        return content


class WishForm(Saying):
    """What is needed. ``key`` is the page's own id, so that a second press asks for nothing twice."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    words = forms.CharField(
        label=_("What is needed"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For example: 2 kg of rice, the parcel at the gate with the code 3-412."),
    )
    limit = YuanField(label=_("At most, in yuan"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = uuid7()


OTHER = "other"


class AskForm(WishForm):
    """The same, from the office, the building or the helper: for somebody who is looked after, or for any other home."""

    home = forms.ChoiceField(label=_("For whom"))
    address = forms.CharField(
        label=_("Its door, for a home that is not on the list"),
        max_length=120,
        required=False,
        help_text=_(
            "Also for who is not looked after: alone, without a phone, in the heat. As people say it: 泉口花苑 7号302室."
        ),
    )
    field_order = ["key", "home", "address", "words", "limit"]

    def __init__(
        self,
        homes: Sequence[tuple[UUID, str]],
        *args: Any,
        neighbourhood: Place,
        allowed: QuerySet[Household],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._neighbourhood, self._allowed = neighbourhood, allowed
        self.household: Household | None = None
        one: Any = self.fields["home"]
        one.choices = [*((str(pk), words) for pk, words in homes), (OTHER, _("not on this list: write the door below"))]
        if not homes:
            del self.fields["home"]
            self.fields["address"].required = True

    def clean_address(self) -> str:
        """A home for which whoever writes may ask."""
        text: str = self.cleaned_data["address"]
        if text:
            door = read_door(self._neighbourhood, text)
            self.household = self._allowed.filter(dwelling=door).order_by("since").first()
            if self.household is None:
                raise forms.ValidationError(
                    _("By the register nobody lives there, or you do not answer for that home.")
                )
        return text

    def clean(self) -> dict[str, Any]:
        """A door for a home that is not on the list, and for no other."""
        data = super().clean() or {}
        if not self.errors and (data.get("home", OTHER) == OTHER) != bool(data.get("address")):
            self.add_error("address", _("Please say for which home: choose one above, or write its door here."))
        return data


class BuyForm(_WithPicture):
    """What it cost, how it was paid, the receipt."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    fen = YuanField(label=_("What it cost, in yuan"))
    receipt = picture_field(_("Receipt"), _("A photo of the paper alone. JPEG, at most 3 MB; its position is removed."))
    no_receipt = forms.ChoiceField(
        label=_("No receipt, because"), required=False, choices=[("", _("there is one")), *NO_RECEIPT.items()]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = uuid7()

    def clean_receipt(self) -> bytes | None:
        """The bytes of the receipt, if there is one."""
        return self._picture("receipt")


class DeliverForm(_WithPicture):
    """How it came to the door."""

    contactless = forms.ChoiceField(
        label=_("How it was handed over"),
        choices=[("yes", _("put down at the door, without contact")), ("no", _("given from hand to hand"))],
        widget=forms.RadioSelect,
        initial="yes",
    )
    receipt = picture_field(
        _("Photo of what stands at the door"), _("If you like; of the things alone, not of people. JPEG, at most 3 MB.")
    )

    def clean_receipt(self) -> bytes | None:
        """The bytes of the picture, if there is one."""
        return self._picture("receipt")


class MoneyForm(Saying):
    """An amount that passed between the household and who went."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    what = forms.ChoiceField(label=_("What kind of amount"), widget=forms.RadioSelect)
    fen = YuanField(label=_("Amount in yuan"))
    way = forms.ChoiceField(label=_("How"), choices=list(WAYS.items()))

    def __init__(self, owed: int, waive: bool, *args: Any, **kwargs: Any) -> None:
        """``owed``: what is open, in fen; ``waive``: whether who looks at it may let it be."""
        super().__init__(*args, **kwargs)
        kinds = ["paid", "returned", "spent", *(["waived"] if waive else [])]
        one: Any = self.fields["what"]
        one.choices = [(code, ENTRIES[code]) for code in kinds]
        one.initial = "returned" if owed < 0 else "paid"
        self.fields["key"].initial = uuid7()
        self.fields["fen"].initial = yuan(abs(owed)) if owed else ""


class CancelForm(Saying):
    """Why it is called off."""

    why = forms.ChoiceField(label=_("Why"), choices=list(NOT_DONE.items()), widget=forms.RadioSelect)
