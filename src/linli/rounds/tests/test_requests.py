"""Who has not answered: R14, and the ways of the frozen denominator."""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from linli.accounts.models import User
from linli.accounts.tests.refused import refused
from linli.ground.actions.bodies import BodyFacts, add_body, end_body, remove_body
from linli.ground.actions.members import add_member
from linli.ground.bodies import visible
from linli.ground.models import Body, BodyKind, Mandate, Place
from linli.ground.testing import PASSWORD, Cast, client_as
from linli.ground.tests.test_bodies import as_csv, sheet, subdistrict, take
from linli.kernel.ids import uuid7
from linli.rounds import queries
from linli.rounds.actions.answers import BadValues, Said, answer, remind
from linli.rounds.actions.requests import Asked, Request, add_target, open_request, withdraw_request
from linli.rounds.models import Answer, Occurrence, Question, Target

pytestmark = pytest.mark.django_db
__all__ = ["subdistrict"]
FIELDS = [Asked("number", "在岗人数", "人"), Asked("yes_no", "够用"), Asked("text", "说明", required=False)]


def due(hours: int = 24) -> Any:
    return timezone.now() + timedelta(hours=hours)


def ask(place: Place, bodies: list[Body] | None = None, hours: int = 24) -> Occurrence:
    chosen = bodies if bodies is not None else visible([place])
    return open_request(by=None, place=place, request=Request("日报", due(hours), FIELDS), bodies=chosen)


def say(target: Target, number: str = "3", **how: Any) -> Answer:
    fields = list(Question.objects.filter(sheet=target.occurrence.sheet).order_by("position"))
    values = {fields[0].pk: number, fields[1].pk: "yes", fields[2].pk: ""}
    return answer(by=None, target=target, values=values, said=Said(**how))


@pytest.fixture
def units(subdistrict: Place) -> list[Body]:
    """13 + 112 + 9 = 134 bodies."""
    take(subdistrict, as_csv(sheet()))
    return visible([subdistrict])


@pytest.fixture
def speaker(units: list[Body]) -> User:
    """An account that speaks for the first neighbourhood and holds no office."""
    user = User.objects.create_user("speaker", PASSWORD, display_name="何甲")
    add_member(by=None, body=units[0], capacity="contact", user=user)
    return user


def test_134_are_asked_and_19_are_named(units: list[Body], subdistrict: Place, cast: Cast) -> None:
    """R14: a report is asked of all 134 and shows who is missing, by kind and by name, with whom to call."""
    one = ask(subdistrict)
    assert one.frozen == 134
    silent = {*(b.pk for b in units[:2]), *(b.pk for b in units[20:36]), units[-1].pk}
    for target in Target.objects.filter(occurrence=one):
        if target.body_id not in silent:
            say(target)
    lines, fields = queries.lines(one, timezone.now()), queries.questions(one)
    assert {line.target.body_id for line in lines if not line.answered} == silent
    table = queries.sums(lines, fields)
    assert [(r.asked, r.answered) for r in table] == [(13, 11), (112, 96), (9, 8), (134, 115)]
    assert table[-1].sums == [Decimal(345), Decimal(115), None]
    assert sum(r.sums[0] or 0 for r in table[:-1]) == 345
    client = client_as(cast.users["officer"])
    page = client.get(f"/rounds/requests/{one.pk}/").content.decode()
    assert "115" in page
    assert "/ 134" in page
    for body in units:
        assert (f">{body.name}</a>" in page) is (body.pk in silent)
    assert f"何{units[0].name[0]} 书记" in page
    assert units[0].phone in page
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/rounds/requests/{one.pk}/?as=xlsx").content))
    assert book.active is not None
    assert book.active.max_row == 3 + 19
    assert client.get(f"/rounds/requests/{one.pk}/?as=print").content.decode().count("<tr") == 1 + 19
    board = client.get("/rounds/").content.decode()
    assert "115 / 134" in board


def test_opening_takes_the_same_statements_at_any_number(units: list[Body], subdistrict: Place, cast: Cast) -> None:
    with CaptureQueriesContext(connection) as few:
        one = ask(subdistrict, units[:3])
    with CaptureQueriesContext(connection) as many:
        whole = ask(subdistrict, units)
    assert len(few) == len(many)
    client = client_as(cast.users["officer"])
    client.get(f"/rounds/requests/{one.pk}/")
    with CaptureQueriesContext(connection) as small:
        client.get(f"/rounds/requests/{one.pk}/")
    with CaptureQueriesContext(connection) as large:
        client.get(f"/rounds/requests/{whole.pk}/")
    assert len(small) == len(large)


