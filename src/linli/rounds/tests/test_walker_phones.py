"""A walker's phone: whose it is, how long, what it hears, and what becomes of it when it is cut off."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from linli.accounts.tests.refused import refused
from linli.ground.models import Mandate
from linli.ground.testing import Cast
from linli.inbox.models import RawUpload
from linli.inbox.phones.codes import Phone
from linli.inbox.phones.signature import from_base64url
from linli.journal.models import Entry
from linli.kernel.ids import uuid7
from linli.rounds.actions.phones import cut_off, enrol, make_code
from linli.rounds.actions.uploads import take_in
from linli.rounds.models import (
    Occurrence,
    Target,
    Visit,
    WalkerPhone,
)  # fmt: skip
from linli.rounds.testing_walk import WalkersPhone, make_walker, open_round, visit


@pytest.fixture
def walker(cast: Cast) -> Mandate:
    return make_walker(cast)


@pytest.fixture
def round_(cast: Cast, walker: Mandate) -> Occurrence:
    return open_round(cast, cast.dwellings[2 : 2 + 4], walker)


@pytest.fixture
def phone(cast: Cast, walker: Mandate) -> WalkersPhone:
    found = WalkersPhone()
    found.enrol(cast.users["secretary"], walker, cast.neighbourhood)
    return found


def targets(occurrence: Occurrence) -> list[Target]:
    return list(occurrence.targets.order_by("sort"))


def test_a_phone_that_was_cut_off_hears_nothing_and_its_upload_waits(
    cast: Cast, round_: Occurrence, phone: WalkersPhone
) -> None:
    cut_off(by=cast.users["secretary"], device=WalkerPhone.objects.get())
    assert phone.get("pack")["error"] == "cut_off"
    assert phone.post("beat", {"queued": 1})["cut_off"] is True
    (result,) = phone.send(visit(round_, targets(round_)[:1]))
    assert (result["status"], result["problem"]) == ("waiting", "cut_off")
    with cast.scope():
        assert not Visit.objects.exists()
        upload = RawUpload.objects.get()
        assert take_in(by=cast.users["secretary"], upload=upload, now=timezone.now())[0].status == "stored"
        assert Visit.objects.count() == 1
        upload.kind = "gates.batch"
        with refused("rounds.not_walked"):
            take_in(by=cast.users["secretary"], upload=upload, now=timezone.now())
        upload.kind, upload.source = "rounds.batch", "walker:nobody"
        with refused("rounds.phone_gone"):
            take_in(by=cast.users["secretary"], upload=upload, now=timezone.now())


def test_a_phone_ends_with_the_office_it_is_bound_to(
    cast: Cast, walker: Mandate, round_: Occurrence, phone: WalkersPhone
) -> None:
    Mandate.objects.filter(pk=walker.pk).update(until=timezone.localdate())
    assert phone.get("pack")["error"] == "shift_over"
    assert phone.post("beat", {})["cut_off"] is True
    assert phone.send(visit(round_, targets(round_)[:1]))[0]["status"] == "stored"  # a fact is never refused


def test_who_makes_a_code_and_what_spends_it(cast: Cast, walker: Mandate) -> None:
    secretary = cast.users["secretary"]
    with refused("rounds.not_a_walker"):
        make_code(by=secretary, mandate=cast.mandates["guard"], neighbourhood=cast.neighbourhood)
    row, code = make_code(by=secretary, mandate=walker, neighbourhood=cast.neighbourhood)
    assert row.shift_end - row.made_at == timedelta(days=31)
    with refused("rounds.key_unreadable"):
        enrol(by=None, code=code, phone=Phone(b"no key"))
    one, two = WalkersPhone(), WalkersPhone()
    enrol(by=None, code=f" {code[:4].lower()}-{code[4:]}", phone=Phone(from_base64url(one.public_key())))
    with refused("rounds.code_spent"):
        enrol(by=None, code=code, phone=Phone(from_base64url(two.public_key())))
    acts = set(Entry.objects.filter(act__startswith="rounds.walker_").values_list("act", flat=True))
    assert acts == {"rounds.walker_code_made", "rounds.walker_enrolled"}


def test_a_phone_dies_no_later_than_its_office(cast: Cast) -> None:
    last = timezone.localdate() + timedelta(days=3)
    mandate = make_walker(cast)
    Mandate.objects.filter(pk=mandate.pk).update(until=last)
    mandate.refresh_from_db()
    row, _code = make_code(by=cast.users["secretary"], mandate=mandate, neighbourhood=cast.neighbourhood)
    assert timezone.localdate(row.shift_end) == last


def test_the_api_answers_strangers_and_nonsense(cast: Cast, phone: WalkersPhone) -> None:
    stranger = WalkersPhone(device=uuid7())
    assert stranger.get("pack")["error"] == "unknown_device"
    assert WalkersPhone(device=phone.device).get("pack")["error"] == "bad_signature"
    assert phone.post("checks", {"checks": []})["keep"] is False
    assert phone.post("checks", {"checks": [{}] * 201})["error"] == "too_many"
    assert phone.client.get("/scan/api/walk/pack").status_code == 401
    assert phone.client.get("/scan/api/walk/enrol").status_code == 405


def test_a_beat_tells_whether_the_targets_have_changed(cast: Cast, walker: Mandate, phone: WalkersPhone) -> None:
    before = phone.post("beat", {"queued": 2, "battery": 0.5})["pack_version"]
    assert phone.post("beat", {"queued": 2})["pack_version"] == before == phone.get("pack")["version"]
    open_round(cast, cast.gates, walker)
    assert phone.post("beat", {})["pack_version"] != before
