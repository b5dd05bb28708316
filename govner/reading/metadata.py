"""What a report says about itself: title, government, meeting, date, speaker, years, place.

Read from the text and from the page around it (``meta``), never from the file name: a file name's year is
sometimes the year reviewed and sometimes the year planned, and its place is sometimes wrong.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from typing import Any

from govner.reading import places
from govner.reading.roles import Level
from govner.reading.years import review_and_plan

_NUMERAL = "一二三四五六七八九十"
_DATE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_NAMELESS_DATE = re.compile(r"(?<![\d年])(\d{1,2})月(\d{1,2})日")
_HAN_YEAR = re.compile(
    r"[一二三四五六七八九○〇零Ｏ]{4}年[一二三四五六七八九十]{1,3}月[一二三四五六七八九十]{1,3}日"
)
_MEETING = re.compile(
    rf"(?P<place>[\u4e00-\u9fff]{{0,14}}?)第?(?P<term>[{_NUMERAL}]{{1,3}})届(?:全国)?(?:人民代表大会|人大)"
    rf"(?:第?(?P<session>[{_NUMERAL}]{{1,2}})次(?:全体)?会议)?"
)
_TITLES = "省长|市长|县长|区长|镇长|乡长|州长|旗长|盟长|主席|总理|主任"
_HAN = "[\u4e00-\u9fff]"
_SPEAKER = re.compile(
    rf"(?P<office>(?:{_HAN}{{1,16}}?(?:人民政府|国务院|街道办事处|政府)|{_HAN}{{0,12}}?)(?:代理|代)?(?:{_TITLES}))"
    rf"[—\s:：]{{0,8}}(?P<name>{_HAN}(?:[ \t\u3000\xa0]{{0,4}}{_HAN}){{1,2}}|{_HAN}{{2,8}}·{_HAN}{{2,8}})"
    r"(?=\s*(?:[（(]|\d|同志|在|作|向|$|\n|[—-]{2}|代表))",
    re.M,
)
_SPEAKER_BEFORE = re.compile(
    rf"(?:^|[日 ])\s*(?P<name>{_HAN}(?:\s?{_HAN}){{1,2}})\s*(?P<office>{_HAN}{{0,12}}?(?:{_TITLES}))"
    r"(?=\s*(?:$|在|作|代表))",
    re.M,
)
#: A line of its own needs no Chinese surname: 自治区主席 and a Tibetan name.
_SPEAKER_LINE = re.compile(
    rf"^\s*(?P<office>{_HAN}{{0,16}}?(?:代理|代)?(?:{_TITLES}))[—\s:：]{{0,8}}"
    rf"(?P<name>(?!.*(?:政府|报告|会议|工作)){_HAN}{{2,5}})\s*$",
    re.M,
)
_SURNAMES = frozenset(
    "代王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金"
    "石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章"
    "鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧管柴蒙鲍华喻祁蒲房滕屈"
    "饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣"
    "巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅"
    "屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯隆茹"
    "诺战慕危玉银亢嵇公哈湛宾戎勾茅利於呼居揭干但尉冶斯元束檀衣信展阴昝智幸奉植衡富尧闭由藏"
)
_OF_GOVERNMENT = re.compile(r"代表(?P<name>国务院|[\u4e00-\u9fff]{2,16}?(?:人民政府|政府|街道办事处))")
_TITLE_PLACE = re.compile(r"^(?P<name>[\u4e00-\u9fff]{2,14}?)(?:人民)?政府工作报告")
_PLAN_PLACE = re.compile(r"《(?P<name>[\u4e00-\u9fff]{2,14}?)国民经济和社会发展")
_TOWN = re.compile(rf"(?P<above>{_HAN}{{2,}}[省市县区州旗])?(?P<town>{_HAN}{{2,5}}(?:镇|乡|街道))")
_LEVEL_WORD = (
    (Level.STREET, ("街道",)),
    (Level.TOWN, ("镇",)),
    (Level.TOWNSHIP, ("乡",)),
    (Level.COUNTY, ("县", "区", "旗")),
    (Level.PROVINCE, ("省", "自治区")),
    (Level.CITY, ("市", "州", "盟")),
)
_HEAD = 4800
_GREETING = re.compile(r"各位\s{0,4}(?:代\s{0,4}表|委\s{0,4}员)")
_FIRST_PART = re.compile(r"^\s*一、", re.M)


def _plain(text: str) -> str:
    """Full-width digits and letters made plain; colons stay as they are."""
    narrow = unicodedata.normalize("NFKC", text.replace("\xa0", " ").replace("&nbsp;", " "))
    return re.sub(r"(?<=[\u4e00-\u9fff])[ \t\u3000]+(?=[\u4e00-\u9fff])", " ", narrow)


def head(text: str) -> str:
    """What stands before the greeting (or before the first heading, if nobody is greeted), in plain
    digits."""
    ends = [m.start() for m in (_GREETING.search(text[:_HEAD]), _FIRST_PART.search(text[:_HEAD])) if m]
    return _plain(text[: min(ends, default=600)])


def opening(text: str) -> str:
    """The head and the sentence or two after the greeting, in plain digits and without white space."""
    found = _GREETING.search(text[:_HEAD])
    return re.sub(r"\s", "", _plain(text[: found.end() + 200 if found else 600]))


def _squeezed(text: str) -> str:
    return re.sub(r"[ \t\u3000]+", "", text)


def _han_date(found: str) -> str:
    digits = {c: str(i) for i, c in enumerate("零一二三四五六七八九")} | {"○": "0", "〇": "0", "Ｏ": "0"}
    year, rest = found[:4], found[5:]
    from govner.reading.headings import number

    month, day = re.findall(rf"([{_NUMERAL}]+)[月日]", rest)
    return f"{''.join(digits[c] for c in year)}-{number(month):02d}-{number(day):02d}"


def find_date(text: str) -> str:
    """The day of the meeting as an ISO date, or "".

    Dates of publication and visits are told apart by what stands before them.
    """
    squeezed = _squeezed(head(text))
    ranked: list[tuple[int, int, str]] = []
    for m in _DATE.finditer(squeezed):
        before, after = squeezed[max(0, m.start() - 12) : m.start()], squeezed[m.end() : m.end() + 30]
        score = 2 * ("大会" in after) + ("会议" in after) + bool(re.search(r"[（(—]\s*$", before))
        score -= 4 * bool(re.search(r"时间|日期|发布|来源|更新|浏览|电$|讯", before))
        ranked.append((-score, m.start(), f"{int(m[1]):04d}-{int(m[2]):02d}-{int(m[3]):02d}"))
    if ranked:
        best = min(ranked)
        if best[0] < 4:
            return best[2]
    han = _HAN_YEAR.search(squeezed)
    return _han_date(han[0]) if han else ""


def find_meeting(text: str) -> str:
    """The meeting's name as given: 徐水县第十四届人民代表大会第五次会议, or ""."""
    squeezed = re.sub(r"\s+", "", head(text))
    best = ""
    for m in _MEETING.finditer(squeezed):
        place = re.split(r"[日在的]|会上|报告|召开|出席|代表", m["place"])[-1]
        name = place + squeezed[m.start() + len(m["place"]) : m.end()]
        if m["session"] and "人民代表大会" in name:
            return name
        best = best or name
    return best


