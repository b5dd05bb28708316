"""Units of measure and classifiers: one table from what a report writes to a base unit, its family and the factor.

A figure's value is its number times the factor, in the base unit. Composite units (微克/立方米, 元/人·月) keep their own form.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from govner.quantities.numerals import listed


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as a report writes it."""

    surface: str
    base: str
    family: str
    factor: Decimal


# family, base unit, {surface: factor}
_MEASURES: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("money", "元", {"元": "1", "元人民币": "1", "块钱": "1", "个亿": "1e8", "分钱": "0.01"}),
    ("money", "美元", {"美元": "1", "美金": "1"}),
    ("money", "港元", {"港元": "1", "港币": "1"}),
    ("money", "欧元", {"欧元": "1"}),
    ("money", "日元", {"日元": "1"}),
    ("percent", "%", {"%": "1", "成": "10"}),
    ("permille", "‰", {"‰": "1"}),
    ("points", "百分点", {"个百分点": "1", "百分点": "1", "个千分点": "0.1", "千分点": "0.1"}),
    ("land", "亩", {"亩": "1", "公顷": "15"}),
    ("area", "平方米", {"平方米": "1", "平米": "1", "平方": "1", "㎡": "1", "m²": "1", "m2": "1"}),
    ("area", "平方米", {"平方公里": "1e6", "平方千米": "1e6", "km²": "1e6", "km2": "1e6"}),
    ("mass", "吨", {"吨": "1", "公斤": "1e-3", "千克": "1e-3", "kg": "1e-3", "斤": "5e-4", "克": "1e-6"}),
    (
        "length",
        "米",
        {"米": "1", "公里": "1e3", "千米": "1e3", "km": "1e3", "延米": "1", "延长米": "1", "华里": "500"},
    ),
    ("length", "米", {"厘米": "1e-2", "毫米": "1e-3"}),
    ("volume", "立方米", {"立方米": "1", "立方": "1", "方": "1", "m³": "1", "m3": "1", "升": "1e-3"}),
    (
        "power",
        "千瓦",
        {"千瓦": "1", "瓦": "1e-3", "兆瓦": "1e3", "MW": "1e3", "kW": "1", "吉瓦": "1e6", "GW": "1e6"},
    ),
    (
        "energy",
        "千瓦时",
        {
            "千瓦时": "1",
            "度": "1",
            "千瓦小时": "1",
            "kWh": "1",
            "兆瓦时": "1e3",
            "MWh": "1e3",
            "GWh": "1e6",
            "吉瓦时": "1e6",
        },
    ),
    ("people", "人", {"人": "1", "名": "1", "位": "1", "口": "1"}),
    ("people", "人次", {"人次": "1"}),
    ("households", "户", {"户": "1"}),
    ("time", "年", {"年": "1"}),
    ("time", "月", {"个月": "1"}),
    ("time", "季度", {"个季度": "1"}),
    ("count", "岁", {"岁": "1", "周岁": "1"}),
    ("time", "周", {"周": "1"}),
    ("time", "天", {"天": "1"}),
    ("time", "工作日", {"个工作日": "1", "工作日": "1"}),
    ("time", "小时", {"小时": "1", "个小时": "1", "学时": "1", "课时": "1"}),
    ("time", "分钟", {"分钟": "1"}),
    ("time", "秒", {"秒": "1"}),
    ("ratio", "倍", {"倍": "1"}),
    ("rank", "位", {"个位次": "1", "位次": "1"}),
)

#: Classifiers and units without a family, written as they are counted. Longer ones first where one begins another.
_CLASSIFIERS = listed(
    """
    个 家 项 件 处 条 座 所 套 场 台 张 栋 起 辆 次 株 宗 间 批 部 支 只 头 盏 块 幢 列 份 眼 种 片 根
    对 羽 艘 册 棵 副 班 枚 篇 首 架 箱 瓶 袋 桶 罐 面 把 顶 扇 尊 匹 峰 卷 道 门 例 字 分 岁 笔 类 轮
    期 段 网格 孔 尾 幅 杆 樘 束 颗 粒 标箱 标准箱 架次 班次 列次 场次 批次 件次 家次 户次 车次 艘次
    台次 辆次 例次 频次 宗次 人份 件套 台套 台件 套次 亩次 点次 课次 剂次 个羊单位 羊单位 千伏 千伏安
    兆伏安 万伏 kV KV 吨级 分贝 摄氏度 ℃ 标方 标准立方米 标准煤 床 册次 车公里 换算吨公里 吨公里 人公里
    TEU PB P EFLOPS Eflops EFlops 个标准箱 个标箱 个百分比 标台 公斤级 兆 个点 微克 毫克 单 组
    """
)
#: Units that only stand below a stroke or above one: 微克/立方米, 张/千人.
_PARTS = listed(
    """
    微克 毫克 毫升 人·次 日 月 季度 季 旬 GDP 生产总值 羊 吨标准煤 吨标煤 床位 标准煤 吨煤 千人 万人
    百人 百户 人年 车
    """
)


def _table() -> dict[str, Unit]:
    table = {
        surface: Unit(surface, base, family, Decimal(factor))
        for family, base, surfaces in _MEASURES
        for surface, factor in surfaces.items()
    }
    for surface in _CLASSIFIERS:
        table.setdefault(surface, Unit(surface, surface.removeprefix("个") or "个", "count", Decimal(1)))
    return table


#: Every simple unit by the way it is written.
UNITS = _table()


def _alternatives(words: list[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=lambda word: (-len(word), word)))


# 投了3个亿 is money; 3个亿元项目 are three projects of 亿元 each.
SIMPLE = _alternatives(list(UNITS)).replace("个亿", "个亿(?!元)")
_DENOMINATOR = rf"(?:\d+(?:\.\d+)?)?(?:[十百万亿]|千(?![瓦克米]))*(?:{_alternatives([*UNITS, *_PARTS])})?"
#: 微克/立方米, 微克每立方米, 元/人·月, 吨/月·平方公里, 元/平方米, /10万.
COMPOSITE = (
    rf"(?:(?:微克|毫克|克|公斤|吨|公里|元|万元|立方米|千瓦时)每(?:立方米|平方米|小时|升|吨|亩|千瓦时|"
    rf"公里|平方公里)"
    rf"|(?:{_alternatives([*UNITS, *_PARTS])})/{_DENOMINATOR}(?<!/)"
    rf"(?:[·•/](?:{_alternatives([*UNITS, *_PARTS])}))*|/\d*[十百千万亿]+(?:人|户|吨)?)"
)


def composite_name(surface: str) -> str:
    """A composite unit in one form: a stroke for 每, a middle dot for • (微克每立方米 → 微克/立方米)."""
    return surface.replace("每", "/").replace("•", "·")
