"""Bodies that a report names without a place, and that are its own place's: 工会, 政务服务中心, 文化馆."""

from __future__ import annotations

import re
from functools import lru_cache

from govner.names.surface import read_rows
from govner.names.territory import Territory
from govner.reading import places

#: Institutions of which a county or a higher place has one.
_ONE_OF_A_KIND = re.compile(
    r"(?:政务服务|行政服务|行政审批服务|市民服务|群众工作|群众服务|公共资源交易|不动产登记|疾病预防控制|疾控|融媒体|"
    r"卫生计生监督|新时代文明实践|检验检测|综合检测|土地储备|城市(?:运行)?管理|智慧城市|社会福利|救助管理|党群服务|招商)(?:管理|服务)?中心"
    r"|(?:文化|群众艺术|图书|博物|档案|美术|科技|规划展览)馆|卫生(?:计生|健康)?(?:综合)?监督所"
    r"|(?:妇幼保健(?:计划生育服务中心|院)|中医院|职教中心|党校|广播电视台|电视台)"
    r"|(?!中共|中央|中国|国家|国务院|全国|世界|国际|村民|居民|人民调解|业主)[\u4e00-\u9fff]{2,10}(?<!管理)(?<!调解)(?<!村民)(?<!居民)委员会"
)
#: Institutions of which a town has one and a county many.
_TOWN_ONE = re.compile(
    r"派出所|司法所|卫生院|财政所|税务分局|供电所|便民服务中心|党群服务中心|综合文化站|文化站|综合(?:行政)?执法(?:大|中)?队|"
    r"人民调解委员会|退役军人服务站|综治中心|中心小学|国土所|自然资源所|市场监管所|兽医站|农技站"
)
#: The evidence for a mention that is no body.
LINE_OF_WORK = "a line of work, not a body"
#: What follows a line of work (工会、妇女、儿童等事业) and not a body that acts.
_LINE_OF_WORK = re.compile(
    r"(?:[、和及][^，。；、\n]{1,8})*(?:等)?(?:各项|各类)?(?:事业|工作)(?!者|人员|单位|组)"
)


@lru_cache(maxsize=1)
def _own() -> dict[str, tuple[str, str]]:
    return {row["bare"]: (row["name"], row["town"]) for row in read_rows("own_bodies.csv")}


def own_body(surface: str, territory: Territory, after: str = "") -> tuple[str, str] | None:
    """The report's own body that a name without a place means.

    Args:
        surface: the mention, without white space.
        after: the text behind it, to tell a body from a line of work.

    Returns:
        Its name ("" where the words mean no body or the place is not known) and how that is known; None where the surface
        is not such a name.
    """
    group = _own().get(surface)
    if group is None and not (_ONE_OF_A_KIND.fullmatch(surface) or _TOWN_ONE.fullmatch(surface)):
        return None
    if group is not None and _LINE_OF_WORK.match(after):
        return "", LINE_OF_WORK
    place = territory.place
    if not place:
        return "", "the report's place is not known"
    if place == places.NATION_NAME:
        return (f"全国{surface}", "the nation's own") if group else None
    if group is not None:
        name = group[1] if territory.grassroots else group[0]
        return name.format(
            place=place
        ), f"bare: {place}'s own" if name else f"{place} has no {surface} of its own"
    one = _TOWN_ONE if territory.grassroots else _ONE_OF_A_KIND
    if not one.fullmatch(surface):
        return None
    return place.removesuffix("办事处") + surface, f"bare: the only {surface} of {place}"
