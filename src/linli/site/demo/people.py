"""Invented people: names from lists, identity numbers with order numbers that are hardly ever given out, phones 199-0000-xxxx."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

from linli.kernel.identity import check_character

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石"
    "廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
GIVEN = (
    "安宁静和知夏春生秋实若水听雨远山小满长庚明朗思齐嘉树云舒清扬书怀文心予怀景行晓棠一苇子衿南星望舒未央青禾时雨乐"
    "之以宁其琛允中维桢昭华蕴和锦程子墨佩玉兰芷汀若棠梨白露谷雨立言守拙怀瑾握瑜"
)
FOREIGN = [
    ("Marco Rossi", "意大利"),
    ("Emma Schmidt", "德国"),
    ("伊藤真由", "日本"),
    ("김하준", "韩国"),
    ("Olivia Turner", "英国"),
    ("Lucas Martin", "法国"),
]
AREAS = [
    "310101",
    "310104",
    "310105",
    "310106",
    "310107",
    "310109",
    "310110",
    "310112",
    "310113",
    "310115",
    "320102",
    "330106",
    "340104",
]
RARE = ["陆䶮", "易㛃", "胡𫍽", "单重华", "买买提·吐尔逊"]


@dataclass(frozen=True)
class Invented:
    """One invented human being. ``document`` is (kind, number)."""

    name: str
    sex: str
    born: date
    nation: str
    document: tuple[str, str] | None
    phone: str


class Maker:
    """Makes people from one seed: the same seed, the same people. ``today`` fixes ages."""

    def __init__(self, seed: int, today: date) -> None:
        self.random = random.Random(seed)
        self.today = today
        self._numbers: set[str] = set()

    def born(self, low: int, high: int) -> date:
        """A birthday that makes somebody between ``low`` and ``high`` years old."""
        return self.today - timedelta(days=self.random.randrange(low * 365, high * 365 + 300))

    def number(self, born: date, sex: str) -> str:
        """An identity number that passes GB 11643 and is given to nobody: order numbers 700–989."""
        while True:
            order = self.random.randrange(700, 990)
            if (order % 2 == 1) != (sex == "m"):
                continue
            first = f"{self.random.choice(AREAS)}{born:%Y%m%d}{order}"
            whole = first + check_character(first)
            if whole not in self._numbers:
                self._numbers.add(whole)
                return whole

    def phone(self) -> str:
        """A number from the range that this project keeps for fiction."""
        return f"1990000{self.random.randrange(10000):04}"

    def surname(self) -> str:
        """A surname."""
        return self.random.choice(SURNAMES)

    def person(self, low: int, high: int, *, sex: str = "", surname: str = "") -> Invented:
        """Somebody with an identity card; one in sixty has none at hand."""
        which = sex or self.random.choice("mf")
        born = self.born(low, high)
        given = "".join(self.random.sample(GIVEN, self.random.choice((1, 2, 2, 2))))
        name = (surname or self.surname()) + given
        if self.random.random() < 0.002:
            name = self.random.choice(RARE)
        document = None if self.random.random() < 1 / 60 else ("id", self.number(born, which))
        return Invented(name, which, born, "中国", document, self.phone() if born.year < self.today.year - 12 else "")

    def foreigner(self) -> Invented:
        """Somebody with a passport from a range kept for fiction."""
        name, nation = self.random.choice(FOREIGN)
        return Invented(
            name,
            self.random.choice("mf"),
            self.born(25, 60),
            nation,
            ("passport", f"TZ{self.random.randrange(10**7):07}"),
            self.phone(),
        )

    def family(self, size: int, let: bool) -> list[tuple[str, Invented]]:
        """``size`` people who share a home, with their relation: a family, or tenants of one flat."""
        if let and self.random.random() < 0.5:
            first = self.foreigner() if self.random.random() < 0.15 else self.person(22, 45)
            return [("tenant", first)] + [("cotenant", self.person(22, 45)) for _ in range(size - 1)]
        name = self.surname()
        old = self.random.random() < 0.28
        head = self.person(62, 92, sex="m", surname=name) if old else self.person(28, 60, sex="m", surname=name)
        found = [("tenant" if let else "head", head)]
        if size > 1:
            found.append(("spouse", self.person(60, 90, sex="f") if old else self.person(27, 58, sex="f")))
        for n in range(size - 2):
            grown = old or n > 1
            found.append(("child", self.person(30, 58, surname=name) if grown else self.person(1, 24, surname=name)))
        return found
