"""A clerk corrects a person while an import changes the same: the clerk sees both values, and the rest goes through."""

from __future__ import annotations

from django.urls import reverse

from linli.ground.actions.correct import correct_person, facts_of
from linli.ground.models import Person, Phone
from linli.ground.testing import Cast, client_as
from linli.ground.tests.test_correct import form_of, hidden
from linli.register.models import ImportChange
from linli.register.tests.test_conversation import finish, start
from linli.register.tests.test_interpret import HEAD, book, number, person

ROWS = [(f"7号10{at}", f"某{name}", number(order=701 + 2 * at)) for at, name in enumerate("甲乙丙丁戊", 1)]


def file(*, remark: str = "", phone: str = "19900000001") -> bytes:
    """The office's file; the first person's remark and phone."""
    rows = [HEAD, *[person(door, name, no, phone="19900000099") for door, name, no in ROWS]]
    rows[1] = person(*ROWS[0], remark=remark, phone=phone)
    return book(rows)


def test_an_import_while_a_clerk_types(cast: Cast) -> None:
    with cast.scope():
        finish(cast, start(cast, file(remark="独居")))
        who = Person.objects.get(name="某甲")
        home = facts_and_home(who)
    clerk = client_as(cast.users["secretary"])
    url = reverse("ground:person", args=[home, who.pk])
    form = form_of(clerk, url)
    with cast.scope():
        run = finish(cast, start(cast, file(remark="搬来同住", phone="19900000002"), "next.xlsx"))
        assert run.changes.filter(outcome=ImportChange.Outcome.APPLIED).count() == 2
        phone = Phone.objects.get(person=who)
    key = next(name for name in form if name.startswith("phone_") and name.endswith("_was")).removesuffix("_was")
    answer = clerk.post(url, {**form, "remark": "有女儿照看", key: "19900000003", "nation": "法国"})
    assert answer.status_code == 409
    page = answer.content.decode()
    for text in ("有女儿照看", "搬来同住", "19900000003", phone.masked, "由一次导入"):
        assert text in page
    with cast.scope():
        assert facts_of(Person.objects.get(pk=who.pk))["remark"] == "搬来同住"
        assert Person.objects.get(pk=who.pk).nation == "法国"
    assert clerk.post(url, {**hidden(page), "take_remark": "yours"}).status_code == 302
    with cast.scope():
        assert facts_of(Person.objects.get(pk=who.pk))["remark"] == "有女儿照看"


def test_a_clerk_while_an_import_waits(cast: Cast) -> None:
    with cast.scope():
        finish(cast, start(cast, file(remark="独居")))
        who = Person.objects.get(name="某甲")
        run = start(cast, file(remark="搬来同住"), "next.xlsx")
        correct_person(by=cast.users["clerk"], person=who, was={"remark": "独居"}, to={"remark": "有女儿照看"})
        run = finish(cast, run)
        change = run.changes.get(kind="remark_changed")
        assert change.outcome == ImportChange.Outcome.LOST
        assert facts_of(Person.objects.get(pk=who.pk))["remark"] == "有女儿照看"


def facts_and_home(who: Person) -> int:
    """The home of a person."""
    residence = who.residences.select_related("household").latest("since")
    assert residence.household is not None
    return int(residence.household.dwelling_id)
