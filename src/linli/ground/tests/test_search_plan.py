"""Every statement of a search goes by an index: SQLite reads no table whole, PostgreSQL would not if it did not have to."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.gates.testing import issue
from linli.ground.actions.people import document_row, key_rows, phone_row
from linli.ground.models import Document, PersonKey, Phone, Place
from linli.ground.search import search
from linli.ground.testing import Cast, make_cast
from linli.kernel.pinyin import sort_key

pytestmark = pytest.mark.django_db

LARGE = (
    "ground_person", "ground_personkey", "ground_place", "ground_residence", "ground_household", "ground_phone", "ground_document",
    "gates_permit",
)  # fmt: skip
"""Tables that grow with the people; the handful of kinds of places may be read whole."""
WHOLE = re.compile(r"SCAN \w+|SEARCH \w+ USING (?:COVERING )?INDEX \w+ \((?:neighbourhood_id|kind_id)=\?\)")
"""A table from end to end; or all of one neighbourhood or of one kind, which is the same where an office has one neighbourhood."""
TYPED = (
    "林知夏", "林", "linzhixia", "lzx", "linzx", "l", "陆䶮", "䶮", "𠮷", "7-302", "302", "泉口花苑7号302室", "八九九弄12号301室",
    "1234", "19900001234", "13-7", "0000001", "买买提", "%", "zzz",
)  # fmt: skip


@pytest.fixture
def peopled(cast: Cast) -> Cast:
    """The cast with keys, numbers and a permit."""
    with cast.scope():
        for person in cast.people:
            person.sort_name = sort_key(person.name)
            person.save(update_fields=["sort_name"])
            PersonKey.objects.bulk_create(key_rows(person))
        first = cast.people[0]
        day = cast.households[0].since
        Phone.objects.bulk_create([phone_row(person=first, number="19900001234", since=day)])
        Document.objects.bulk_create(
            [document_row(person=first, kind="other", number="X00000042", checked=False, since=day)]
        )
        issue(first, 7)
    return cast


def statements(places: Any, text: str, inside: list[Place]) -> list[str]:
    """What a search asks the database."""
    with CaptureQueriesContext(connection) as queries:
        search(places, text, inside=inside)
    return [one["sql"] for one in queries.captured_queries if one["sql"].lstrip().startswith("SELECT")]


def whole_reads(sql: str) -> list[str]:
    """Large tables that a statement reads from end to end, as the database plans it."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            plan = [str(row[-1]) for row in cursor.fetchall()]
            return [line for line in plan if WHOLE.match(line) and _table(line, sql) in LARGE]
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {sql}")
        plan = [str(row[0]) for row in cursor.fetchall()]
    return [line for line in plan if (hit := re.search(r"Seq Scan on (\w+)", line)) and hit.group(1) in LARGE]


def _table(line: str, sql: str) -> str:
    """The table behind a name of the plan, which may be an alias."""
    found = re.match(r"\w+ (\w+)", line)
    name = found.group(1) if found else ""
    alias = re.search(rf'"(\w+)" (?:AS )?"?{name}"?\b', sql)
    return name if name in LARGE or alias is None else alias.group(1)


@pytest.mark.parametrize("text", TYPED)
def test_no_statement_reads_a_table_whole(peopled: Cast, text: str) -> None:
    other = make_cast("松河居民区", "b")
    with peopled.scope():
        asked = [
            *statements(peopled.neighbourhood, text, [peopled.neighbourhood]),
            *statements(peopled.neighbourhood, text, [peopled.building]),
            *statements([peopled.neighbourhood, other.neighbourhood], text, [peopled.neighbourhood]),
        ]
        assert [(sql[:300], read) for sql in asked if (read := whole_reads(sql))] == []


def test_a_whole_read_is_noticed(peopled: Cast) -> None:
    place = peopled.neighbourhood.pk
    bad = f'SELECT "key" FROM "ground_personkey" WHERE "key" LIKE \'%lin%\' AND "id" + {place} > 0'
    assert whole_reads(bad)
    if connection.vendor == "sqlite":
        assert whole_reads(
            f"SELECT * FROM ground_phone WHERE neighbourhood_id = {place} AND neighbourhood_id = {place} AND tail_index = X'00' LIMIT 9"
        )
        assert whole_reads("SELECT * FROM ground_place WHERE name LIKE '7%' ESCAPE '\\'")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("林知夏", ["林知夏"]),
        ("linzhixia", ["林知夏"]),
        ("lzx", ["林知夏"]),
        ("linzx", ["林知夏"]),
        ("lzhixia", ["林知夏"]),
        ("linzhx", ["林知夏"]),
        ("䶮", ["陆䶮"]),
        ("陆䶮", ["陆䶮"]),
        ("买买提吐尔逊", []),
        ("买买提·吐", ["买买提·吐尔逊"]),
        ("19900001234", ["林知夏"]),
        ("1234", ["林知夏"]),
        ("0042", ["林知夏"]),
        ("X00000042", ["林知夏"]),
        ("zzz", []),
    ],
)
def test_who_is_found(peopled: Cast, typed: str, found: list[str]) -> None:
    with peopled.scope():
        hits = search(peopled.neighbourhood, typed, inside=[peopled.neighbourhood])
    assert [hit.person.name for hit in hits if hit.person] == found


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("7-302", ["泉口花苑 7号 302室"]),
        ("7 302", ["泉口花苑 7号 302室"]),
        ("7号302室", ["泉口花苑 7号 302室"]),
        ("七号302", ["泉口花苑 7号 302室"]),
        ("07-0302", ["泉口花苑 7号 302室"]),
        ("泉口7-302", ["泉口花苑 7号 302室"]),
        ("听松7-302", []),
        ("302", ["泉口花苑 7号 302室"]),
        ("30", []),
        ("听松2号", ["听松别墅 2号"]),
        ("听松别墅2", ["听松别墅 2号"]),
        ("8-302", []),
        ("19900001234", []),
    ],
)
def test_which_door_is_found(peopled: Cast, typed: str, found: list[str]) -> None:
    with peopled.scope():
        hits = search(peopled.neighbourhood, typed, inside=[peopled.neighbourhood])
    assert [hit.address for hit in hits if hit.person is None] == found


def test_only_ones_own_building(peopled: Cast) -> None:
    with peopled.scope():
        assert search(peopled.neighbourhood, "lzx", inside=[peopled.building]) == []
        assert search(peopled.neighbourhood, "听松2号", inside=[peopled.building]) == []
        assert [h.address for h in search(peopled.neighbourhood, "302", inside=[peopled.building])]
        assert search(peopled.neighbourhood, "lzx", inside=[]) == []


def test_a_merged_person_is_found_as_the_other(peopled: Cast) -> None:
    with peopled.scope():
        first, second = peopled.people[0], peopled.people[1]
        type(first).objects.filter(pk=first.pk).update(merged_into=second)
        hits = search(peopled.neighbourhood, "林知夏", inside=[peopled.neighbourhood])
    assert [hit.person.pk for hit in hits if hit.person] == [second.pk]
