"""The editor of a sheet: a small form for each question, in order; moving one about neither checks nor saves anything."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.rounds.asking import KINDS, TEMPERATURE, WITH_CHOICES, WITH_LIMITS, YES_NO, Ask, Choice, NotAValue, number_of
from linli.rounds.words import ASK_KINDS, SHEET_FAULTS, WHEN

MARK = "!"
"""Before a choice: it makes a finding."""
BOUNDS = ("lowest", "highest", "least", "most")
Raw = dict[str, str]
"""One question as the page holds it: field → what stands in it."""


class QuestionForm(forms.Form):
    """One question; its kind was chosen when it was added and stays."""

    kind = forms.ChoiceField(choices=[(kind, kind) for kind in KINDS], widget=forms.HiddenInput)
    code = forms.CharField(required=False, widget=forms.HiddenInput)
    known = forms.CharField(required=False, widget=forms.HiddenInput)
    label = forms.CharField(label=_("Question"), max_length=80)
    label_en = forms.CharField(label=_("The same in English"), max_length=120, required=False)
    required = forms.BooleanField(label=_("Must be answered"), required=False)
    when = forms.ChoiceField(label=_("When it is asked"), choices=list(WHEN.items()), required=False)

    def __init__(self, raw: Raw, *, prefix: str, bound: bool) -> None:
        super().__init__(_prefixed(raw, prefix) if bound else None, prefix=prefix, initial=raw)
        self.of_kind = raw.get("kind", "")
        self.raw = raw
        if self.of_kind in WITH_LIMITS:
            self._add_numbers()
        if self.of_kind == YES_NO:
            answers = [("", _("none: it is only asked")), ("no", _("no")), ("yes", _("yes"))]
            self.fields["wrong"] = forms.ChoiceField(
                label=_("Which answer somebody must act on"), choices=answers, required=False
            )
        if self.of_kind in WITH_CHOICES:
            self.fields["choices"] = forms.CharField(
                label=_("Answers to choose from, one a line"),
                widget=forms.Textarea(attrs={"rows": 4}),
                help_text=_("With an exclamation mark before it, somebody must act on that answer."),
            )
        if self.of_kind in WITH_LIMITS | WITH_CHOICES | {YES_NO}:
            self.fields["finding"] = forms.CharField(
                label=_("What somebody must do something about, in words"), max_length=120, required=False
            )
            self.fields["finding_en"] = forms.CharField(
                label=_("These words in English"), max_length=160, required=False
            )
            self.fields["days"] = forms.IntegerField(
                label=_("Done within how many days"), min_value=0, max_value=365, initial=1
            )

    def _add_numbers(self) -> None:
        if self.of_kind != TEMPERATURE:
            self.fields["unit"] = forms.CharField(label=_("Unit"), max_length=20, required=False)
        for name, label in (
            ("lowest", _("The least that can be written")),
            ("highest", _("The most that can be written")),
            ("least", _("Somebody must act below")),
            ("most", _("Somebody must act above")),
        ):
            self.fields[name] = _Number(label=label)

    @property
    def kind_name(self) -> Any:
        """The kind in words."""
        return ASK_KINDS.get(self.of_kind, self.of_kind)

    def main(self) -> list[Any]:
        """The fields that are shown at once."""
        names = (
            "label",
            "unit",
            "choices",
            "wrong",
            "lowest",
            "highest",
            "least",
            "most",
            "finding",
            "days",
            "required",
        )
        return [self[name] for name in names if name in self.fields]

    def more(self) -> list[Any]:
        """The fields behind "more"."""
        return [self[name] for name in ("label_en", "finding_en", "when") if name in self.fields]

    def ask(self) -> Ask:
        """The question as far as it can be read."""
        return ask_of_raw(self.raw)

    def mark(self, field: str, code: str) -> None:
        """Say at a field what speaks against the question."""
        self.add_error(field if field in self.fields else "label", SHEET_FAULTS[code])


class _Number(forms.CharField):
    """A number as people write it, or nothing."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(required=False, max_length=20, widget=widget, **kwargs)

    def clean(self, value: Any) -> Any:
        """The text, if it is a number."""
        text = super().clean(value)
        if text and _number(text) is None:
            raise forms.ValidationError(_("Please write a number in digits."))
        return text


def _number(text: str) -> Decimal | None:
    try:
        return number_of(text) if text else None
    except NotAValue:
        return None


