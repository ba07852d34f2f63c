"""How a surname in characters is written in letters outside the mainland: 金 is KIM in Korea, 佐藤 SATO in Japan, 张 CHEUNG in Hong Kong.

The commonest surnames only, in the simplified characters of a Chinese register. Given names are not known from characters; so this
says that a passport may be the resident's, and never whose it is.
"""

from __future__ import annotations

import re

_SPELLED = """
# Korea
金 KIM GIM; 李 LEE YI RHEE RI LI LY; 朴 PARK PAK BAK; 崔 CHOI CHOE; 郑 JUNG JEONG CHUNG CHONG CHENG TRINH; 姜 KANG GANG CHIANG;
赵 CHO JO CHIU CHAO TRIEU; 尹 YOON YUN; 张 JANG CHANG CHEUNG TRUONG TEO; 林 LIM IM LAM RIM; 韩 HAN HON; 吴 OH O NG NGO;
徐 SEO SUH TSUI CHUI HSU; 申 SHIN SIN; 权 KWON GWON; 黄 HWANG WONG HUYNH HOANG OOI NG; 安 AHN AN; 宋 SONG SUNG SOONG;
柳 RYU YOO LAU; 洪 HONG HUNG ANG; 全 JEON CHUN; 田 JEON TIN TIEN; 高 KO GO KAO; 文 MOON MUN MAN; 孙 SON SOHN SUEN SUN;
梁 YANG LEUNG LIANG; 裴 BAE PAE PEI; 白 BAEK PAIK PAK PAI; 许 HUR HEO HUI HSU; 南 NAM; 沈 SHIM SIM SHUM SHEN; 卢 NOH ROH LO LU;
河 HA; 郭 KWAK GWAK KWOK KUO QUACH; 成 SUNG SEONG SHING; 车 CHA; 朱 JOO JU CHU; 禹 WOO; 具 KOO GU; 罗 NA RA LO LAW;
辛 SHIN SIN SAN; 闵 MIN MAN; 俞 YOO YU; 陈 JIN CHIN CHAN CHEN TRAN TAN; 池 JI CHI; 严 EOM UM YIM; 元 WON; 千 CHUN CHEON;
方 BANG FONG FANG; 孔 KONG GONG HUNG; 廉 YEOM;
# Hong Kong, Taiwan, Viet Nam, Singapore
王 WONG WANG VUONG ONG HENG; 刘 LAU LIU LOW LUU; 杨 YEUNG YANG YOUNG DUONG YEO; 周 CHOW CHAU CHOU CHU;
蔡 CHOI TSAI CHOY TSOI THAI; 谢 TSE HSIEH CHIA TA; 邓 TANG TENG DANG; 曾 TSANG TSENG CHAN; 叶 YIP YEH YAP DIEP;
冯 FUNG FENG PHUNG; 何 HO HA; 马 MA MAH; 胡 WU HU WOO; 唐 TONG TANG; 萧 SIU HSIAO SHAW; 苏 SO SU TO; 潘 POON PAN PHAN;
钟 CHUNG; 彭 PANG PENG; 余 YU YEE; 江 KONG CHIANG; 丁 TING DING DINH; 范 FAN PHAM; 阮 YUEN JUAN NGUYEN; 黎 LAI LI LE; 武 VU VO;
关 KWAN KUAN; 简 KAN CHIEN; 游 YAU YU; 廖 LIU LIAO; 赖 LAI; 温 WAN WEN; 傅 FU FOO; 区 AU; 欧 AU OU; 霍 FOK HUO; 麦 MAK MAI;
詹 CHIM CHAN; 翁 YUNG WENG ONG; 邱 YAU CHIU KHOO; 石 SHEK SHIH; 施 SZE SHIH SY; 连 LIN LIEN; 汤 TONG TANG; 欧阳 AUYEUNG;
司徒 SZETO;
# Japan
佐藤 SATO SATOH; 铃木 SUZUKI; 高桥 TAKAHASHI; 田中 TANAKA; 伊藤 ITO ITOH; 渡边 WATANABE; 渡部 WATANABE; 山本 YAMAMOTO;
中村 NAKAMURA; 小林 KOBAYASHI; 加藤 KATO KATOH; 吉田 YOSHIDA; 山田 YAMADA; 佐佐木 SASAKI; 山口 YAMAGUCHI; 松本 MATSUMOTO;
井上 INOUE; 木村 KIMURA; 斋藤 SAITO SAITOH; 斎藤 SAITO; 清水 SHIMIZU; 山崎 YAMAZAKI YAMASAKI; 阿部 ABE; 池田 IKEDA;
桥本 HASHIMOTO; 山下 YAMASHITA; 石川 ISHIKAWA; 中岛 NAKAJIMA; 前田 MAEDA; 藤田 FUJITA; 小川 OGAWA; 冈田 OKADA; 后藤 GOTO GOTOH;
长谷川 HASEGAWA; 村上 MURAKAMI; 近藤 KONDO; 石井 ISHII; 坂本 SAKAMOTO; 远藤 ENDO; 青木 AOKI; 藤井 FUJII; 西村 NISHIMURA;
福田 FUKUDA; 太田 OTA OHTA; 三浦 MIURA; 藤原 FUJIWARA; 冈本 OKAMOTO; 松田 MATSUDA; 中川 NAKAGAWA; 原田 HARADA; 小野 ONO;
竹内 TAKEUCHI; 金子 KANEKO; 和田 WADA; 中山 NAKAYAMA; 石田 ISHIDA; 上田 UEDA; 森田 MORITA; 原 HARA; 森 MORI; 林田 HAYASHIDA;
酒井 SAKAI; 工藤 KUDO; 宫本 MIYAMOTO; 内田 UCHIDA; 高木 TAKAGI; 安藤 ANDO; 谷口 TANIGUCHI; 大野 ONO OHNO; 丸山 MARUYAMA;
今井 IMAI; 河野 KONO KAWANO; 藤本 FUJIMOTO; 村田 MURATA; 武田 TAKEDA; 上野 UENO; 杉山 SUGIYAMA; 增田 MASUDA; 平野 HIRANO;
久保 KUBO; 松井 MATSUI; 野口 NOGUCHI; 菊池 KIKUCHI; 岩崎 IWASAKI; 野村 NOMURA; 新井 ARAI; 大塚 OTSUKA; 市川 ICHIKAWA;
"""
ABROAD = dict(one.strip().split(" ", 1) for one in re.sub(r"#.*", "", _SPELLED).split(";") if one.strip())
"""Surname in characters → its spellings, with blanks between."""
LONGEST = 3


def surnames_abroad(name: str) -> frozenset[str]:
    """Every spelling in letters of the surname that a name in characters begins with; empty for one that is not known."""
    spelled = (ABROAD.get(name[:length], "") for length in range(1, LONGEST + 1))
    return frozenset(word for words in spelled for word in words.split())
