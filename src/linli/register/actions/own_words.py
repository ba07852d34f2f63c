"""Teach the importer a word, or take one back. Files read before keep how they were read."""

from __future__ import annotations

import re

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.ground.models import Place
from linli.journal.record import record
from linli.kernel.refusal import Refusal
from linli.register import acts, own_words
from linli.register.interpret import words
from linli.register.models import OwnWord


def add_word(
    *, by: User | None, neighbourhood: Place, vocabulary: str, entry: str, word: str, shared: bool = False
) -> OwnWord:
    """From the next file on ``word`` stands for ``entry``. A word that already meant something else changes its meaning.

    ``vocabulary``: headings, states or relations. ``shared``: for every neighbourhood. Refused: ``register.word_empty``,
    ``register.word_number`` (a number is a value, no word), ``register.word_entry``, ``register.word_known``.
    """
    written = " ".join(word.split())[: own_words.LONGEST]
    plain = words.plain(written)[:60]
    if not plain:
        raise Refusal("register.word_empty", gettext_noop("Please write the word as it stands in the file."))
    if re.search(r"\d{5}", plain):
        raise Refusal(
            "register.word_number", gettext_noop("A number is no word. Please write what stands above the column.")
        )
    if entry not in own_words.entries(vocabulary):
        raise Refusal("register.word_entry", gettext_noop("Please choose what the word stands for."))
    if _known(vocabulary, entry, written):
        raise Refusal("register.word_known", gettext_noop("Linli already understands this word so."))
    now, who = timezone.now(), by.pk if by else None
    place = None if shared else neighbourhood
    with transaction.atomic():
        same = OwnWord.objects.filter(neighbourhood=place, vocabulary=vocabulary, plain=plain, removed_at__isnull=True)
        before = same.select_for_update().first()
        if before is not None and before.entry == entry:
            raise Refusal("register.word_known", gettext_noop("Linli already understands this word so."))
        same.update(removed_at=now, removed_by=who)
        row: OwnWord = OwnWord.objects.create(
            neighbourhood=place,
            vocabulary=vocabulary,
            entry=entry,
            word=written,
            plain=plain,
            added_by=who,
            added_at=now,
        )
        record(
            acts.WORD_ADDED,
            by=by,
            subject=("word", row.pk),
            neighbourhood=neighbourhood.pk,
            data={"vocabulary": vocabulary, "entry": entry, "shared": shared},
        )
    return row


def _known(vocabulary: str, entry: str, word: str) -> bool:
    """Whether the built-in words say exactly this already."""
    known = words.plain_vocabulary()
    found = {
        "headings": lambda: known.heading(word) == (entry, 3),
        "states": lambda: known.state_exactly(word) == entry,
        "relations": lambda: known.relation_exactly(word) == entry,
    }
    return found[vocabulary]()


def remove_word(*, by: User | None, word: OwnWord, neighbourhood: int) -> OwnWord:
    """Read files without a word again. Refused: ``register.word_gone`` if somebody else has removed it already."""
    with transaction.atomic():
        rows = OwnWord.objects.filter(pk=word.pk, removed_at__isnull=True)
        if rows.update(removed_at=timezone.now(), removed_by=by.pk if by else None) != 1:
            raise Refusal("register.word_gone", gettext_noop("This word is no longer in use."))
        word.refresh_from_db()
        record(
            acts.WORD_REMOVED,
            by=by,
            subject=("word", word.pk),
            neighbourhood=neighbourhood,
            data={"vocabulary": word.vocabulary, "entry": word.entry, "shared": word.neighbourhood_id is None},
        )
    return word