def test_the_denominator_never_changes_in_silence(units: list[Body], subdistrict: Place) -> None:
    one = ask(subdistrict, units[:10])
    late = add_target(by=None, occurrence=one, body=units[20], reason="新成立")
    assert add_target(by=None, occurrence=one, body=units[20], reason="又一次").pk == late.pk
    with refused("rounds.reason_missing"):
        add_target(by=None, occurrence=one, body=units[21], reason=" ")
    one.refresh_from_db()
    assert one.frozen == 10
    assert late.joined_at is not None
    empty = add_body(by=None, facts=BodyFacts("短命社", BodyKind.objects.get(code="ngo"), subdistrict))
    add_target(by=None, occurrence=one, body=empty, reason="试点")
    end_body(by=None, body=empty)
    assert len(queries.lines(one, timezone.now())) == 12
    with refused("bodies.named"):
        remove_body(by=None, body=empty)
    with refused("bodies.ended"):
        ask(subdistrict, [Body.objects.get(pk=empty.pk)])


def test_what_cannot_be_asked(units: list[Body], subdistrict: Place) -> None:
    for code, request, bodies in (
        ("rounds.title_missing", Request(" ", due(), FIELDS), units),
        ("rounds.no_question", Request("日报", due(), []), units),
        ("rounds.no_target", Request("日报", due(), FIELDS), []),
        ("rounds.due_past", Request("日报", due(-1), FIELDS), units),
        ("rounds.many_targets", Request("日报", due(), FIELDS), [Body(pk=n) for n in range(1, 5002)]),
    ):
        with refused(code):
            open_request(by=None, place=subdistrict, request=request, bodies=bodies)
    assert not Occurrence.objects.exists()


def test_corrections_keep_both_and_a_resend_is_one(units: list[Body], subdistrict: Place) -> None:
    target = Target.objects.get(occurrence=ask(subdistrict, units[:1]))
    key = uuid7()
    first = say(target, "3", id=key)
    assert say(target, "3", id=key).pk == first.pk
    with refused("rounds.correction_reason"):
        say(target, "5", seen=1)
    with refused("rounds.overtaken"):
        say(target, "9")
    say(target, "5", seen=1, why="少报两人")
    (line,) = queries.lines(target.occurrence, timezone.now())
    assert [a.version for a in line.answers] == [1, 2]
    assert sorted(v.number for v in line.values.values() if v.number) == [Decimal(5)]
    with pytest.raises(BadValues) as wrong:
        say(target, "五", seen=2, why="x")
    assert wrong.value.code == "rounds.values"
    assert list(wrong.value.fields.values()) == ["number"]
    with pytest.raises(BadValues) as wrong:
        say(target, "", seen=2, why="x")
    assert list(wrong.value.fields.values()) == ["required"]
    with refused("rounds.said_by_missing"):
        say(target, "3", seen=2, why="x", entered_for=True)
    assert Answer.objects.count() == 2


def test_late_answers_are_taken_and_shown_late(units: list[Body], subdistrict: Place) -> None:
    one = ask(subdistrict, units[:3])
    Occurrence.objects.filter(pk=one.pk).update(
        opens_at=timezone.now() - timedelta(hours=9), due_at=timezone.now() - timedelta(hours=1)
    )
    one.refresh_from_db()
    early, late, silent = Target.objects.filter(occurrence=one).select_related("occurrence").order_by("name")
    say(early, happened_at=timezone.now() - timedelta(hours=2))
    say(late)
    states = {line.target.pk: line.state for line in queries.lines(one, timezone.now())}
    assert states == {early.pk: "answered", late.pk: "late", silent.pk: "missing"}


def test_a_withdrawn_request_asks_nobody(units: list[Body], subdistrict: Place, speaker: User) -> None:
    one = ask(subdistrict, units[:2])
    with refused("rounds.why_missing"):
        withdraw_request(by=None, occurrence=one, reason="")
    withdraw_request(by=None, occurrence=one, reason="重复")
    with refused("rounds.withdrawn"):
        withdraw_request(by=None, occurrence=one, reason="重复")
    with refused("rounds.withdrawn"):
        say(Target.objects.filter(occurrence=one).select_related("occurrence")[0])
    assert "日报" not in client_as(speaker).get("/rounds/asked/").content.decode()


def test_a_body_answers_for_itself_and_sees_no_other(units: list[Body], subdistrict: Place, speaker: User) -> None:
    one = ask(subdistrict)
    own = Target.objects.get(occurrence=one, body=units[0])
    other = Target.objects.get(occurrence=one, body=units[1])
    client = client_as(speaker)
    assert client.get("/").url == "/rounds/asked/"
    page = client.get("/rounds/asked/").content.decode()
    assert units[0].name in page
    assert units[1].name not in page
    data = {"key": str(uuid7()), "seen": "0", "q1": "7", "q2": "yes", "q3": ""}
    assert client.post(f"/rounds/asked/{own.pk}/", {**data, "q1": "七"}).status_code == 200
    assert client.post(f"/rounds/asked/{own.pk}/", data).url == "/rounds/asked/"
    assert client.post(f"/rounds/asked/{own.pk}/", data).url == "/rounds/asked/"
    assert own.answers.get().by_user == speaker.pk
    assert "7" in client.get(f"/rounds/asked/{own.pk}/").content.decode()
    for path in (
        f"/rounds/asked/{other.pk}/",
        f"/rounds/targets/{own.pk}/",
        f"/rounds/requests/{one.pk}/",
        "/rounds/",
        "/bodies/",
    ):
        assert client.get(path).status_code == 404, path
    assert client.post(f"/rounds/asked/{other.pk}/", data).status_code == 404
    Mandate.objects.filter(user=speaker).update(until=timezone.localdate())
    assert client.get(f"/rounds/asked/{own.pk}/").status_code == 404


