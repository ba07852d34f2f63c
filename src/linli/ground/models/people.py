"""Persons, their search keys, their sealed documents and phones."""

from __future__ import annotations

from django.db import models

from linli.ground.scope import Personal
from linli.kernel.ids import uuid7


def masked(name: str) -> str:
    """张*: the first character and a star for each that follows, at most two."""
    return name[:1] + "*" * min(max(len(name) - 1, 1), 2)


class Person(Personal):
    """A human being known to one neighbourhood. The same name is never the same person."""

    class Sex(models.TextChoices):
        """As the document or the office says; empty when unknown."""

        UNKNOWN = "", "-"
        MALE = "m", "男"
        FEMALE = "f", "女"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=80, help_text="as written, rare characters kept")
    sex = models.CharField(max_length=1, choices=Sex.choices, blank=True, default="")
    born = models.DateField(null=True, blank=True)
    born_about = models.BooleanField(default=False)
    nation = models.CharField(max_length=30, blank=True, help_text="as the register says; never a ground for anything")
    sort_name = models.CharField(max_length=120, blank=True, help_text="pinyin: PostgreSQL has no Chinese collation")
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta(Personal.Meta):
        indexes = [models.Index(fields=["neighbourhood", "sort_name"], name="person_sort")]

    def __str__(self) -> str:
        return self.name

    @property
    def masked_name(self) -> str:
        """张*: see :func:`masked`."""
        return masked(self.name)


class PersonKey(Personal):
    """A search key of a person: the name itself, pinyin in full and initials, of every reading. Looked up by prefix range."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="keys")
    key = models.CharField(max_length=120)

    class Meta(Personal.Meta):
        indexes = [
            # PostgreSQL: prefixes by pattern, in any collation (ground.prefixes); SQLite takes no note of it
            models.Index(
                fields=["neighbourhood", "key"], name="person_key_prefix", opclasses=["int8_ops", "varchar_pattern_ops"]
            )
        ]
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="person_key_once")]

    def __str__(self) -> str:
        return self.key


class Document(Personal):
    """An identity document. The number is sealed; equality is found by keyed indexes of the whole and of the last four."""

    class Kind(models.TextChoices):
        """Closed list (RULES.md B12)."""

        ID = "id", "居民身份证"
        PASSPORT = "passport", "护照"
        HK_MACAO = "hk_macao", "港澳居民来往内地通行证"
        TAIWAN = "taiwan", "台湾居民来往大陆通行证"
        RESIDENCE = "residence", "外国人永久居留身份证"
        OTHER = "other", "其他证件"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="documents")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    sealed = models.BinaryField()
    masked = models.CharField(max_length=24, help_text="what every page shows: 3101**********1234")
    whole_index = models.BinaryField(max_length=16)
    tail_index = models.BinaryField(max_length=16)
    checked = models.BooleanField(default=False, help_text="the check digit and the date are right")
    since = models.DateField()

    class Meta(Personal.Meta):
        indexes = [
            models.Index(fields=["neighbourhood", "whole_index"], name="document_whole"),
            models.Index(fields=["neighbourhood", "tail_index"], name="document_tail"),
        ]

    def __str__(self) -> str:
        return self.masked


class Phone(Personal):
    """A phone number of a person, sealed. One agent's phone may stand with many persons; it never joins them."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="phones")
    sealed = models.BinaryField()
    masked = models.CharField(max_length=24)
    whole_index = models.BinaryField(max_length=16)
    tail_index = models.BinaryField(max_length=16)
    note = models.CharField(max_length=40, blank=True, help_text="whose it is, when not one's own: 女儿")
    since = models.DateField()

    class Meta(Personal.Meta):
        indexes = [
            models.Index(fields=["neighbourhood", "whole_index"], name="phone_whole"),
            models.Index(fields=["neighbourhood", "tail_index"], name="phone_tail"),
        ]

    def __str__(self) -> str:
        return self.masked
