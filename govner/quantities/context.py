"""What has the shape of a figure and is none: dates, list numbers, names, routes, slogans, article-like numerals."""

from __future__ import annotations

import re

from govner.quantities.grammar import Candidate
from govner.quantities.numerals import listed
from govner.quantities.words import words_before

_QUOTED = re.compile(
    r"“[^”]{1,14}”|‘[^’]{1,14}’|《[^》]{0,100}》|〔[\d ]{1,4}〕|\[\d{1,3}\]|【\d{1,3}】|[①-⑳]"
)
_LIST_NUMBER = re.compile(r"(?:^|(?<=[。；：！？]))[ ]*[（(]?\d{1,2}[.、．)）](?!\d)")
#: Formulas with numbers that stand without quotes too.
_FORMULAS = re.compile(
    r"两个(?:维护|确立|务必|毫不动摇|文明|结合|责任|清单|行为)|[四三]个(?:意识|自信|代表|全面|善用|最严|"
    r"最)|五个(?:一批|文明)|"
    r"八项规定|两手抓|两不愁|三个(?:区分|务必|转变)|四个(?:不摘|伟大|中心)|"
    r"[一二三四五六七八九十两]个百年|十四个五年|一国两制"
)
_PLACES = re.compile(r"三门峡|五台(?:山|县)|三台县|六盘水|七台河|九台|八里|双台|三家村|九家|千岛")

#: After these, a figure with 年, 月, 天 is a stretch of time that the report speaks of, not something measured.
_PERIOD_BEFORE = re.compile(r"(?:近|过去|未来|今后|前|后|这|头|连续|最近|每|第|上|下|整整|又)$")
_PERIOD_AFTER = re.compile(
    r"以?来|新高|最|间|中|里|内|前|后|行动|规划|计划|攻坚|期|工作|任期|如一日|[的，。]?(?:奋斗|努力|历程|"
    r"实践)|级|制|度|生|代|底|初"
)
_ORDINAL_AFTER = re.compile(
    r"(?:、\S{1,3}次)*(?:会议|全会|全体|党代会|产业|创业|分配|供水|污染|常务|代表大会|作业)"
)

#: One of these classifiers behind 一, itself behind a noun, counts (建成学校一所); elsewhere 一 + classifier is an article.
_ONE = frozenset("所座处家栋辆台")
#: Units that Chinese numerals take in names, ordinals and idioms more often than in counts.
_NOT_CHINESE = frozenset(
    listed(
        """
        年 期 级 门 分 字 面 度 方 位 片 道 线 把 轮 段 例 部 类 对 种 克 升 斤 兆 眼 卷 口 株 孔 床 P
        月 周 秒 网格 笔 日
        """
    )
)
_RANKED = re.compile(
    r"(?:居|列|排|位|名列|跻身|跃升|上升|升|保持|进入|稳居|获|前移|提升|全[省市区县国盟州镇乡]|"
    r"[省市区县]里?|世界|全球|考核|总分|增速|总量|水平|分别|[、和第至到为])$"
)
_RANK_ENDS = re.compile(r"(?:$|[，。；、！）和及与”]|的|升到|升至|提升|上升|前移|跃|降)")
_VALUE_BEFORE = re.compile(
    r"(?:[为达至到于是在值数率均比分超近约过低高长加升降少破的]|浓度|指数|系数|得分|人均|平均|[)）]|[:])$"
)
_VALUE_AFTER = re.compile(r"$|[，。；、）)！]|以[上下内]|左右|上下|和|及|与|至|到|降|提|增|下|上")
_ARTICLE_BEFORE = re.compile(r"[每第同另某这那唯统任哪成为于在到有了合某头其各]$")
_OPEN_BOUND = re.compile(r"以[上下内](?=$|[，。；、！,;）)])")
_MAGNITUDE_BEFORE = re.compile(r"(?:近|超|过|上|逾|破|达|约|成|数以|以|累计|共)$")


def protected(line: str) -> list[tuple[int, int]]:
    """Ranges of a line in which numbers count nothing: titles, short quotes, list numbers, notes, formulas, place names."""
    found = [
        m.span() for pattern in (_QUOTED, _LIST_NUMBER, _FORMULAS, _PLACES) for m in pattern.finditer(line)
    ]
    return sorted(found)


