"""Hand-over notes, unsealed for who may read them. Within a scope."""

from __future__ import annotations

from dataclasses import dataclass

from linli import vault
from linli.duties.actions.attendance import CONTEXT
from linli.duties.models import HandoverNote, Shift


@dataclass(frozen=True)
class Said:
    """A note with its words; None when they were erased."""

    note: HandoverNote
    text: str | None


def notes_of(shift: Shift) -> list[Said]:
    """What a shift handed over, in order."""
    return [Said(note, text_of(note)) for note in shift.notes.all()]


def for_shift(shift: Shift) -> list[Said]:
    """What the shift before tells this one: the notes of the last shift of the post that began before it."""
    before = Shift.objects.filter(post=shift.post_id, starts_at__lt=shift.starts_at, cancelled_at__isnull=True)
    last = before.order_by("-starts_at").first()
    return notes_of(last) if last is not None else []


def text_of(note: HandoverNote) -> str | None:
    """The words of a note; None when they went with their operation or their time was over."""
    if note.sealed is None:
        return None
    try:
        return vault.unseal_text(bytes(note.sealed), context=CONTEXT)
    except vault.KeyMissing:
        return None