def _prefixed(raw: Raw, prefix: str) -> dict[str, str]:
    return {f"{prefix}-{name}": value for name, value in raw.items()}


def ask_of_raw(raw: Raw) -> Ask:
    """A question as the page holds it, read as far as it can be."""
    kind = raw.get("kind", "")
    days = raw.get("days", "")
    return Ask(
        kind=kind,
        label=" ".join(raw.get("label", "").split()),
        label_en=raw.get("label_en", "").strip(),
        code=raw.get("code", ""),
        unit=raw.get("unit", "").strip(),
        required="required" in raw,
        when=raw.get("when", ""),
        wrong={"yes": True, "no": False}.get(raw.get("wrong", "")) if kind == YES_NO else None,
        **{name: _number(raw.get(name, "")) for name in BOUNDS},
        finding=" ".join(raw.get("finding", "").split()),
        finding_en=raw.get("finding_en", "").strip(),
        days=int(days) if days.isascii() and days.isdigit() else 1,
        choices=_choices(raw) if kind in WITH_CHOICES else (),
    )


def _choices(raw: Raw) -> tuple[Choice, ...]:
    """One answer a line; an answer that was there keeps its code and its English."""
    known = {label: (code, english) for code, label, english in _known(raw.get("known", ""))}
    found = []
    for line in raw.get("choices", "").splitlines():
        words = " ".join(line.split())
        label = words.lstrip(MARK + "！").strip()[:80]
        if label:
            code, english = known.get(label, ("", ""))
            found.append(Choice(code, label, english, words[0] in MARK + "！"))
    return tuple(found)


def _known(text: str) -> list[list[str]]:
    """[[code, label, English]…] as the page carries it; nothing where somebody has changed it."""
    try:
        rows = json.loads(text or "[]")
    except ValueError:
        return []
    return [row for row in rows if isinstance(row, list) and len(row) == 3 and all(isinstance(one, str) for one in row)]


def raw_of(ask: Ask) -> Raw:
    """A question as the page holds it."""
    raw = {
        name: getattr(ask, name)
        for name in ("kind", "label", "label_en", "code", "unit", "when", "finding", "finding_en")
    }
    raw |= {name: f"{value.normalize():f}" for name in BOUNDS if (value := getattr(ask, name)) is not None}
    raw["days"] = str(ask.days)
    raw["known"] = json.dumps([[one.code, one.label, one.label_en] for one in ask.choices], ensure_ascii=False)
    raw["choices"] = "\n".join((MARK + " " if one.wrong else "") + one.label for one in ask.choices)
    if ask.wrong is not None:
        raw["wrong"] = "yes" if ask.wrong else "no"
    return raw | ({"required": "on"} if ask.required else {})


def raws_of(data: Mapping[str, str]) -> list[Raw]:
    """The questions that a page has sent, in order."""
    found: dict[int, Raw] = {}
    for name, value in data.items():
        head, _dash, field = name.partition("-")
        if field and head[:1] == "q" and head[1:].isascii() and head[1:].isdigit() and len(head) < 5:
            found.setdefault(int(head[1:]), {})[field] = value
    return [found[number] for number in sorted(found)]


@dataclass(frozen=True)
class Moved:
    """The questions after a button, and which of them it was about (from 0), if any."""

    raws: list[Raw]
    at: int | None = None


def moved(raws: Sequence[Raw], do: str) -> Moved:
    """What a button does: ``add:<kind>``, ``up:<n>``, ``down:<n>``, ``drop:<n>`` (from 0); anything else leaves them as they are."""
    rows = list(raws)
    verb, _colon, what = do.partition(":")
    if verb == "add" and what in KINDS:
        return Moved([*rows, {"kind": what, "required": "on", "days": "1"}], len(rows))
    at = int(what) if what.isascii() and what.isdigit() else len(rows)
    if at >= len(rows):
        return Moved(rows)
    if verb == "drop":
        return Moved(rows[:at] + rows[at + 1 :], min(at, len(rows) - 2) if len(rows) > 1 else None)
    to = at + {"up": -1, "down": 1}.get(verb, 0)
    if to == at or not 0 <= to < len(rows):
        return Moved(rows, at)
    rows.insert(to, rows.pop(at))
    return Moved(rows, to)


def forms_of(raws: Iterable[Raw], *, bound: bool = False) -> list[QuestionForm]:
    """A form for each question; ``bound``: checked."""
    return [QuestionForm(raw, prefix=f"q{n}", bound=bound) for n, raw in enumerate(raws)]
