"""Words that tell what a stretch of a report does and which time it speaks of."""

from __future__ import annotations

import re
from dataclasses import dataclass

from govner.reading.roles import Horizon, Role


@dataclass(frozen=True, slots=True)
class Cue:
    """A pattern and what it says."""

    pattern: re.Pattern[str]
    role: Role


def _cue(pattern: str, role: Role) -> Cue:
    return Cue(re.compile(pattern), role)


#: Cues in headings, first match wins.
HEADINGS = (
    _cue(r"名词解释|名词注释|注释|名词说明|有关词语|附件|附：|用语解释|用语说明", Role.GLOSSARY),
    _cue(
        r"(政府|自身|作风|队伍|机关|行政|效能).{0,6}(建设|改革)$|政府自身|自身建设|(法治|服务型|廉洁|效能|人民满意|现代|实干|有为|清廉|过硬|责任|数字|务实|担当|高效|法治型).{0,4}政府|依法行政|勤政|廉政"
        r"|加强政府建设|政府(治理|行政)(能力|效能|水平)|(履职|施政)(能力|水平|效能)",
        Role.GOVERNMENT_BUILDING,
    ),
    _cue(r"存在.{0,8}(问题|困难|不足)|(问题|困难)(与|和)(挑战|困难|不足|问题)", Role.PROBLEMS),
    _cue(r"回顾|总结|(过去|这|的)五年.{0,8}(工作|成就|发展|历程)$|工作情况|取得.{0,6}(成就|成绩|进展)|发展成(就|效|果)|主要成(就|绩)|经验|体会|启示|五年来|一年来", Role.REVIEW),
    _cue(r"^(?!.*(重点|任务|措施|安排|工作部署)).*(总体要求|指导思想|总体思路|总要求|奋斗目标|预期目标|主要目标|发展目标|形势|机遇|基本思路|总体考虑|发展思路)", Role.REQUIREMENTS),
    _cue(r"任务|安排|重点|目标|要求|打算|部署|建议|思路|今后五年|未来五年|今年(的)?(主要)?工作|工作措施|举措|做好|实事", Role.PLAN),
    _cue(r"\d{4}年(的)?(政府)?(主要)?工作$", Role.REVIEW),
)  # fmt: skip

#: A review stretch turns to problems at a sentence that starts like this.
PROBLEMS = re.compile(
    r"(在?(充分)?(肯定|看到|总结)(取得的?)?(这些)?(成绩|成就|成效).{0,12}(同时|时)|同时.{0,14}(清醒|深刻|认识到|看到)|我们.{0,6}(也|还).{0,6}(清醒|深刻|清楚|冷静|充分)"
    r"|回顾.{0,20}(也|还).{0,8}(存在|清醒)|当前.{0,14}(还|仍|也)存在|(与此同时|但|但是|然而|当然).{0,14}(清醒|存在|看到|认识|面临)"
    r"|.{0,24}(也|更|还)?(要|应|应该|必须)?(清醒|清楚|深刻|冷静)地?(看到|认识到|意识到).{0,60}|.{0,20}(仍|还)(存在|面临)(着)?(一?些|不少|许多|诸多).{0,16}(问题|困难|不足))"
)
#: What looks like one of them inside the plan is not about the government's own faults.
#: A part for the coming time turns from requirements to tasks at a sentence that contains this.
TASKS = re.compile(
    r"(重点|着重|主要|着力|突出|切实|全力|集中|扎实)(要)?(抓好|做好|推进|实施|抓|把握|围绕|完成).{0,16}(工作|方面|任务|工程|行动|攻坚|战|重点)[：:。]?$|(以下|下列|如下).{0,12}(工作|方面|任务|重点)|.{0,6}[一二三四五六七八九十]个?(方面|项)(的)?(重点)?(工作|任务)"
)
REQUIREMENTS = re.compile(
    r"总体要求|指导思想|总体思路|总要求|预期目标|主要目标|奋斗目标|指导原则|基本思路|工作思路|总体目标|发展目标|主要预期|形势|机遇|挑战|(今年|\d{4}年)，?是|关键(之)?(一)?年|开局"
)
#: A report ends with one of these.
CLOSING = re.compile(r"各位(代表|委员)|同志们|让我们|(新(的)?)?(征程|蓝图|时代|起点|使命|目标|任务|号角|奋斗)")
APPEAL = re.compile(r"让我们|为.{2,60}(而|作出|做出|不懈|努力|贡献)?(奋斗|贡献|努力)|(谱写|书写|开创|夺取|创造|共创|开辟|奋力).{2,30}[!！。]?$|谢谢")
GREETING = re.compile(r"各位(代表|委员)")
SPEECH = re.compile(r"(现在|下面)?.{0,6}我代表.{0,40}(报告|作).{0,20}|请.{0,20}(审议|审查|提出)")
GLOSSARY = re.compile(r"^\s*(名词解释|名词注释|注释|附件|附[：:]|.{0,16}(名词|词语|用语|术语)(解释|注释|说明))")

_HORIZONS = (
    (Horizon.HALF_YEAR, re.compile(r"上半年|下半年|半年")),
    (Horizon.FIVE_YEAR, re.compile(r"“?十[二三四五]五”?(?!次)(规划)?(期间|时期|时|以来|的|发展|工作|规划|开局|回顾|末|经济|主要|目标|奋斗)|“十[一二三四五]五”|二〇三五年|2035年远景")),
    (Horizon.TERM, re.compile(r"(过去|今后|未来|这|的|近|前)(的)?五年|五年(来|工作|的工作)|本届政府|任期|换届以来|届政府")),
    (Horizon.YEAR, re.compile(r"\d{4}年|今年|去年|一年来|过去(的)?一年|全年|当前")),
)  # fmt: skip


def horizon_of(text: str) -> Horizon | None:
    """The time a heading speaks of."""
    return next((horizon for horizon, pattern in _HORIZONS if pattern.search(text)), None)


#: A sentence that starts like this turns a review of years into one of the last year, or the other way round.
_TURNS = (
    (Horizon.YEAR, re.compile(r"(刚刚)?过去的(一年|\d{4}年)|一年来|(去年|\d{4}年)(以来)?，(是|我们|面对|在|全|县|市|区|省)")),
    (Horizon.TERM, re.compile(r"(过去(的)?|这|上届.{0,6}|本届.{0,6})五年(来|间|，|里|是|的)|五年(来|间)，")),
    (Horizon.FIVE_YEAR, re.compile(r"(过去的?)?“?十[一二三四]五”?(时期|期间|以来)|“十[一二三四]五”")),
    (Horizon.HALF_YEAR, re.compile(r"(今年)?(上|下)半年")),
)  # fmt: skip


def turn_of(sentence: str) -> Horizon | None:
    """The time a sentence turns to at its start, if it does."""
    return next((horizon for horizon, pattern in _TURNS if pattern.match(sentence)), None)


def role_of(heading: str) -> Role | None:
    """What a heading says that its stretch does."""
    return next((cue.role for cue in HEADINGS if cue.pattern.search(heading)), None)
