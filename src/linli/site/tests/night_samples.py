"""Two nights of arrivals: one of our own making, and the one of the office's files where they are at hand. Everybody is invented."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

OFFICE = Path(__file__).resolve().parents[5] / "shared" / "data" / "office"


@dataclass(frozen=True)
class Somebody:
    """One of the eleven, as the register knows him. ``written``: his name as it stands in the chat."""

    written: str
    name: str
    estate: str
    door: str
    number: str
    phone: str
    sex: str = ""
    born: date | None = None
    country: str = "DE"


@dataclass(frozen=True)
class Night:
    """A neighbourhood, its eleven in the order in which they came home (4, 6, 1), and the chat of the transfer group."""

    neighbourhood: str
    chat: str
    people: tuple[Somebody, ...]


OWN_CHAT = """柳川转运群
—————  2020-03-13  —————

专班-老周 2020-03-13 16:38:51
[图片]
专班-老周 2020-03-13 16:41:08
各街镇注意：ZZ936 慕尼黑-浦东 12:37落地，旅客286 机组17。涉柳川镇槐安居民区10人：
1.ALDER/MAYLIN 松涛苑12号
2.ALDER/TOMAS 松涛苑12号
3.BAI/XIAOHE 松涛苑12号
4.CEN/YI 杏林别墅8号
5.DENG/LAN TING 杏林别墅3A号 护照7731
6.ELM/JONNA 杏林别墅31号
7.FANG/MUYUN 桂香山庄83号
8.GE/SHUYAO 桂香山庄23号
9.HOLLY/IRIS 松涛苑6号
10.JIN/CHUNHE 杏林别墅28号
请做好接人准备，预计19点后陆续到
槐安小陶 2020-03-13 16:41:40
收到
专班-老周 2020-03-13 16:50:13
验证码 771203，登记用
专班-老周 2020-03-13 16:55:30
更正：第7位地址是桂香山庄31号，不是83号
专班-老周 2020-03-13 17:20:00
YY776 梅园居民区5人，竹溪2人，19:40到
柳川小季 2020-03-13 18:02:19
沪Z·D0088已从T2出发，槐安4位，跟车小季
槐安小陶 2020-03-13 19:31:05
大概7点25左右第一车到了，4位已交接，送到家门口
槐安小陶 2020-03-13 20:52:47
第二车20：48到，6位都到家[拥抱]10位齐了
槐安书记 2020-03-13 21:15:00
辛苦了，夜里小陶值班
专班-老周 2020-03-14 00:30:15
又有一位槐安居民到浦东：首尔ZZ363 23:20落地，KANG/HARU 松涛苑3A号，车到再报
槐安小陶 2020-03-14 00:31:02
收到，我在
槐安小陶 2020-03-14 03:39:40
3点37分接到，已送回家
槐安小陶 2020-03-14 08:00:00
一个夜晚，三次送行，在将近一个
"""

OWN = Night(
    "槐安居民区",
    OWN_CHAT,
    (
        Somebody("ALDER/MAYLIN", "Maylin Alder", "松涛苑", "12号", "ZZ0006001", "19900006001"),
        Somebody("ALDER/TOMAS", "Tomas Alder", "松涛苑", "12号", "ZZ0006002", "19900006002"),
        Somebody("BAI/XIAOHE", "白晓禾", "松涛苑", "12号", "EZ0006003", "19900006001", "f", date(2014, 5, 6)),
        Somebody("CEN/YI", "岑一", "杏林别墅", "8号", "EZ0006004", "19900006004", "m", date(1986, 7, 3)),
        Somebody("DENG/LAN TING", "邓兰亭", "杏林别墅", "3A号", "EZ0007731", "19900006005", "f", date(1969, 9, 19)),
        Somebody("ELM/JONNA", "Jonna Elm", "杏林别墅", "31号", "ZZ0006006", "19900006006"),
        Somebody("FANG/MUYUN", "方慕云", "桂香山庄", "31号", "EZ0006007", "19900006007", "m", date(1967, 2, 21)),
        Somebody("GE/SHUYAO", "葛书遥", "桂香山庄", "23号", "EZ0006008", "19900006008", "f", date(1990, 1, 29)),
        Somebody("HOLLY/IRIS", "Iris Holly", "松涛苑", "6号", "ZZ0006009", "19900006009"),
        Somebody("JIN/CHUNHE", "金春禾", "杏林别墅", "28号", "EZ0006010", "19900006010", "f", date(1964, 2, 29)),
        Somebody("KANG/HARU", "康夏", "松涛苑", "3A号", "MZ0006011", "19900006011", "m", date(1996, 10, 11), "KR"),
    ),
)


def at_hand() -> tuple[Night, ...]:
    """Ours, and the office's where its files lie beside the repository."""
    return (OWN, _office()) if (OFFICE / "notices.txt").exists() else (OWN,)


def _office() -> Night:
    """The chat of the shared files; the eleven by the truth about it, in the order of the runs."""
    chat = (OFFICE / "notices.txt").read_text("gb18030")
    order = json.loads((OFFICE / "truth" / "notices.json").read_text("utf-8"))["travellers"]
    rows = json.loads((OFFICE / "truth" / "register.json").read_text("utf-8"))["rows"]
    of = {row["pid"]: row for row in rows if row.get("pid") in order}
    # the ten as they are numbered, then the one of the night
    named = re.findall(r"^\d+\.([A-Z/ -]+?) \S+?号", chat, re.M)[:10] + re.findall(r"落地，([A-Z/]+) ", chat)[-1:]
    return Night("程桥居民区", chat, tuple(_somebody(of[pid], name) for pid, name in zip(order, named, strict=True)))


def _somebody(row: dict[str, str], written: str) -> Somebody:
    estate, _building, door = row["door"].split("||")[0], "", row["door"].split("||")[1]
    born = date.fromisoformat(row["born"]) if row["born"] else None
    return Somebody(
        written, row["name"], estate, f"{door}号", row["number"], row["phone"], {"男": "m", "女": "f"}[row["sex"]], born,
        "KR" if row["nation"] == "韩国" else "DE",
    )  # fmt: skip
