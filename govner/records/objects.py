"""What a figure without an indicator measures: a project, a counted set (98个大中型项目), or what a verb did
something to (新建农村公路12.3公里).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from govner.quantities.numerals import listed
from govner.records.clauses import CLAUSE_END, Figure, Mention, Sentence

#: Verbs of delivering. Two characters each, so that compounds (新建改造, 改扩建) are read in two steps.
VERBS = listed(
    """
    新建 改建 扩建 改造 建成 建设 完成 实施 开工 竣工 投产 投用 启用 打造 修建 修复 维修 整治 治理 清理
    清运 拆除 拆违 关停 淘汰 取缔 消化 盘活 流转 新增 新改 增设 安装 更新 铺设 架设 疏浚 清淤 硬化 绿化
    亮化 栽植 种植 补植 造林 营造 培育 引进 引入 招引 签约 落地 认定 获批 获评 评选 创建 举办 开展 组织
    走访 慰问 培训 服务 办理 办结 受理 化解 排查 查处 查办 破获 侦破 抓获 打击 处置 处理 整改 消除 救助
    帮扶 帮助 资助 发放 兑现 落实 安排 争取 筹措 筹集 募集 投入 拨付 下达 减免 减税 退税 追回 挽回 收缴
    融资 贷款 吸纳 安置 转移 解决 惠及 覆盖 受益 带动 推广 应用 设立 成立 组建 配备 配齐 购置 采购 更换
    添置 制定 出台 修订 编制 印发 取消 下放 承接 精简 压减 优化 推进 推动 启动 谋划 储备 包装 申报 列入
    纳入 入选 选派 招聘 招录 选聘 提拔 处分 问责 通报 立案 审结 调解 接待 接收 收集 采纳 征集 收到 提出
    回收 收购 出栏 生产 加工 储存 供应 销售 出口 建立 达成 吸引 新办 注册 关闭 退出 搬迁 迁建 复垦 开垦
    整理 征收 征用 供地 出让 收储 腾退 腾出 确权 颁证 检查 抽检 检测 监测 巡查 巡检 劝返 劝导 献血 捐款
    捐赠 认领 结对 联系 下沉 新开 开通 开行 贯通 通车 升级 提升 扶持 支持 奖励 补贴 补助 代办 上线 梳理
    公开 发布 印制 宣讲 开放 建好 修好 办好 改善 增加 减少 节约 普及 保障 守护 稳定 供给 运送 调处 摸排
    督办 约谈 移送 起诉 判处 实现 争创 落户 入驻 进驻 布局 备案 登记 检修 修缮 加固 除险 加装 移交 分配
    筹建 续建 规划 打掉 打通 承担 新设 补偿 净增 压缩 缩减 揭牌 创成 配建 布设 投放 造血 认证 培养 引育 聘请
    削减 清除 封堵 整修 偿还
    """
)
_VERB = re.compile(
    rf"(?:新开工(?![业厂作艺])|(?:{'|'.join(VERBS)})(?![性率额费])|改扩建|新改扩建|"
    rf"发展(?![规改目项基资银中大战方质])|建(?![议档])|修(?![补订编])|拆(?!迁)|种(?![植类]))"
)
#: Verbs that tell one class of things from another (签约项目, 开工项目): the object keeps them.
_STATES = re.compile(r"(?:签约|开工|竣工|投产|落地|达产|投用|续建|在建)+")
#: Nouns that begin like a verb: 完成6000套改造计划.
_PLANNED = re.compile(r"..(?:计划|任务)(?:[，。；、！,;]|$)")
_ADVERBS = re.compile(
    r"^(?:其中|全[年市县区镇乡省]|今年|去年|年内|累计|共计?|已|将|再|还|也|又|先后|分别|计划|力争|确保|"
    r"争取|重点|继续|全面|深入|扎实|持续|加快|大力|积极|成功|顺利|稳步|"
    r"五年来?|一年来|\d{4}年|上半年|下半年|同时|率先|共|并|进一步|有序|全力|高标准|高质量|完善|抓好|我们|"
    r"要|等)"
)
#: 和 that joins; that of 和美乡村 belongs to the name.
_AND = r"和(?!美乡|美村)"
_NOUN_END = re.compile(
    rf"[\d，,。；;、：:！？（）()\[〔\n”]|{_AND}(?!地区)|与|(?<!级)及(?!以上)|落实|签订|全线|都|"
    r"(?<=[目业村项程户区校院站园路桥台线点])(?:的|，)|竣工|开工|投产|建成|完工|通过|获|实现|达|完成|"
    r"启动|投入|全部|全面|首次|相继|落地|上线|进展|建立|实施了|融入|共建|设置|试行|并[成为]|均|正|已|纳入|列入|入选|投用"
)
_JOINTS = rf"(?:[、与及的 ]|{_AND})"
_QUOTED = re.compile(r"“[^”]*”")
_COUNTED = frozenset({"count", "people", "households"})
_SIZED = frozenset({"length", "area", "land", "volume", "mass"})


@dataclass(frozen=True, slots=True)
class Measured:
    """What a figure measures; ``entity`` is a mention's index where it is a project."""

    measures: str
    entity: int | None = None
    verb: str = ""
    object: str = ""