def test_a_neighbourhoods_office_does_not_see_the_subdistricts_request(
    units: list[Body], subdistrict: Place, cast: Cast
) -> None:
    one = ask(subdistrict)
    target = Target.objects.filter(occurrence=one)[0]
    for name, status in (("officer", 200), ("secretary", 404), ("clerk", 404), ("guard", 403), ("stranger", 404)):
        client = client_as(cast.users[name])
        assert client.get(f"/rounds/requests/{one.pk}/").status_code == status, name
        assert client.get(f"/rounds/targets/{target.pk}/").status_code == status, name
        assert client.get("/rounds/asked/").status_code == 404, name


def test_from_asking_to_the_last_answer_through_the_pages(units: list[Body], subdistrict: Place, cast: Cast) -> None:
    client = client_as(cast.users["officer"])
    assert client.get("/rounds/requests/new/").status_code == 200
    chosen = client.get("/rounds/requests/new/?who=1&kind=office").context
    assert chosen["count"] == 9
    top = next(b for b in units if b.name == "甲园居民区")
    assert client.get(f"/rounds/requests/new/?who=1&under={top.pk}").context["count"] == 10
    data = {
        "title": "口罩库存", "text": "", "due_at": timezone.localtime(due()).strftime("%Y-%m-%dT%H:%M"),
        "label_1": "口罩", "field_1": "number", "unit_1": "只", "body": [units[0].pk, units[-1].pk],
    }  # fmt: skip
    assert client.post("/rounds/requests/new/", {**data, "title": ""}).status_code == 200
    assert client.post("/rounds/requests/new/", {**data, "body": []}).status_code == 200
    made = client.post("/rounds/requests/new/", data)
    one = Occurrence.objects.get()
    assert made.url == f"/rounds/requests/{one.pk}/"
    first, second = Target.objects.filter(occurrence=one).order_by("pk")
    client.post(f"/rounds/targets/{first.pk}/remind/", {"outcome": "told", "note": "下午报"})
    assert "下午报" in client.get(f"/rounds/targets/{first.pk}/").content.decode()
    for target in (first, second):
        body = {"key": str(uuid7()), "seen": "0", "q1": "1,200", "said_by": "值班员"}
        assert client.post(f"/rounds/targets/{target.pk}/", body).url == made.url
    page = client.get(made.url).content.decode()
    assert "2,400" in page
    assert "电话" in client.get(made.url + "?show=answered").content.decode()
    body = {"key": str(uuid7()), "seen": "1", "q1": "1000", "said_by": "值班员", "why": "点错了"}
    client.post(f"/rounds/targets/{first.pk}/", body)
    page = client.get(f"/rounds/targets/{first.pk}/").content.decode()
    assert "1,200" in page
    assert "点错了" in page
    client.post(f"/rounds/requests/{one.pk}/joins/", {"body": units[5].pk, "reason": "漏了"})
    assert Target.objects.filter(occurrence=one).count() == 3
    client.post(f"/rounds/requests/{one.pk}/withdraw/", {"reason": "够了"})
    assert Occurrence.objects.get().withdrawn_why == "够了"


def test_a_reminder_needs_an_outcome(units: list[Body], subdistrict: Place) -> None:
    target = Target.objects.filter(occurrence=ask(subdistrict, units[:1])).select_related("occurrence__place")[0]
    with refused("rounds.outcome_unknown"):
        remind(by=None, target=target, outcome="shouted")
    assert remind(by=None, target=target, outcome="no_answer").outcome == "no_answer"


def test_today_names_who_has_not_answered(units: list[Body], subdistrict: Place, cast: Cast) -> None:
    ask(subdistrict, units[:3], hours=2)
    add_member(by=None, body=units[0], capacity="head", user=cast.users["secretary"])
    with translation.override("zh-hans"):
        assert "日报" in client_as(cast.users["officer"]).get("/").content.decode()
        page = client_as(cast.users["secretary"]).get("/").content.decode()
    assert "/rounds/asked/" in page


def test_long_and_strange_words_fit_their_columns(units: list[Body], subdistrict: Place, cast: Cast) -> None:
    one = ask(subdistrict, units[:2])
    client = client_as(cast.users["officer"])
    client.post(f"/rounds/requests/{one.pk}/joins/", {"body": units[5].pk, "reason": "漏\0了" + "很" * 400})
    assert len(Target.objects.get(body=units[5]).reason) == 120
    assert client.post(f"/rounds/requests/{one.pk}/joins/", {"body": "9" * 5000, "reason": "x"}).status_code == 404
    assert client.get(f"/rounds/requests/new/?who=1&under={'9' * 5000}").status_code == 200
    client.post(f"/rounds/requests/{one.pk}/withdraw/", {"reason": "\0" + "够" * 400})
    assert Occurrence.objects.get().withdrawn_why == "够" * 200
