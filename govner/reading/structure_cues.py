"""Words that tell what a stretch of a report does and which time it speaks of."""

from __future__ import annotations

import re

from govner.reading.roles import Horizon, Role

_FIVE_YEAR_PLAN = "“?十[一二三四五六]五”?(?!次|届)"

_GOVERNMENT = re.compile(
    r"政府.{0,6}(自身|治理|效能|行政|职能|建设|公信力|执行力|履职|服务能力|能力|改革创新|管理创新)"
    r"|自身建设|(法治|服务型|廉洁|效能|人民.{0,3}满意.{0,2}|实干|有为|清廉|过硬|责任|务实|担当|高效|型)政府"
    r"|依法行政|勤政|廉政|(履职|施政|行政)(能力|水平|效能)|党的全面领导.{0,8}政府工作|风清气正|提升政府"
)
_STRONG_GOVERNMENT = re.compile(r"自身建设|政府建设|政府自身|(法治|服务型|廉洁|满意.{0,2})政府$")
_REQUIREMENTS = re.compile(
    r"总体要求|指导思想|总体思路|总要求|奋斗目标|预期目标|主要目标|发展目标|基本思路|总体考虑|主要考虑|发展思路|重要要求"
)
_SITUATION = re.compile(r"面临.{0,6}形势|形势(与|和|分析)|发展环境(与|和|分析)")
_TASKS_IN_HEADING = re.compile(r"重点|任务|措施|安排|部署|工作打算")
_REVIEW = re.compile(
    r"回顾|总结|(过去|这|的)五年.{0,8}(工作|成就|发展|历程)$|工作情况|取得.{0,10}(成就|成绩|进展|成效)|发展成(就|效|果)"
    r"|主要成(就|绩)|经验|体会|启示|五年来|一年来"
)
_PLAN = re.compile(
    r"任务|安排|重点|目标|要求|打算|部署|建议|思路|今后五年|未来五年|今年(的)?(主要)?工作|工作措施|举措|做好|要抓"
)

#: How a heading without a number ends if it names a part of the report.
PART_ENDING = re.compile(
    r"(回顾|总结|任务|安排|目标|要求|重点工作|主要工作|年工作|打算|部署|自身建设|政府建设|思路|效能|建议|考虑|举措"
    r"|工作重点)$"
)
#: A line that starts an annex: explanations of terms, notes, lists of projects.
GLOSSARY = re.compile(
    r"^[\s※【\[（(*]*(名词解释|名词注释|注释|注解|附[件录表](\s*\d+)?|附\s*[：:].*|有关(名词|词语|用语).{0,6}"
    r"|.{0,14}(名词|词语|用语|术语|短语)(解释|注释|说明))"
    r"[\s※】\]）)*：:]*(名词解释)?$"
)


def role_of(heading: str) -> Role | None:
    """What the heading of a part says that its stretch does; None if it says nothing."""
    if GLOSSARY.match(heading):
        return Role.GLOSSARY
    if _GOVERNMENT.search(heading) and not re.search(r"回顾|总结", heading):
        return Role.GOVERNMENT_BUILDING
    if re.search(r"存在.{0,8}(问题|困难|不足)|(问题|困难)(与|和)(挑战|困难|不足|问题)", heading):
        return Role.PROBLEMS
    if _REVIEW.search(heading):
        return Role.REVIEW
    if (_REQUIREMENTS.search(heading) or _SITUATION.search(heading)) and not _TASKS_IN_HEADING.search(
        heading
    ):
        return Role.REQUIREMENTS
    return Role.PLAN if _PLAN.search(heading) else None


def lower_role_of(heading: str, last: bool) -> Role | None:
    """The same for a heading inside a part: only what changes the role of the part is told.

    ``last``: no other heading of its level follows in the part; the government itself comes last.
    """
    short = heading[:40]
    if _STRONG_GOVERNMENT.search(short) or (last and _GOVERNMENT.search(short)):
        return Role.GOVERNMENT_BUILDING
    if len(short) <= 24 and (_REQUIREMENTS.search(short) or _SITUATION.search(short)):
        return None if _TASKS_IN_HEADING.search(short) else Role.REQUIREMENTS
    return Role.PROBLEMS if re.search(r"(存在|面临).{0,8}(问题|困难|不足)", short) else None


