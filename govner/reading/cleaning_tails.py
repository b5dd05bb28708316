"""Page footers: share links, neighbouring articles, editors, copyright notes, login prompts and scrapers'
marks.
"""

from __future__ import annotations

import re
from typing import Any

from govner.reading import cleaning_posting as posting
from govner.reading.cleaning_base import Line, Result, is_prose
from govner.schema import Edit

REASONS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (reason, re.compile(pattern))
    for reason, pattern in (
        (
            "share links",
            r"^[【\[]?(?:一键)?分享(?:到|至)?(?:微信|微博|朋友圈)?[:：]?[】\]]?$|^(?:QQ空间|新浪微博|腾讯微博|人人网|开心网|百度空间|和讯|天涯社区)$",
        ),
        ("neighbouring articles", r"^[<《]*(?:上|下|前|后)一(?:篇|条|则)(?:[:：].{0,60})?[>》]*$"),
        (
            "related links",
            r"^(?:相关|延伸|推荐|热门|猜你喜欢)(?:文章|链接|评论|报道|文档|附件|新闻|阅读|稿件|信息|解读|推荐|专题)?[:：>》»]*$"
            r"|^历年.{2,30}报告.{0,16}$|^本栏(?:最新|推荐|热点)$|^阅读排行$|^标签(?:云)?[:：]?$|^[>》»]*点击.{0,12}(?:专题|详情|查看|下载)[>》»《<]*$",
        ),
        ("QR code note", r"^(?:手机)?(?:微信)?扫(?:一扫|码|描二维码).{0,24}$"),
        (
            "page tools",
            r"^(?:[【\[（(|]*(?:我要|点击)?(?:打印|关闭|收藏|返回|推荐|纠错|下载)(?:本页|此页|本文|窗口|页面|顶部|列表|首页|到顶部)?[】\]）)|]*)+$"
            r"|^快速回复.{0,16}$|^【?E-?mail推荐】?$|^网站纠错$|^我要纠错.{0,10}$",
        ),
        (
            "editor's name",
            r"^[（(【\[]?(?:责任编辑|编辑|责编|审核|初审|复审|终审|校对|录入|监制|值班编委)[:：].{0,30}$",
        ),
        ("origin", r"^[（(【\[](?:来源|稿源|据|转自)[:：]?.{2,20}[）)】\]]$"),
        (
            "attachment links",
            r"^附件(?:下载)?[:：]?$|^附件\d*[:：]?.{1,60}\.(?:pdf|docx?|xlsx?|wps|ofd|zip|rar)(?:\(.*\))?$",
        ),
        (
            "login prompt",
            r"^您?(?:需要|请|必须)?(?:先)?登[录陆]后.{0,30}$|^本版积分规则$|^(?:发表|我要|网友)评论.{0,10}$",
        ),
        (
            "copyright note",
            r"^(?:友情链接|网站地图|站点地图|关于我们|联系我们|网站声明|隐私声明|网站管理|政府网站|返回首页)[:：|]?"
            r"|^(?:主办|承办|主管|协办|维护)(?:单位)?[:：].{2,40}(?:承办|协办|维护|电话|邮编|地址|邮箱)"
            r"|^(?:地址|邮编|联系电话|传真|电子邮箱|网站邮箱|服务热线|建议使用)[:：]?.{2,60}$"
            r"|版权所有|copyright|©|ICP备|公网安备|网站标识码|Poweredby|技术支持[:：]"
            r"|^(?:本站|本网|本网站|声明|免责声明|特别声明).{0,60}(?:侵权|转载|联系|立场|版权|责任|处理)",
        ),
    )
)
SCRAPER = re.compile(
    r"(?<=[。！？!?”.…\s])\s*(?:来自|转自|摘自|百度搜索|搜索|关注|微信公众号|公众号|更多数据)?\s*(?:马\s*克\s*数\s*据\s*网"
    r"|(?:来自|转自|摘自|微信公众号|公众号)[:：]?[\w ]{2,16})\s*\Z"
)
FORTHRIGHT = 3  # lines of a footer after which even a longer short line belongs to it


def footer_reason(bare: str) -> str | None:
    """Why a line (white space removed) is part of a page's footer, or None."""
    if len(bare) > 120:
        return None
    return next((reason for reason, pattern in REASONS if pattern.search(bare)), None)


def drop_footer(lines: list[Line], body: int, reasons: dict[int, str], meta: dict[str, Any]) -> None:
    """Mark the footer: from the first footer line after which nothing reads like prose, to the end.

    Lines straight above it that are footer lines of a weaker kind (an editor's name on a line of its own)
    go with it.
    """
    start = _footer_start(lines, body)
    if start is None:
        return
    reason = footer_reason(lines[start].bare) or "page footer"
    for index in range(start, len(lines)):
        found = footer_reason(lines[index].bare)
        reason = found or reason  # under a footer's heading stand the entries of its list
        reasons.setdefault(index, reason)
        parsed = posting.parse(lines[index].text) if found in ("editor's name", "origin") else None
        for key, value in (parsed[0] if parsed else {}).items():
            meta.setdefault(key, value)


def scraper_marks(text: str) -> Result:
    """The mark that a collector of texts left behind the last sentence."""
    match = SCRAPER.search(text)
    return Result([Edit(match.start(), match.end(), "", "scraper's mark")] if match else [])


def _footer_start(lines: list[Line], body: int) -> int | None:
    start: int | None = None
    openers = 0
    for index in range(len(lines) - 1, body, -1):
        bare = lines[index].bare
        if footer_reason(bare) is not None:
            start = index
            openers += 1
        elif is_prose(bare, 20):
            break
    if start is None:
        return None
    # Between the footer's first line and the end there must be little that no pattern knows, or many that
    # one does.
    unknown = sum(footer_reason(line.bare) is None for line in lines[start:])
    return start if openers >= FORTHRIGHT or unknown <= 6 * openers else None
