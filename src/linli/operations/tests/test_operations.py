"""Operations: no ground, no recording; an end within 30 days; what is over is erased and certified."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from linli import vault
from linli.ground.testing import Cast, cast, client_as, make_cast
from linli.journal.models import Entry
from linli.journal.record import detail_of, record
from linli.kernel.refusal import Refusal
from linli.operations import actions, acts, retention, rulesets
from linli.operations.actions import Order
from linli.operations.models import Certificate, Operation
from linli.operations.queries import active_operation, as_of, ruleset_for, strips
from linli.operations.words import COUNTS

__all__ = ["cast"]

ORDER = Order(
    name="春季回家",
    purpose="核验进出小区的人员",
    ground="emergency",
    ground_text="传染病防治法第四十二条",
    authority="某街道办事处",
    contact="居委会办公室",
    ruleset="shanghai-2020-02-10",
)


def opened(cast: Cast, days: int = 14, **changes: Any) -> Operation:
    order = Order(**{**ORDER.__dict__, **changes})
    return actions.open_operation(
        by=cast.users["secretary"],
        neighbourhood=cast.neighbourhood,
        order=order,
        ends_at=timezone.now() + timedelta(days=days),
    )


def test_without_an_operation_the_quiet_rules_hold(cast: Cast) -> None:
    rules = ruleset_for(active_operation(cast.neighbourhood))
    assert (rules["measures"], rules["records"], rules["replay"]) == (False, False, False)


@pytest.mark.parametrize("missing", ["name", "purpose", "ground", "ground_text", "authority", "contact"])
def test_every_word_of_the_order_is_needed(cast: Cast, missing: str) -> None:
    with pytest.raises(Refusal) as refusal:
        opened(cast, **{missing: " "})
    assert refusal.value.code == "operations.incomplete"
    assert missing in str(refusal.value)


@pytest.mark.parametrize(("days", "code"), [(31, "operations.end_too_far"), (0, "operations.end_past")])
def test_the_end_lies_within_thirty_days(cast: Cast, days: int, code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        opened(cast, days)
    assert refusal.value.code == code


def test_only_one_operation_at_a_time(cast: Cast) -> None:
    opened(cast)
    with pytest.raises(Refusal) as refusal:
        opened(cast)
    assert refusal.value.code == "operations.already_open"


def test_an_unknown_ground_and_rule_set_are_refused(cast: Cast) -> None:
    for changes, code in (
        ({"ground": "because"}, "operations.ground_unknown"),
        ({"ruleset": "x"}, "operations.ruleset_unknown"),
    ):
        with pytest.raises(Refusal) as refusal:
            opened(cast, **changes)
        assert refusal.value.code == code


def test_an_operation_ends_by_its_date_and_may_be_renewed_before(cast: Cast) -> None:
    operation = opened(cast, 14)
    with time_machine.travel(timezone.now() + timedelta(days=10), tick=False):
        row = actions.renew(
            by=cast.users["secretary"],
            operation=operation,
            ends_at=timezone.now() + timedelta(days=20),
            reason="街道通知延长",
        )
        assert row.by_name == cast.users["secretary"].display_name
    with time_machine.travel(timezone.now() + timedelta(days=20), tick=False):
        assert active_operation(cast.neighbourhood) == operation
    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        assert active_operation(cast.neighbourhood) is None
        with pytest.raises(Refusal) as refusal:
            actions.renew(
                by=cast.users["secretary"], operation=operation, ends_at=timezone.now() + timedelta(days=3), reason="x"
            )
        assert refusal.value.code == "operations.over"


def test_a_renewal_needs_a_reason(cast: Cast) -> None:
    with pytest.raises(Refusal) as refusal:
        actions.renew(
            by=cast.users["secretary"], operation=opened(cast), ends_at=timezone.now() + timedelta(days=3), reason=" "
        )
    assert refusal.value.code == "operations.reason_missing"


def test_switching_rules_keeps_the_earlier_ones_for_earlier_moments(cast: Cast) -> None:
    operation = opened(cast)
    later = timezone.now() + timedelta(hours=1)
    before = timezone.now()
    with time_machine.travel(later, tick=False):
        actions.switch_rules(by=cast.users["secretary"], operation=operation, ruleset="shanghai-2020-03-24")
    operation = Operation.objects.get(pk=operation.pk)
    assert ruleset_for(operation, before)["code"] == "shanghai-2020-02-10"
    assert ruleset_for(operation, later)["code"] == "shanghai-2020-03-24"


def test_a_switch_can_be_ordered_for_a_day_to_come(cast: Cast) -> None:
    operation = opened(cast)
    now = timezone.now()
    instant = now + timedelta(days=2)
    actions.switch_rules(by=None, operation=operation, ruleset="shanghai-2020-03-24", since=instant)
    again = Operation.objects.get(pk=operation.pk)
    assert ruleset_for(again, instant - timedelta(seconds=1))["code"] == "shanghai-2020-02-10"
    assert ruleset_for(again, instant)["code"] == "shanghai-2020-03-24"
    actions.switch_rules(by=None, operation=again, ruleset="shanghai-2020-02-10", since=instant)
    assert ruleset_for(Operation.objects.get(pk=operation.pk), instant)["code"] == "shanghai-2020-02-10"
    for since, code in (
        (now - timedelta(hours=1), "operations.since_past"),
        (operation.ends_at, "operations.since_late"),
    ):
        with pytest.raises(Refusal) as refusal:
            actions.switch_rules(by=None, operation=again, ruleset="shanghai-2020-03-24", since=since)
        assert refusal.value.code == code


def test_the_page_orders_a_switch_for_a_day(cast: Cast) -> None:
    operation = opened(cast)
    client, day = client_as(cast.users["secretary"]), timezone.localdate() + timedelta(days=1)
    verb = {"verb": "rules", "ruleset": "shanghai-2020-03-24", "from_on": day.isoformat()}
    page = client.post(f"/operations/{operation.pk}/", verb, follow=True).content.decode()
    assert "从那天零点起生效" in page or "from the beginning of that day" in page
    row = operation.rules.order_by("since").last()
    assert row is not None
    assert timezone.localtime(row.since).strftime("%Y-%m-%d %H:%M") == f"{day} 00:00"


def test_replay_and_real_rules_do_not_mix(cast: Cast) -> None:
    with pytest.raises(Refusal) as refusal:
        actions.switch_rules(by=cast.users["secretary"], operation=opened(cast), ruleset="entry-log")
    assert refusal.value.code == "operations.replay_mixed"


def test_a_replay_says_so_on_every_page(cast: Cast) -> None:
    assert strips(cast.neighbourhood) == []
    opened(cast)
    assert strips(cast.neighbourhood)[0]["kind"] == "replay"


def test_purge_destroys_the_key_of_what_is_over_and_certifies_it_once(cast: Cast) -> None:
    operation = opened(cast)
    entry = record(
        acts.OPENED, by=None, subject=("operation", operation.pk), detail="某人的话", detail_key=operation.key_name
    )
    assert detail_of(entry.pk) == "某人的话"
    assert actions.purge(by=None, neighbourhood=cast.neighbourhood).counts["operation_keys"] == 0
    with time_machine.travel(timezone.now() + timedelta(days=15), tick=False):
        assert actions.due(cast.neighbourhood)["operation_keys"] == 1
        certificate = actions.purge(by=None, neighbourhood=cast.neighbourhood)
        assert certificate.counts["operation_keys"] == 1
        assert certificate.key_destroyed
        assert actions.purge(by=None, neighbourhood=cast.neighbourhood).counts["operation_keys"] == 0
    assert detail_of(entry.pk) is None
    assert operation.key_name not in vault.keyring().names()
    assert Entry.objects.filter(act=acts.PURGED).count() == 3


def test_hooks_are_asked_and_counted(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "_hooks", {})
    retention.register("test", lambda now: {"rows": 2}, lambda now: {"rows": 2})
    assert actions.due(cast.neighbourhood) == {"rows": 2}
    assert actions.purge(by=None, neighbourhood=cast.neighbourhood).counts == {"rows": 2, "operation_keys": 0}


def test_every_shipped_rule_set_is_cited_and_dated() -> None:
    for rules in rulesets.choices():
        assert rules["cites"], rules["code"]
        assert rules["title"]["zh"]
        assert rules["title"]["en"]
        assert rules["replay"] == (rules["since"] < "2023"), "the law of 2020-22 is for replay only"
    assert [r["code"] for r in rulesets.choices(replay=False)] == ["entry-log", "quiet"]


def test_the_pages_from_opening_to_the_certificate(cast: Cast) -> None:
    client = client_as(cast.users["secretary"])
    assert client.get("/operations/").status_code == 200
    form = {k: v for k, v in ORDER.__dict__.items() if isinstance(v, str)}
    far = client.post("/operations/new/", form | {"ends_on": (timezone.localdate() + timedelta(days=60)).isoformat()})
    assert far.status_code == 422
    assert ORDER.purpose in far.content.decode(), "what was typed is kept"
    last = (timezone.localdate() + timedelta(days=30)).isoformat()
    assert client.post("/operations/new/", form | {"ends_on": last}).status_code == 302
    operation = Operation.objects.get()
    assert operation.ends_at <= timezone.now() + actions.LONGEST
    page = f"/operations/{operation.pk}/"
    assert ORDER.purpose in client.get(page).content.decode()
    notice = client.get(page + "notice/").content.decode()
    for words in (ORDER.purpose, ORDER.ground_text, ORDER.authority, ORDER.contact, "14", "Your rights"):
        assert words in notice
    assert (
        client.post(page, {"verb": "renew", "ends_on": timezone.localdate().isoformat(), "reason": ""}).status_code
        == 200
    )
    client.post(page, {"verb": "rules", "ruleset": "shanghai-2020-03-24"})
    assert operation.rules.count() == 2
    client.post(page, {"verb": "end"})
    certificate = Certificate.objects.get()
    assert str(certificate.pk) in client.get(f"/operations/certificates/{certificate.pk}/").content.decode()


def test_a_stranger_and_a_guard_see_nothing(cast: Cast) -> None:
    operation = opened(cast)
    for url in (
        "/operations/",
        "/operations/new/",
        f"/operations/{operation.pk}/",
        f"/operations/{operation.pk}/notice/",
    ):
        assert client_as(cast.users["stranger"]).get(url).status_code == 404
        assert client_as(cast.users["guard"]).get(url).status_code == 403
    other = make_cast("别处居民区", "other-")
    assert client_as(other.users["secretary"]).get(f"/operations/{operation.pk}/").status_code == 404


def test_each_neighbourhood_has_its_own_certificate_and_sees_no_other(cast: Cast) -> None:
    other = make_cast("别处居民区", "other-")
    opened(cast)
    opened(other, name="别处的行动")
    with time_machine.travel(timezone.now() + timedelta(days=15), tick=False):
        rows = actions.purge_everything(by=None)
        assert actions.purge_everything(by=None) == []
    assert {(r.neighbourhood, r.operation.name if r.operation else "") for r in rows} == {
        (cast.neighbourhood, "春季回家"),
        (other.neighbourhood, "别处的行动"),
    }
    theirs = next(r for r in rows if r.neighbourhood == other.neighbourhood)
    client = client_as(cast.users["secretary"])
    assert client.get(f"/operations/certificates/{theirs.pk}/").status_code == 404
    assert str(theirs.pk) not in client.get("/operations/").content.decode()


def test_the_command_purges_and_counts(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    opened(cast)
    call_command("purge", "--dry-run")
    assert "nothing was erased" in capsys.readouterr().out
    call_command("purge", "--json")
    [line] = json.loads(capsys.readouterr().out)
    assert line["counts"]["operation_keys"] == 0
    assert Certificate.objects.get(pk=line["certificate"]).neighbourhood == cast.neighbourhood


def test_an_operation_holds_at_the_gates_it_names(cast: Cast) -> None:
    client = client_as(cast.users["secretary"])
    form = {k: v for k, v in ORDER.__dict__.items() if isinstance(v, str)}
    form |= {"ends_on": (timezone.localdate() + timedelta(days=5)).isoformat(), "gates": [str(cast.gates[0].pk)]}
    assert client.post("/operations/new/", form).status_code == 302
    operation = Operation.objects.get()
    east, west = cast.gates
    assert active_operation(cast.neighbourhood, gate=east) == operation
    assert active_operation(cast.neighbourhood, gate=west) is None
    assert active_operation(cast.neighbourhood) == operation
    for page in ("", "notice/"):
        text = client.get(f"/operations/{operation.pk}/{page}").content.decode()
        assert "东门" in text
        assert "西门" not in text


def test_a_gate_of_another_neighbourhood_is_refused(cast: Cast) -> None:
    other = make_cast("别处居民区", "other-")
    with pytest.raises(Refusal) as refusal:
        opened(cast, gates=(other.gates[0],))
    assert refusal.value.code == "operations.gate_elsewhere"


@pytest.mark.parametrize(
    ("ruleset", "last"), [("shanghai-2020-02-10", date(2020, 3, 23)), ("shanghai-2020-03-24", date(2020, 3, 24))]
)
def test_a_replay_with_moved_dates_is_read_as_of_its_own_time(cast: Cast, ruleset: str, last: date) -> None:
    moved = opened(cast, ruleset=ruleset)
    assert as_of(moved, timezone.localdate()) == last, "never by what came years later"
    assert as_of(moved, date(2020, 3, 13)) == date(2020, 3, 13)


def test_a_replay_at_its_own_dates_is_read_by_its_days_and_rules_that_measure_nothing_by_none(cast: Cast) -> None:
    with time_machine.travel("2020-03-13 20:00+08:00"):
        story = opened(cast)
    assert as_of(story, date(2020, 3, 13)) == date(2020, 3, 13)
    assert as_of(story, date(2020, 4, 2)) == date(2020, 4, 2)
    real = opened(cast, ruleset="entry-log")
    assert as_of(real, timezone.localdate()) is None, "nobody may measure by it: no scheme of other years applies"


def test_everything_that_a_purge_counts_has_its_words(cast: Cast) -> None:
    with cast.scope():
        counted = {name for hook in retention.hooks() for name in hook.due(timezone.now())}
    written = {"round_people", "visit_values", "visit_notes", "visit_photos", "finding_notes", "finding_closings"}
    assert not {name for name in counted | written if name not in COUNTS}, "a certificate is read by people"