def is_figure(line: str, found: Candidate) -> bool:
    """Whether a candidate is a figure, by what stands around it."""
    before, after = words_before(line, found.start), line[found.end : found.end + 8]
    if line[found.start : found.end] == "零":
        return True
    if found.family == "rank" and found.surface not in ("位次",):
        return _is_rank(before, after, found)
    if re.search(r"[A-Za-z][-.]?$|[+×xX*#№·.]$|\d-$", before) or re.match(r"[+×*]\d|[·•]\d|[A-Za-z]", after):
        return found.unit in ("%", "PB", "P") and not re.search(r"[A-Za-z.]$", before)
    if re.search(r"[数几]$", before) and found.chinese:
        return False
    if before.endswith("第"):
        return False
    if found.unit == "年" or found.surface == "年":
        return _is_years(before, after, found)
    if found.surface == ":":
        return not re.search(r"(?:[上下]午|晚上?|早上?|[时点])$", before)
    if found.surface == "成":
        return re.match(r"[以左的，。；、！多余]|$", after) is not None
    if not found.unit:
        return _is_bare(line[found.start : found.end], before, after, found)
    if found.surface == "周" and after.startswith("年"):
        return False
    if re.match(r"[个]?(?:月|年|日)前|(?:小时|天)制", after):
        return False
    if found.unit == "次" and _ORDINAL_AFTER.match(after):
        return False
    if found.unit == "度" and re.match(r"假|角|电以|夜", after):
        return False
    return not found.chinese or _counts(line, before, after, found)


def _is_rank(before: str, after: str, found: Candidate) -> bool:
    """第3位 and 前10名 always; 第三 and 前三 where the words around speak of an order."""
    if found.vague == "first":
        named = found.surface in ("位", "名", "强", "次")
        return _RANKED.search(before) is not None and (named or _RANK_ENDS.match(after) is not None)
    if not found.chinese:
        return re.search(r"(?:作为|(?<![排列居位])在|把)$", before) is None
    return _RANKED.search(before) is not None and _RANK_ENDS.match(after) is not None


def _is_years(before: str, after: str, found: Candidate) -> bool:
    if (
        found.chinese
        or found.value >= 1000
        or (found.high or 0) >= 1000
        or before.endswith(("0", "至", "—", "-"))
    ):
        return False
    return not (_PERIOD_BEFORE.search(before) or _PERIOD_AFTER.match(after) or re.match(r"\d{1,2}月", after))


def _is_bare(number: str, before: str, after: str, found: Candidate) -> bool:
    """A number without a unit is a value only behind a word that wants one and before a break."""
    if found.chinese or (1900 <= found.value < 2100 and found.value == found.value.to_integral()):
        return False
    if found.high is not None and 1900 <= found.high < 2100:
        return False
    if re.fullmatch(r"\d{8,}", number):
        return False  # of a telephone or an account
    if number[-1:] in ("万", "亿") and not number[-2:-1].isspace():
        return True
    return _VALUE_BEFORE.search(before) is not None and _VALUE_AFTER.match(after) is not None


def _counts(line: str, before: str, after: str, found: Candidate) -> bool:
    """Whether a numeral in characters, with a unit, counts something."""
    number = line[found.start : found.end - len(found.surface)].strip()
    if found.surface in _NOT_CHINESE and len(number) < 2:
        return False
    if number in ("百", "千", "万", "亿", "十万", "百万", "千万"):
        # 亿元以上项目 names a class of projects and measures nothing.
        return _MAGNITUDE_BEFORE.search(before) is not None or _OPEN_BOUND.match(after) is not None
    if found.family in ("percent", "permille", "money", "points", "ratio"):
        return number != "一" or found.family != "money"
    if number == "一":
        closed = re.match(r"$|[，。；、！]", after) is not None
        return found.unit in _ONE and closed and not _ARTICLE_BEFORE.search(before)
    if found.unit == "次":
        return re.match(r"$|[，。；、！以]", after) is not None
    return not before.endswith("第")
