"""An installation with one neighbourhood and its secretary, and a register to bring in: for the kill test and for measuring.

python -m tests.support.register_world        makes it in `$LINLI_DATA` and prints the neighbourhood's id
"""

from __future__ import annotations

from pathlib import Path

import xlsxwriter

from linli.kernel.identity import check_character
from tests.support import template

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华慧巧美亮云健安宁"
HEADINGS = ["楼号", "室号", "姓名", "与户主关系", "性别", "身份证号", "联系电话", "房屋状态", "国籍", "备注"]
STATES = ["自住", "自住", "自住", "出租", "空置", "空关", "拒绝登记"]


def person(index: int) -> tuple[str, str, str]:
    """Name, sex and identity number of an invented person; different for every index below six million."""
    day = index // 290
    first = f"3101{1 + day // 9000 % 9:02}{1940 + day // 336 % 80}{1 + day // 28 % 12:02}{1 + day % 28:02}{700 + index % 290}"
    name = SURNAMES[index % len(SURNAMES)] + GIVEN[index // 7 % len(GIVEN)] + GIVEN[index // 224 % len(GIVEN)]
    return name, "男" if int(first[16]) % 2 else "女", first + check_character(first)


def write(path: Path, rows: int, *, columns: int = 10, changed: int = 0) -> Path:
    """A register of `rows` persons, three to a home, in one block of buildings; `columns` in all (the rest are unknown headings).

    `changed`: every so manieth row has another telephone or a remark, as in next week's file; 0: none.
    """
    extra = [f"附加{n}" for n in range(columns - len(HEADINGS))]
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet("槐安新村")
        sheet.write_row(0, 0, [*HEADINGS, *extra])
        for index in range(rows):
            home = index // 3
            name, sex, number = person(index)
            state = STATES[home % 4]
            relation = ("户主", "配偶", "子女")[index % 3] if state == "自住" else ("租客", "合租", "合租")[index % 3]
            building, floor, door = home // 72 + 1, home // 4 % 18 + 1, home % 4 + 1
            other = index // changed % 2 + 1 if changed and index % changed == 0 else 0
            row = [
                f"{building}号",
                f"{floor}{door:02}室",
                name,
                relation,
                sex,
                number,
                f"1990000{(index + (other == 1)) % 10000:04}",
                state,
                "中国",
                "腿脚不便" if other == 2 else "",
            ]
            sheet.write_row(index + 1, 0, [*row, *(f"值{index % 97}" for _ in extra)])
    return path


def main() -> None:
    """Make the neighbourhood and print its id."""
    # reason: Django can be set up only after its environment is known
    import django

    django.setup()
    # reason: as above
    from linli.accounts.models import User
    from linli.ground.actions.mandates import give_mandate
    from linli.ground.actions.places import create_neighbourhood

    template.begin()
    place = create_neighbourhood(by=None, name="槐安居民区")
    user = User.objects.create_user("shuji", "three plain words 7", display_name="林书记")
    give_mandate(by=None, capacity="secretary", place=place, user=user)
    print(place.pk)


if __name__ == "__main__":
    main()
