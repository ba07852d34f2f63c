"""What the welcome sheet prints of the open case: who looks after the household, under which number, and where the number is from (T13)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.urls import reverse

from linli.ground.models import Body, BodyKind, Mandate
from linli.ground.testing import client_as
from linli.journeys import views_traveller
from linli.journeys.testing import Night
from linli.procedures import aftercare, arrival
from linli.procedures.arrival_case import case_of
from linli.procedures.tests.test_arrival import arrival_of, here  # noqa: F401  fixture

pytestmark = pytest.mark.django_db


def test_the_sheet_prints_the_number_that_is_nearest_and_says_where_it_is_from(here: Night) -> None:  # noqa: F811
    one, clerk, place = here.travellers[0], here.cast.mandates["clerk"], here.cast.neighbourhood
    assert aftercare.of_traveller(one) is None
    arrival_of(here)
    case = case_of(one)
    assert case is not None
    arrival.supervise(by=here.by, household=case.household, mandate=clerk)
    found = aftercare.of_traveller(one)
    assert found is not None
    assert (found.supervisor, found.phone, found.phone_from) == (clerk.holder_name, here.operation.contact, "operation")
    kind = BodyKind.objects.get(code="committee")
    body = Body.objects.create(kind=kind, place=place, name="居委会", phone="021-0000 0107")
    Mandate.objects.filter(pk=clerk.pk).update(of_body=body)
    found = aftercare.of_traveller(one)
    assert found is not None
    assert (found.phone, found.phone_from) == ("021-0000 0107", "body")
    text = client_as(here.cast.users["clerk"]).get(f"/journeys/{one.pk}/welcome/").content.decode()
    assert clerk.holder_name in text
    assert "021-0000 0107" in text
    assert "所在单位的号码" in text


def test_a_case_says_in_words_what_applied_on_the_day_of_arrival(here: Night) -> None:  # noqa: F811
    arrival_of(here)
    case = case_of(here.travellers[0])
    assert case is not None
    client, address = client_as(here.cast.users["clerk"]), reverse("care:case", args=[case.pk])
    for code, words in [("listed-14", "入境前14天内有重点国家旅居史的"), ("of another town", "of another town")]:
        type(case).objects.filter(pk=case.pk).update(scheme=code)
        text = client.get(address).content.decode()
        assert (words in text, "listed-14" in text) == (True, False)


def test_a_journey_leads_to_its_case_for_who_may_read_it(here: Night, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    one, client = here.travellers[0], client_as(here.cast.users["clerk"])
    arrival_of(here)
    case, found = case_of(one), aftercare.of_traveller(one)
    assert case is not None
    assert found is not None
    link = f'href="{reverse("care:case", args=[case.pk])}"'
    assert link in client.get(f"/journeys/{one.pk}/").content.decode()
    monkeypatch.setattr(views_traveller, "aftercare", lambda one: replace(found, right="care.children"))
    assert link not in client.get(f"/journeys/{one.pk}/").content.decode()
