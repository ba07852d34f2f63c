"""How ready a neighbourhood is (Q04): the five items with their evidence, and the free field of the “网”. Within a scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from linli import vault
from linli.care import rules
from linli.care.models import Net, Readiness, ReadinessPhoto
from linli.care.sealed import PHOTO_CONTEXT, words_of
from linli.ground.models import Place


@dataclass(frozen=True)
class Item:
    """One of the five: what was said of it last, in words; None as long as nobody said anything."""

    code: str
    row: Readiness | None = None
    evidence: str = ""
    photos: Sequence[ReadinessPhoto] = ()

    @property
    def ok(self) -> bool:
        """Whether it is in place."""
        return self.row is not None and self.row.ok

    @property
    def kind(self) -> str:
        """green, amber, or info as long as nobody looked."""
        return "info" if self.row is None else "green" if self.row.ok else "amber"


@dataclass
class Ready:
    """The five of one neighbourhood."""

    neighbourhood: Place
    items: list[Item] = field(default_factory=list)
    net: Net | None = None
    net_words: str = ""

    @property
    def done(self) -> int:
        """How many are in place."""
        return sum(1 for one in self.items if one.ok)

    @property
    def missing(self) -> list[str]:
        """The codes of what is not."""
        return [one.code for one in self.items if not one.ok]


def of(places: Sequence[Place]) -> list[Ready]:
    """How ready each of some neighbourhoods is, those that lack most first. Three statements at any number of them."""
    ids = [place.pk for place in places]
    latest: dict[tuple[int, str], Readiness] = {}
    for row in Readiness.objects.filter(neighbourhood__in=ids).order_by("happened_at", "id"):
        latest[(row.neighbourhood_id, row.item)] = row
    photos: dict[object, list[ReadinessPhoto]] = {}
    for photo in ReadinessPhoto.objects.filter(readiness__in=[row.pk for row in latest.values()]).defer("sealed"):
        photos.setdefault(photo.readiness_id, []).append(photo)
    nets = {
        row.neighbourhood_id: row for row in Net.objects.filter(neighbourhood__in=ids).order_by("happened_at", "id")
    }
    found = []
    for place in places:
        net = nets.get(place.pk)
        ready = Ready(place, net=net, net_words=words_of(net.words) or "" if net is not None else "")
        for code in rules.FIVE:
            said = latest.get((place.pk, code))
            evidence = words_of(said.evidence) or "" if said is not None else ""
            ready.items.append(Item(code, said, evidence, photos.get(said.pk, ()) if said is not None else ()))
        found.append(ready)
    return sorted(found, key=lambda one: one.done)


def picture_of(photo: ReadinessPhoto) -> bytes:
    """The JPEG."""
    return vault.unseal(bytes(photo.sealed), context=PHOTO_CONTEXT)
