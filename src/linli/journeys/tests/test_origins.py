"""Where a flight comes from, as people write it, and the country that this says (T12)."""

from __future__ import annotations

import pytest

from linli.journeys.origins import country_of


@pytest.mark.parametrize(
    ("written", "country"),
    [
        ("FRA", "DE"), ("法兰克福", "DE"), ("Frankfurt/Main", "DE"), ("首尔", "KR"), ("首尔仁川机场", "KR"), ("东京 成田", "JP"),
        ("Seoul Incheon", "KR"), ("London Heathrow", "GB"), ("伦敦", "GB"), ("Ｆｒａ", "DE"),
    ],
)  # fmt: skip
def test_a_place_names_its_country(written: str, country: str) -> None:
    assert country_of(written) == country


@pytest.mark.parametrize("written", ["", "槐安", "XXX", "Paris via Doha", "浦东"])
def test_what_is_not_known_or_could_be_two_is_not_guessed(written: str) -> None:
    assert country_of(written) == ""