def find_speaker(text: str) -> tuple[str, str]:
    """Speaker and office as given in the head of the report, or two empty strings."""
    start = head(text)
    for m in _SPEAKER.finditer(start):
        name = re.sub(r"\s", "", m["name"])
        if name[0] in _SURNAMES or "·" in name:
            office = re.split(r"会议上?|[日在]", re.sub(r"\s", "", m["office"]))[-1]
            return name, office
    for m in _SPEAKER_BEFORE.finditer(start):
        name = re.sub(r"\s", "", m["name"])
        if name[0] in _SURNAMES:
            return name, re.sub(r"\s", "", m["office"])
    alone = _SPEAKER_LINE.search(start)
    return (alone["name"], re.sub(r"\s", "", alone["office"])) if alone else ("", "")


def _page_title(meta: Mapping[str, Any]) -> str:
    return str(meta.get("title_in_page") or meta.get("title") or "")


def find_title(text: str, meta: Mapping[str, Any]) -> str:
    """The report's title without spaces: from its head, else from the page."""
    for line in head(text).splitlines():
        squeezed = re.sub(r"\s", "", line)
        if "工作报告" in squeezed and len(squeezed) <= 40 and not re.search(r"[。，；]|现在|审议", squeezed):
            return re.split(r"[（(—]|\d{4}年\d{1,2}月\d{1,2}日", squeezed, maxsplit=1)[0] or squeezed
    found = re.search(r"[\u4e00-\u9fff\d]{0,20}?政府工作报告", re.sub(r"[ \t\u3000]", "", head(text)[:300]))
    return found[0] if found else _page_title(meta)


