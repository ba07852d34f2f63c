"""A night of arrivals of our own making, and ways to read it in tests. Everybody is invented."""

from __future__ import annotations

from datetime import date, datetime

from linli.kernel.arrival_notices import NoticeReading, read_notices
from linli.kernel.cadence import SHANGHAI
from linli.kernel.chat_log import read_chat

NOW = datetime(2020, 3, 15, 9, 0, tzinfo=SHANGHAI)
OURS = ("槐安居民区",)

NIGHT = """柳川转运群
—————  2020-03-13  —————

专班-老周 2020-03-13 15:10:00
[图片]
专班-老周 2020-03-13 15:12:08
各街镇注意：ZZ512 墨尔本-虹桥 11:20落地，旅客201 机组12。涉柳川镇槐安居民区3人：
1.ALDER/MAYLIN 松涛苑12号
2、BIRCH/TOMAS LEE  杏林别墅3A号 护照7731
３．欧阳·小满 桂香里5号402室 电话199-0000-0012
请做好接人准备，预计18点后陆续到
槐安小陶 2020-03-13 15:12:40
收到
专班-老周 2020-03-13 15:14:00
验证码 771203，登记用。有事打19900000099
专班-老周 2020-03-13 15:20:00
更正：第2位地址是杏林别墅8号，不是3A号
柳川小季 2020-03-13 15:22:00
[转发] 各街镇注意：ZZ512 墨尔本-虹桥 11:20落地，旅客201 机组12。涉柳川镇槐安居民区3人：
1.ALDER/MAYLIN 松涛苑12号
2、BIRCH/TOMAS LEE  杏林别墅3A号 护照7731
３．欧阳·小满 桂香里5号402室 电话199-0000-0012
请做好接人准备，预计18点后陆续到
专班-老周 2020-03-13 15:31:00
YY776 梅园居民区5人，竹溪2人，20:10到
柳川小季 2020-03-13 17:05:00
沪Z·D0088已从T1出发，槐安2位，跟车小季
槐安小陶 2020-03-13 17:06:00
“槐安小陶”撤回了一条消息
槐安小陶 2020-03-13 18:22:00
大概6点15左右第一车到了，2位已交接，送到家门口
竹溪-阿珍 2020-03-13 19:00:00
2位都到家了
槐安小陶 2020-03-13 20:31:00
第二车20：25到，1位到家[拥抱]3位齐了
专班-老周 2020-03-14 00:20:00
又有一位槐安居民到虹桥：大阪ZZ908 23:40落地，CEDAR/JONNA 松涛苑2号，车到再报
槐安小陶 2020-03-14 02:50:00
2点48分接到，已送回家
槐安小陶 2020-03-14 08:00:00
一个夜晚，三次送行，在将近一个
"""


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def night(text: str, ours: tuple[str, ...] = OURS) -> tuple[NoticeReading, ...]:
    return read_notices(read_chat(text, copied_on=date(2020, 3, 15)).messages(), ours=ours, now=NOW)


def one(text: str, at: str = "2020-03-13 16:41:08", ours: tuple[str, ...] = OURS) -> NoticeReading:
    (found,) = night(f"老周 {at}\n{text}", ours)
    return found
