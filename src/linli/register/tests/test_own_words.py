"""Words that an office teaches the import: understood from the next file on, taken back, never a surprise for others."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from linli.ground.testing import Cast, client_as
from linli.journal.models import Entry
from linli.kernel.refusal import Refusal
from linli.register import own_words
from linli.register.actions.own_words import add_word, remove_word
from linli.register.interpret import words
from linli.register.interpret.interpretation import interpret
from linli.register.models import ImportRun, OwnWord
from linli.register.tests.test_conversation import start
from linli.register.tests.test_interpret import book, number
from linli.register.tests.test_pages import drive, dropped, text

HEAD: list[object] = ["几号几室", "大名", "身份证号", "通联", "住法", "啥人"]
ROWS: list[list[object]] = [
    HEAD,
    *(
        [f"{at}号101室", f"某{name}", number(order=700 + 2 * at), f"021-0000123{at}", "老来客", "头家"]
        for at, name in enumerate("甲乙丙丁", 1)
    ),
]
TAUGHT = {
    ("headings", "addr", "几号几室"),
    ("headings", "name", "大名"),
    ("headings", "phone", "通联"),
    ("headings", "state", "住法"),
    ("headings", "rel", "啥人"),
    ("states", "let", "老来客"),
    ("relations", "tenant", "头家"),
}


@pytest.fixture
def clerk(cast: Cast) -> Client:
    """A signed-in clerk."""
    return client_as(cast.users["clerk"])


def test_own_words_are_an_argument_and_leave_nothing_behind() -> None:
    data = book(ROWS)
    taught = interpret(data, "x.xlsx", today=date(2020, 3, 1), own_words=TAUGHT)
    assert [(row.state, row.rel, row.phones) for row in taught.rows][0] == ("let", "tenant", ("02100001231",))
    with pytest.raises(Refusal) as unknown:
        interpret(data, "x.xlsx", today=date(2020, 3, 1))
    assert unknown.value.code == "import.no_register"
    assert words.plain_vocabulary().heading("大名") == (None, 0)


def test_a_word_of_one_neighbourhood_wins_over_the_one_of_all(cast: Cast) -> None:
    add_word(by=None, neighbourhood=cast.neighbourhood, vocabulary="states", entry="let", word="老法头", shared=True)
    add_word(
        by=cast.users["clerk"], neighbourhood=cast.neighbourhood, vocabulary="states", entry="owner", word=" 老 法 头 "
    )
    assert own_words.of(None) == {("states", "let", "老法头")}
    assert own_words.of(cast.neighbourhood.pk) == {("states", "owner", "老 法 头")}
    word = OwnWord.objects.get(neighbourhood=cast.neighbourhood)
    entry = Entry.objects.filter(act="register.word_added").latest("pk")
    assert entry.data == {"vocabulary": "states", "entry": "owner", "shared": False}
    remove_word(by=cast.users["clerk"], word=word, neighbourhood=cast.neighbourhood.pk)
    assert Entry.objects.filter(act="register.word_removed").exists()
    assert own_words.of(cast.neighbourhood.pk) == {("states", "let", "老法头")}
    with pytest.raises(Refusal) as gone:
        remove_word(by=None, word=word, neighbourhood=cast.neighbourhood.pk)
    assert gone.value.code == "register.word_gone"


@pytest.mark.parametrize(
    ("vocabulary", "entry", "word", "code"),
    [
        ("headings", "phone", " : ", "register.word_empty"),
        ("headings", "number", "310105198307087011", "register.word_number"),
        ("headings", "nothing", "通联", "register.word_entry"),
        ("nations", "日本", "东瀛", "register.word_entry"),
        ("headings", "phone", "联系电话", "register.word_known"),
        ("states", "let", "出租", "register.word_known"),
        ("relations", "head", "户主", "register.word_known"),
    ],
)
def test_what_is_no_word_is_refused_with_a_sentence(
    cast: Cast, vocabulary: str, entry: str, word: str, code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        add_word(by=None, neighbourhood=cast.neighbourhood, vocabulary=vocabulary, entry=entry, word=word)
    assert refused.value.code == code
    assert not OwnWord.objects.exists()


def test_a_word_that_meant_something_else_changes_and_both_are_kept(cast: Cast) -> None:
    place = cast.neighbourhood
    add_word(by=None, neighbourhood=place, vocabulary="headings", entry="phone", word="通联")
    with pytest.raises(Refusal) as same:
        add_word(by=None, neighbourhood=place, vocabulary="headings", entry="phone", word="通联")
    assert same.value.code == "register.word_known"
    add_word(by=None, neighbourhood=place, vocabulary="headings", entry="remark", word="通联")
    assert own_words.of(place.pk) == {("headings", "remark", "通联")}
    assert OwnWord.objects.count() == 2


def test_an_unknown_heading_is_offered_and_the_file_is_read_again_with_it(cast: Cast, clerk: Client) -> None:
    rows: list[list[object]] = [
        ["地址", "姓名", "身份证号", "住法"],
        *([row[0], row[1], row[2], row[4]] for row in ROWS[1:]),
    ]
    pk = dropped(clerk, book(rows))
    assert "住法" in text(clerk, "columns", pk)
    page = clerk.get(reverse("register:words"), {"run": pk, "vocabulary": "headings", "word": "住法"}).content.decode()
    assert 'value="住法"' in page
    answer = clerk.post(reverse("register:words"), {"run": pk, "word": "住法", "means": "headings:state"})
    assert answer.headers["Location"] == reverse("register:run", args=[pk])
    drive(clerk, pk)
    with cast.scope():
        fields = {column["label"]: column["field"] for column in ImportRun.objects.get(pk=pk).mapping[0]["columns"]}
    assert fields["住法"] == "state"


def test_the_page_shows_who_added_a_word_and_takes_it_back(cast: Cast, clerk: Client) -> None:
    assert clerk.post(reverse("register:words"), {"word": "老来客", "means": "states:let"}).status_code == 302
    page = text(clerk, "words")
    assert "老来客" in page
    assert cast.users["clerk"].display_name in page
    assert "联系电话" in page  # what is built in
    wrong = clerk.post(reverse("register:words"), {"word": "老来客", "means": "states:let"})
    assert wrong.status_code == 422
    word = OwnWord.objects.get()
    assert clerk.post(reverse("register:word_remove", args=[word.pk])).status_code == 302
    assert own_words.of(cast.neighbourhood.pk) == frozenset()


def test_words_for_all_are_for_a_secretary(cast: Cast, clerk: Client) -> None:
    given = {"word": "老来客", "means": "states:let", "shared": "yes"}
    assert clerk.post(reverse("register:words"), given).status_code == 403
    assert client_as(cast.users["secretary"]).post(reverse("register:words"), given).status_code == 302
    word = OwnWord.objects.get(neighbourhood__isnull=True)
    assert clerk.post(reverse("register:word_remove", args=[word.pk])).status_code == 403


def test_a_file_is_read_with_the_words_of_its_neighbourhood(cast: Cast) -> None:
    for vocabulary, entry, word in TAUGHT:
        add_word(by=None, neighbourhood=cast.neighbourhood, vocabulary=vocabulary, entry=entry, word=word)
    with cast.scope():
        run = start(cast, book(ROWS))
    assert run.state == ImportRun.State.PREVIEW
    assert run.totals["dwellings_let"] == 4