def level_of(name: str) -> Level | None:
    """Level said by the last character of a place or government: 镇人民政府 → town; 市 is taken for a
    prefecture."""
    bare = re.sub(r"(人民)?政府$|办事处$", "", name)
    if "国务院" in name:
        return Level.NATION
    return next((level for level, words in _LEVEL_WORD if bare.endswith(words)), None)


def _place_names(text: str, meta: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Names of the place, best evidence first, each with where it was read."""
    start = opening(text)
    found: list[tuple[str, str]] = []
    for m in _OF_GOVERNMENT.finditer(start):
        found.append((re.sub(r"(人民)?政府$|办事处$", "", m["name"]), "opening"))
    _, office = find_speaker(text)
    found.append((re.sub(rf"(人民政府|政府|街道办事处)?(代理|代)?({_TITLES})$", "", office), "speaker"))
    meeting = find_meeting(text)
    found.append((re.split(r"第?[一二三四五六七八九十]+届", meeting)[0], "meeting"))
    found += [(m["name"], "plan named in the text") for m in [_PLAN_PLACE.search(start)] if m]
    for title, where in ((find_title(text, meta), "title"), (_page_title(meta), "page")):
        titled = _TITLE_PLACE.search(re.sub(r"\d{4}年?|\s", "", title))
        if titled:
            found.append((titled["name"], where))
    found += [
        (str(meta[key]), "table column") for key in ("province", "city", "county", "place") if meta.get(key)
    ]
    return [(name.removeprefix("在"), where) for name, where in found if name]


def find_place(text: str, meta: Mapping[str, Any], year: int | None) -> dict[str, Any]:
    """Place, level and code; what could not be found is empty.

    ``place_evidence`` says where the place was read. A town that the table of towns lacks is given the code
    of its county or city; ``division_code_level`` is the level of what the code names.
    """
    names = _place_names(text, meta)
    if any("国务院" in name or name == places.NATION_NAME for name, _ in names):
        return _place_row(None, Level.NATION, year, "opening")
    for name, where in names:
        division = places.resolve(name, year)
        if division:
            return _place_row(division, division.level, year, where)
    counts = places.mentions(text[:40_000])
    for name, where in names:
        division = places.resolve(name, year, counts)
        if division:
            return _place_row(division, division.level, year, where)
    town = _unlisted_town(names, counts, year, text)
    if town:
        return town
    said = next((level for name, _ in names if (level := level_of(name))), None)
    division = _most_mentioned(counts, said, year, text)
    if division:
        return _place_row(division, division.level, year, "mentions")
    return _place_row(None, said, year, "")


def _unlisted_town(
    names: list[tuple[str, str]], counts: Counter[str], year: int | None, text: str
) -> dict[str, Any] | None:
    for name, where in names:
        m = _TOWN.fullmatch(name)
        if not m:
            continue
        above = places.resolve(m["above"], year, counts) if m["above"] else None
        above = above or _most_mentioned(counts, Level.COUNTY, year, text)
        level = places.town_level(m["town"])
        row = _place_row(above, level, year, where)
        office = "办事处" if level is Level.STREET else "人民政府"
        return row | {
            "government": m["town"] + office, "level": level.value, "place": m["town"],
            "place_path": row["place_path"] + m["town"], "place_evidence": where,
        }  # fmt: skip
    return None


def _most_mentioned(
    counts: Counter[str], said: Level | None, year: int | None, text: str
) -> places.Division | None:
    """The division named most often, if it is named clearly more often than the next one."""
    wanted = said or _level_by_words(text)
    ranked: list[tuple[int, places.Division]] = []
    for name, count in counts.most_common(60):
        division = places.resolve(name, year, counts)
        if division and division.valid(year if year is None or year <= 2024 else None):
            same_rank = division.level is wanted or (wanted is Level.CITY and name.endswith("市"))
            if wanted is None or same_rank:
                ranked.append((count, division))
    if not ranked or ranked[0][0] < 3:
        return None
    if len(ranked) > 1 and ranked[1][0] * 1.5 > ranked[0][0]:
        return None
    return ranked[0][1]


def _level_by_words(text: str) -> Level | None:
    words = {
        Level.PROVINCE: len(re.findall("全省|我省|全自治区", text)),
        Level.CITY: len(re.findall("全市|我市", text)),
        Level.COUNTY: len(re.findall("全县|我县|全区|我区|县委|区委", text)),
        Level.TOWN: len(re.findall("全镇|我镇", text)),
        Level.TOWNSHIP: len(re.findall("全乡|我乡", text)),
        Level.STREET: len(re.findall("全街道|街道党工委", text)),
    }
    level = max(words, key=lambda key: words[key])
    return level if words[level] >= 3 else None


def _place_row(
    division: places.Division | None, level: Level | None, year: int | None, evidence: str
) -> dict[str, Any]:
    if level is Level.NATION:
        return {
            "government": "国务院", "level": level.value,
            "place": places.NATION_NAME, "place_path": places.NATION_NAME,
            "division_code": "000000", "division_code_system": places.GB2260,
            "division_code_level": level.value, "place_evidence": evidence,
        }  # fmt: skip
    if division is None:
        return {
            "government": "", "level": level.value if level else "", "place": "", "place_path": "",
            "division_code": "", "division_code_system": "", "division_code_level": "", "place_evidence": "",
        }  # fmt: skip
    office = "办事处" if level is Level.STREET else "行政公署" if division.name.endswith("盟") else "人民政府"
    return {
        "government": division.name + office, "level": division.level.value, "place": division.name,
        "place_path": places.path(division, year), "division_code": division.code,
        "division_code_system": division.system, "division_code_level": division.level.value,
        "place_evidence": evidence,
    }  # fmt: skip


def extract(text: str, meta: Mapping[str, Any]) -> dict[str, Any]:
    """Metadata of a report's clean text. ``meta`` is what was read from the page or table around it.

    Returns:
        title, government, level, place, place_path, division_code, division_code_system, place_evidence,
        year_reviewed, year_planned (int or None), date (ISO or ""), meeting, speaker, speaker_title.
    """
    date = find_date(text)
    reviewed, planned = review_and_plan(text, date)
    speaker, office = find_speaker(text)
    year = int(date[:4]) if date else planned
    return {
        "title": find_title(text, meta),
        **find_place(text, meta, year),
        "year_reviewed": reviewed,
        "year_planned": planned,
        "date": date,
        "meeting": find_meeting(text),
        "speaker": speaker,
        "speaker_title": office,
    }