def measured(sentence: Sentence, figure: Figure, last: Measured | None) -> Measured:
    """What an unlinked figure measures.

    Args:
        last: what the figure right before in the sentence measures: its object where this one has none
            (改造小区23个、2140户), its verb where the list goes on with another noun.
    """
    if sentence.bounds(figure) or figure.quantity.family in ("rank", "ratio", "points", "number"):
        return Measured("")
    if (project := _project(sentence, figure)) is not None:
        return Measured("project", project.index, "", project.text)
    start = sentence.clause_start(figure.start)
    previous = [f.end for f in sentence.figures if f.end <= figure.start and not sentence.bounds(f)]
    joined = bool(previous) and max(previous) >= start
    start = max([start, *previous])
    before = re.sub(
        rf"^(?:以[上下内]|左右|上下)?{_JOINTS}*|{_JOINTS}+$", "", sentence.between(start, figure.start)
    )
    named = figure.quantity.family in _COUNTED | _SIZED
    ends = [m.start for m in sentence.mentions if m.start >= figure.end]
    behind = sentence.between(figure.end, min(ends, default=sentence.end))
    # 5亿人口: the unit took the first half of the noun.
    whole = "人" if figure.quantity.text.endswith("人") and behind.startswith("口") else ""
    after = _noun(whole + behind) if named else ""
    if not before and joined and last is not None and not after:
        return last if last.measures in ("action", "counted_set") else Measured("")
    verb, noun = _verb_and_noun(before)
    if not verb and joined and last is not None:
        verb = last.verb
    counted = figure.quantity.family in _COUNTED
    object = after if after and (counted or len(noun) < 2) else noun or after
    if not object:
        return Measured("action", None, verb, "") if verb and counted else Measured("")
    return Measured("action" if verb else "counted_set", None, verb, object)


def _project(sentence: Sentence, figure: Figure) -> Mention | None:
    """The PROJECT that a figure stands right before (投资1.2亿元的…) or right behind."""
    for mention in sentence.mentions:
        if mention.label != "PROJECT":
            continue
        gap = sentence.between(figure.end, mention.start) if mention.start >= figure.end else None
        if (
            gap is not None
            and gap in ("的", "建设", "建设的", "实施", "实施的")
            and figure.quantity.family not in _COUNTED
        ):
            return mention
        if figure.quantity.family in _COUNTED and re.match(
            r"$|等", sentence.between(mention.end, figure.start)
        ):
            continue
        behind = sentence.between(mention.end, figure.start) if mention.end <= figure.start else None
        if behind is not None and len(behind) <= 8 and not CLAUSE_END.search(behind) and "、" not in behind:
            return mention
    return None


def _noun(after: str) -> str:
    """The noun that a classifier counts, from right behind it."""
    after = re.sub(r"^(?:以[上下]|左右)?的?", "", after)
    if (
        not re.match(r"[一-龥“]", after)
        or (_VERB.match(after) and not _PLANNED.match(after))
        or re.match(rf"(?:以[上下内]|左右|{_AND}|与|及|占|达|，|比|较|增|是|在|为|均|已|全部|被)", after)
    ):
        return ""
    # What stands in quotes belongs together.
    end = _NOUN_END.search(_QUOTED.sub(lambda m: "“" * len(m[0]), after), 1)
    noun = after[: end.start()] if end else after
    if noun.count("“") != noun.count("”"):
        return ""
    return noun if len(noun) <= 24 else ""


def _verb_and_noun(before: str) -> tuple[str, str]:
    """The verb that a clause begins with, and the noun behind it."""
    rest = before
    while (adverb := _ADVERBS.match(rest)) is not None:
        rest = rest[adverb.end() :]
    verb = ""
    while (
        (m := _VERB.match(rest)) is not None
        and (len(m[0]) > 1 or not verb)
        and (not verb or len(rest) - m.end() > 1)
    ):
        verb, rest = verb + m[0], re.sub(rf"^(?:[、了]|{_AND})+", "", rest[m.end() :])
    noun = re.sub(
        r"(?:达到?|为|共|超过?|[过逾破]|首次|历史性|全部|均|都|已|普遍|近|约|不少于|不超过|各|有|至|到|了|突破|由|从|人均|每|按|月|累计|压缩|"
        r"缩短|减少|增加|提高|扩大|发展|、)+$",
        "",
        rest,
    )
    if noun and _STATES.fullmatch(verb):
        noun = verb + noun
    return verb, noun.strip("“”") if noun.count("“") != noun.count("”") else noun
