"""The pages of let flats; what a company sees and what not."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from linli.ground.testing import Cast, client_as, make_cast
from linli.tenancies.models import ContactAttempt, Difference, Tenancy, TenantList
from linli.tenancies.tests.conftest import book, rows, take

pytestmark = pytest.mark.django_db
CHANGED = ["泉口花苑", "7号", "101", "租客贾", 19900000999, "2019-09-01", "2020-08-31", "在沪"]


def upload(client: Any, body: list[list[Any]]) -> Any:
    """Hand a list in through the page."""
    return client.post(reverse("tenancies:uploads"), {"file": SimpleUploadedFile("租客.xlsx", book(body))})


def test_a_company_sees_its_own_list_and_nothing_of_the_register(let: Cast) -> None:
    company = client_as(let.users["property"], second_factor=False)
    answer = upload(company, [CHANGED, ["泉口花苑", "7号", "102", "租客乙", None, None, None, ""]])
    assert answer.status_code == 302
    pages = [company.get(url).content.decode() for url in (answer["Location"], reverse("tenancies:uploads"), "/")]
    assert "租客贾" in pages[0]
    assert "D3" in pages[0]
    for page in pages:
        for secret in ("租客甲", "租客丙", "199****0101", "林知夏"):
            assert secret not in page
    with let.scope():
        flat = Tenancy.objects.first()
        other = take(let, rows())
        TenantList.objects.filter(pk=other.pk).update(by_user=let.users["clerk"].pk)
        difference = Difference.objects.first()
    for url in (reverse("tenancies:index"), reverse("tenancies:differences"), reverse("tenancies:flat", args=[flat.pk]),
                reverse("ground:home", args=[let.dwellings[2].pk]), reverse("returnees:index")):  # fmt: skip
        assert company.get(url).status_code == 403
    assert company.post(reverse("tenancies:answer", args=[difference.pk]), {"done": "register"}).status_code == 403
    assert company.get(reverse("tenancies:upload", args=[other.pk])).status_code == 404
    assert company.get(reverse("tenancies:upload", args=[other.pk])).status_code == 404


def test_a_list_speaks_only_of_the_companys_own_place(let: Cast) -> None:
    company = client_as(let.users["property"], second_factor=False)
    upload(company, [["听松别墅", "", "1", "外人", None, None, None, ""]])
    with let.scope():
        assert set(Difference.objects.values_list("kind", flat=True)) == {"door", "only_register"}
        assert TenantList.objects.get().place == let.lanes


def test_the_office_answers_one_and_many(let: Cast) -> None:
    with let.scope():
        take(let, [CHANGED])
    client = client_as(let.users["clerk"])
    page = client.get(reverse("tenancies:differences")).content.decode()
    assert "租客甲" in page
    assert "19900000999" not in page
    with let.scope():
        name = Difference.objects.get(kind="name") if Difference.objects.filter(kind="name").exists() else None
        assert name is None  # another name and another phone: two people, not one
        only = Difference.objects.get(kind="only_list")
    assert (
        client.post(reverse("tenancies:answer", args=[only.pk]), {"done": "asked", "text": "已核实"}).status_code == 302
    )
    url = reverse("tenancies:differences") + "?kind=only_register"
    assert client.post(url, {"done": "company"}).status_code == 302
    with let.scope():
        assert not Difference.objects.filter(resolved_at__isnull=True).exists()
    assert client.get(reverse("tenancies:differences"), {"state": "resolved"}).status_code == 200
    assert client.post(reverse("tenancies:differences"), {"done": "company"}).status_code == 302


def test_a_building_leader_answers_but_does_not_change_the_register(let: Cast) -> None:
    with let.scope():
        take(let, [CHANGED])
        one = Difference.objects.filter(kind="only_register").first()
    leader = client_as(let.users["building_leader"])
    assert leader.post(reverse("tenancies:answer", args=[one.pk]), {"done": "register"}).status_code == 403
    assert leader.post(reverse("tenancies:answer", args=[one.pk]), {"done": "asked"}).status_code == 302
    with let.scope():
        assert Difference.objects.get(pk=one.pk).done == "asked"


def test_a_flat_and_its_attempts(let: Cast) -> None:
    with let.scope():
        row = Tenancy.objects.get(dwelling=let.dwellings[2])
        tenant = row.tenants.get()
    client, url = client_as(let.users["clerk"]), reverse("tenancies:flat", args=[row.pk])
    assert client.post(url, {"verb": "attempt", "way": "phone", "result": "no_answer"}).status_code == 302
    assert client.post(url, {"verb": "state", "tenant": str(tenant.pk), "state": "abroad"}).status_code == 302
    assert client.post(url, {"verb": "days", "since": "2019年9月", "until": "2020-08-31"}).status_code == 302
    assert client.post(url, {"verb": "days", "since": "不知道"}).status_code == 422
    with let.scope():
        assert ContactAttempt.objects.get().by_name == let.users["clerk"].display_name
        assert Tenancy.objects.get(pk=row.pk).since_about
    page = client.get(url).content.decode()
    assert "约" in page
    index = client.get(reverse("tenancies:index"), {"state": "abroad"}).content.decode()
    assert "租客甲" in index
    assert "租客乙" not in index
    assert client.get(reverse("tenancies:index"), {"as": "xlsx"}).status_code == 200
    assert client.post(reverse("tenancies:index")).status_code == 302
    assert "租客乙" in client.get(reverse("tenancies:index"), {"q": "102室"}).content.decode()


def test_a_stranger_sees_nothing(let: Cast) -> None:
    with let.scope():
        taken, flat = take(let, [CHANGED]), Tenancy.objects.first()
    away = make_cast("远方居民区", "b-")
    for name, args in (
        ("index", []),
        ("differences", []),
        ("uploads", []),
        ("flat", [flat.pk]),
        ("upload", [taken.pk]),
    ):
        assert client_as(let.users["stranger"]).get(reverse(f"tenancies:{name}", args=args)).status_code == 404
    other = client_as(away.users["secretary"])
    assert other.get(reverse("tenancies:flat", args=[flat.pk])).status_code == 404
    assert other.get(reverse("tenancies:upload", args=[taken.pk])).status_code == 404
    assert client_as(let.users["guard"]).get(reverse("tenancies:index")).status_code == 403


def test_the_empty_page_teaches(cast: Cast) -> None:
    client = client_as(cast.users["secretary"])
    assert 'class="empty"' in client.get(reverse("tenancies:index")).content.decode()
    assert 'class="empty"' in client.get(reverse("tenancies:differences")).content.decode()
    answer = client.post(reverse("tenancies:uploads"), {"file": SimpleUploadedFile("x.pdf", b"%PDF-1.7")})
    assert answer.status_code == 422


def test_a_home_leads_to_its_let_flat_and_to_who_arrives(let: Cast) -> None:
    client, home, other = client_as(let.users["clerk"]), let.dwellings[2], let.dwellings[1]
    page = client.get(f"/homes/{home.pk}/").content.decode()
    assert f"/tenancies/?place={home.pk}" in page
    assert f"/returnees/new/?place={home.pk}" in page
    with let.scope():
        flat = Tenancy.objects.get(dwelling=home)
    assert client.get(f"/tenancies/?place={home.pk}").url == f"/tenancies/{flat.pk}/"
    assert client.get(f"/tenancies/?place={other.pk}").url == "/tenancies/"
    assert client.get(f"/returnees/new/?place={home.pk}").status_code == 200