#: In a review, near its end, a sentence that starts like this turns to the problems.
PROBLEMS = re.compile(
    r".{0,40}(清醒|深知|冷静|深刻(地)?(认识|看到)|不能只看到成绩|不容忽视|既要看到成绩).{0,70}"
    r"|.{0,40}(还|仍|仍然|也|依然|依旧)(还)?(存在|面临|有)(着)?.{0,40}(问题|困难|不足|挑战|短板|压力|矛盾|差距)"
    r"|在?(充分)?(肯定|看到|总结).{0,8}(成绩|成就|成效).{0,24}(问题|困难|不足|挑战)"
    r"|.{0,16}(问题|困难)(和|与|、)(不足|问题|挑战|困难)主要"
)
#: A part for the coming time turns from requirements to tasks at a sentence like this.
TASKS = re.compile(
    r".{0,60}(重点|着重|主要|着力|突出|切实|全力|集中|扎实|认真|努力|具体)?(要)?(抓好|做好|推进|实施|抓|围绕|完成)"
    r".{0,24}(工作|方面|任务|工程|行动|攻坚|战|重点|突破).{0,4}[：:。]?$"
    r"|.{0,60}(以下|下列|如下).{0,12}(工作|方面|任务|重点).{0,4}$|.{0,30}[一二三四五六七八九十\d]+\s?个?(方面|项)(的)?(重点)?(工作|任务).{0,4}$"
    r"|.{0,20}(战略重点|主要任务|工作重点|重点任务|重点工作)(是|有)?[：:]$"
)
REQUIREMENTS = re.compile(
    r"总体要求|指导思想|总体思路|总要求|预期目标|主要目标|奋斗目标|指导原则|基本思路|工作思路|总体目标|发展目标|主要预期"
    r"|形势|机遇|挑战|(今年|\d{4}年)，?(是|既是)|关键(之)?(一)?年|(关键|重要|攻坚|决胜).{0,4}时期|开局|坚持以.{2,20}为指导"
)
GREETING = re.compile(r"(各位(代表|委员)|同志们)[、，,！!：:\s]*(同志们|各位委员|各位代表)?[！!，,：:]*\s*")
APPEAL = re.compile(r"让我们|我们(一定)?要更加紧密地?团结|我们坚信|谢谢大家")

#: What the opening of a paragraph says when it turns to the government itself, outside any heading.
GOVERNMENT_PARAGRAPH = re.compile(
    r"自身建设|政府建设|建设人民.{0,4}满意|(加强|坚持|强化|突出).{0,10}党的全面领导|自身(过|要)?硬|(各级)?政府(系统)?(都)?要有|对政府(工作|自身)"
    r"|政府工作(要|必须)|法治政府|政府系统|加强党的建设|旗帜鲜明讲政治|两个确立|全面从严治党|(责任担当|履职能力).{0,12}(治理效能|担当)|干字当头"
)
#: Business of state that follows the part on the government itself.
STATE_AFFAIRS = re.compile(r"民族|宗教|国防|军队|部队|军民|港澳|香港|台湾|侨|外交|双拥|退役军人|世界|国际")

_HORIZONS = (
    (Horizon.HALF_YEAR, re.compile(r"[上下]半年")),
    (Horizon.FIVE_YEAR, re.compile(_FIVE_YEAR_PLAN)),
    (Horizon.TERM, re.compile(
        r"(过去|今后|未来|这|的|近|前)(的)?五年|(?<![〇○零一二三四五六七八九十])五年(来|工作|的工作)|本届政府|任期|换届以来|届政府"
    )),
    (Horizon.YEAR, re.compile(
        r"\d{4}年|[二一][○〇零]{0,2}[一二三四五六七八九○〇零]{1,2}年|今年|去年|一年来|过去(的)?一年|全年"
    )),
)  # fmt: skip


def horizons_of(heading: str) -> list[Horizon]:
    """The times that a heading speaks of, in the order in which it names them."""
    found = [(m.start(), horizon) for horizon, pattern in _HORIZONS if (m := pattern.search(heading))]
    named = [horizon for _, horizon in sorted(found, key=lambda pair: pair[0])]
    if Horizon.HALF_YEAR in named:
        return [Horizon.HALF_YEAR]
    return [h for h in named if not (h is Horizon.TERM and Horizon.FIVE_YEAR in named)]


_TURNS = (
    (Horizon.YEAR, re.compile(r"(刚刚|已经)过去的|过去(的)?(这)?一年|一年来")),
    (
        Horizon.FIVE_YEAR,
        re.compile(
            rf"(过去的?|回望|回顾)?{_FIVE_YEAR_PLAN}(这五年|时期|期间|以来|是)|.{{0,40}}标志着.{{0,3}}{_FIVE_YEAR_PLAN}"
            rf"|.{{0,30}}{_FIVE_YEAR_PLAN}(规划)?(顺利|圆满|胜利)?收官(之年)?。?$"
        ),
    ),
    (Horizon.TERM, re.compile(r"(回顾|回首|回望)?(过去(的)?|这|上届.{0,6}|本届.{0,6})五年|五年(来|间|历程)")),
    (Horizon.YEAR, re.compile(r"(去年|\d{4}年)，?(是|既是|极不|我们)")),
    (Horizon.HALF_YEAR, re.compile(r"(今年)?[上下]半年")),
)  # fmt: skip
_THIS_YEAR = re.compile(r"(今年|\d{4}年)，?(是|政府工作|经济社会|全[省市县区])")


def turn_of(sentence: str) -> Horizon | None:
    """The time to which a sentence of a review turns at its start, if it does."""
    bare = GREETING.sub("", sentence, count=1) if GREETING.match(sentence) else sentence
    return next((horizon for horizon, pattern in _TURNS if pattern.match(bare)), None)


def turns_to_this_year(sentence: str) -> bool:
    """Whether a sentence of a plan for years turns to the coming year."""
    return bool(_THIS_YEAR.match(sentence))
