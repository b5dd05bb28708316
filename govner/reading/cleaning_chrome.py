"""Page chrome around a report: menus, tools, posting metadata and footers, dropped line by line with a
reason.

Nothing is dropped that reads like prose. Above the body (up to the salutation, the first heading or the
first paragraph) and below it (after the last line that reads like prose) a line goes only if it is one of
the things pages are known to put there, or stands in a block of short lines between two such things.
"""

from __future__ import annotations

import re
from typing import Any

from govner.reading import cleaning_posting as posting
from govner.reading.cleaning_base import Line, Result, drop_lines, is_prose, split_lines
from govner.reading.cleaning_tails import drop_footer

HEAD_LINES = 150
SALUTATION = re.compile(r"^(?:各位|尊敬的|同志们)\S{0,12}[:：!！,，]")
FIRST_HEADING = re.compile(r"^[一二三四五六七八九十]+、\S")
TOOL = re.compile(
    r"^(?:[【\[（(|]*(?:下载|打印(?:本页|此页|页面)?|我要打印|全屏|收藏(?:本页|本站)?|加入收藏|设为首页|设为首页收藏本站|分享(?:到|至)?[:：]?"
    r"|分享到微信|微信|微博|QQ空间|新浪微博|关闭(?:窗口|本页)?|加大|还原|减小|放大|缩小|默认|大|中|小|字体大小|语音播报|朗读|无障碍(?:浏览|阅读)?"
    r"|长者(?:模式|版)|适老化|繁體|繁体|简体|English|登录|注册|个人中心|网站地图|联系我们|手机版|客户端|\[?复制链接\]?|Tt?|A[+-]?)[】\]）)|]*){1,9}$"
)
FONT_OPEN = re.compile(r"^[【\[（(]?(?:字体|字号)(?:大小)?[:：]$")
FONT_LINE = re.compile(
    r"^[【\[（(]?(?:字体|字号)(?:大小)?[:：]?\[?[大中小默认超特加减还原\]\[、|]{1,12}[】\]）)]?(?:打印(?:本页)?|分享|收藏)*$"
)
CLOSING = re.compile(r"^[】\]）)|×x>》]+$")
CRUMB = re.compile(r"^(?:您|你)?(?:现在|当前)?的?(?:所在)?位置[是:：]*(?P<rest>.*)$")
ARROW = re.compile(r"^[>》»›/\-]+$")
CAPTION = re.compile(r"(?:记者|通讯员|摄影)[^。，；]{0,20}摄(?:影)?[）)]?$|^(?:图为|题图|图[：:]).{0,80}$")
DATELINE = re.compile(r"^新华(?:社|网)\S{2,6}(?:[\d０-９]{4}年)?[\d０-９]{1,2}月[\d０-９]{1,2}日(?:电|讯)$")
FORUM = re.compile(r"发表于\s*\d{4}-\d{1,2}-\d{1,2}.*(?:显示全部楼层|只看该作者|阅读模式|来自)")
CHANNEL = re.compile(
    r"^(?:政府)?工作报告$|^(?:首页|政务公开|政府信息公开|信息公开|新闻中心|政务要闻|要闻动态|通知公告)$"
)
MENU_WORD = re.compile(
    r"^(?:网站首页|首页|政府信息公开|政务公开|信息公开|政务服务|政民互动|互动交流|公众参与|办事服务|在线服务|数据开放|政府数据"
    r"|新闻中心|新闻动态|要闻动态|政务要闻|通知公告|走进\S{2,4}|魅力\S{2,4}|专题专栏|领导之窗|机构职能|政策文件|政策解读|法定主动公开内容"
    r"|无障碍\S{0,4}|长者\S{0,3}|繁体版?|简体版?|English|登录|注册|个人中心|网站地图|站点地图|移动版|手机版|微信|微博|邮箱|搜索|本站|站群)$"
)
TITLE_WORD = re.compile(r"报告|大会|会议|政府$|[县市区省州]长|\d{4}年")
DATED = re.compile(r"^[—－―\-(（]*[\d０-９]{4}年[\d０-９]{1,2}月")
LICENCE = re.compile(r"^(?:原文链接|本文链接|原标题)[:：].*$")


def chrome(text: str) -> Result:
    """What stands above and below the report and belongs to the page, and the metadata in it."""
    lines = split_lines(text)
    reasons: dict[int, str] = {}
    meta: dict[str, Any] = {}
    body = body_start(lines)
    _forum(lines, body, reasons, meta)
    _table(lines, body, reasons, meta)
    _crumbs(lines, body, reasons)
    _tools(lines, body, reasons)
    _menus(lines, body, reasons)
    _postings(lines, body, reasons, meta)
    _titles(lines, body, reasons, meta)
    drop_footer(lines, body, reasons, meta)
    return Result(drop_lines(text, lines, reasons), meta)


def body_start(lines: list[Line]) -> int:
    """Index of the first line of the body: the salutation, else the first heading or paragraph."""
    for index, line in enumerate(lines[:HEAD_LINES]):
        if SALUTATION.match(line.bare):
            return index
    for index, line in enumerate(lines[:HEAD_LINES]):
        paragraph = is_prose(line.bare, 50) and not CAPTION.search(line.bare)
        if paragraph or (FIRST_HEADING.match(line.bare) and index > 0):
            return index
    return 0


def _forum(lines: list[Line], body: int, reasons: dict[int, str], meta: dict[str, Any]) -> None:
    """The header of a forum post: the poster's avatar, rank and signature, up to the line that dates the
    post.
    """
    dated = next((i for i in range(body) if FORUM.search(lines[i].text)), None)
    if dated is None or any(is_prose(lines[i].bare, 40) for i in range(dated)):
        return
    titled = any("工作报告" in lines[i].bare for i in range(dated + 1, body))
    for index in range(dated + 1):
        if "工作报告" in lines[index].bare and not titled:
            continue
        reasons[index] = "forum header"
        counts = re.match(r"查看[:：](\d+)\|回复[:：](\d+)", lines[index].bare)
        if counts:
            meta |= {"views": counts.group(1), "comments": counts.group(2)}
    when = posting.DATE_TIME.search(lines[dated].text)
    if when:
        meta["published"] = when.group()


def _table(lines: list[Line], body: int, reasons: dict[int, str], meta: dict[str, Any]) -> None:
    """A document's metadata table (索引号, 发布机构 …), a cell a line or a row a line.

    The name of the issuing body belongs to the document as much as to the page: it stays.
    """
    cells = [
        (i, cell) for i in range(body) for cell in re.split(r"\t+", lines[i].text.strip()) if cell.strip()
    ]
    names = [posting.LABELS.get(cell.strip().rstrip(":：")) is not None for _, cell in cells]
    exact = sum(cell.strip().rstrip(":：") in posting.TABLE_ONLY for _, cell in cells)
    if exact < 3:
        return
    first = next(k for k, (_, cell) in enumerate(cells) if cell.strip().rstrip(":：") in posting.TABLE_ONLY)
    last = max(k for k, (_, cell) in enumerate(cells) if cell.strip().rstrip(":：") in posting.TABLE_ONLY)
    position = first
    while position <= last:
        index, cell = cells[position]
        if not names[position]:
            position += 1
            continue
        key = posting.LABELS[cell.strip().rstrip(":：")]
        reasons.setdefault(index, "document metadata")
        position += 1
        if position < len(cells) and not names[position] and len(cells[position][1].strip()) <= 80:
            value_index, value = cells[position]
            if key:
                meta.setdefault(key, value.strip())
            if key != "publisher" or value_index == index:
                reasons[value_index] = "document metadata"
            position += 1


def _crumbs(lines: list[Line], body: int, reasons: dict[int, str]) -> None:
    """Breadcrumbs: 当前位置：首页 > … on one line or an item a line."""
    names: set[str] = set()
    for index in range(body):
        line = lines[index]
        found = CRUMB.match(line.bare)
        home = line.bare in ("首页", "网站首页") and index + 1 < body and ARROW.match(lines[index + 1].bare)
        if home or (found and (not found.group("rest") or re.search(r"[>》»›]", line.bare))):
            reasons[index] = "breadcrumb"
        elif index and reasons.get(index - 1) == "breadcrumb" and len(line.bare) <= 16:
            around = [lines[index - 1].bare, lines[index + 1].bare if index + 1 < body else ""]
            opened = lines[index - 1].bare.rstrip(":：") in (
                "当前位置",
                "您的位置",
                "您现在的位置",
                "您当前的位置",
                "你的位置",
            )
            if ARROW.match(line.bare) or any(ARROW.match(b) for b in around) or opened or line.bare in names:
                reasons[index] = "breadcrumb"
        if reasons.get(index) == "breadcrumb":
            names.add(line.bare)


def _tools(lines: list[Line], body: int, reasons: dict[int, str]) -> None:
    """Print, share, font-size and accessibility links, captions of photographs and the news agency's
    dateline.
    """
    for index in range(body):
        bare = lines[index].bare
        if index in reasons:
            continue
        if FONT_OPEN.match(bare):
            reasons[index] = "font-size links"
            for following in range(index + 1, min(index + 7, body)):
                if len(lines[following].bare) > 3:
                    break
                reasons[following] = "font-size links"
                if CLOSING.match(lines[following].bare):
                    break
        elif FONT_LINE.match(bare):
            reasons[index] = "font-size links"
        elif TOOL.match(bare) or (CLOSING.match(bare) and index - 1 in reasons):
            reasons[index] = "page tools"
        elif CAPTION.search(bare) and len(bare) <= 120:
            reasons[index] = "photograph caption"
        elif DATELINE.match(bare):
            reasons[index] = "dateline"
        elif LICENCE.match(bare):
            reasons[index] = "posting metadata"


def _menus(lines: list[Line], body: int, reasons: dict[int, str]) -> None:
    """The site's menu: short lines without punctuation above the breadcrumb, or three or more in a row of the
    words that menus are made of.
    """
    crumbs = [i for i in range(body) if reasons.get(i) == "breadcrumb"]
    run: list[int] = []
    for index in range(body + 1):
        words = lines[index].text.split() if index < body and index not in reasons else []
        entries = bool(words) and all(len(w) <= 8 and not TITLE_WORD.search(w) for w in words)
        above = bool(crumbs) and index < crumbs[-1]
        if entries and (above or any(MENU_WORD.match(w.strip("|·")) for w in words)):
            run.append(index)
            continue
        if len(run) >= 3 or (run and crumbs and run[-1] < crumbs[-1]) or _menu_line(lines, run):
            reasons.update(dict.fromkeys(run, "site menu"))
        run = []


def _menu_line(lines: list[Line], run: list[int]) -> bool:
    """Whether a single line holds several words of a menu."""
    words = [w.strip("|·") for i in run for w in lines[i].text.split()]
    return sum(MENU_WORD.match(w) is not None for w in words) >= 3


def _postings(lines: list[Line], body: int, reasons: dict[int, str], meta: dict[str, Any]) -> None:
    """Posting lines: date, source, author, counts; a label without a value takes it from the next line."""
    pending: str | None = None
    for index in range(body):
        if index in reasons:
            continue
        if pending and posting.takes(pending, lines[index].text):
            meta.setdefault(pending, lines[index].text.strip())
            reasons[index] = "posting metadata"
            pending = None
            continue
        parsed = posting.parse(lines[index].text)
        pending = None
        if parsed is not None:
            found, pending = parsed
            for key, value in found.items():
                meta.setdefault(key, value)
            reasons[index] = "posting metadata"


def _titles(lines: list[Line], body: int, reasons: dict[int, str], meta: dict[str, Any]) -> None:
    """The name of the page's channel, and all but the last of a title (or a date line) that stands there
    repeatedly.
    """
    kept = [i for i in range(body) if i not in reasons]
    posted = next((i for i in range(body) if reasons.get(i) == "posting metadata"), None)
    above = [
        i
        for i in kept
        if posted is not None and i < posted and "报告" in lines[i].bare and not DATED.match(lines[i].bare)
    ]
    if above:
        meta.setdefault("title_in_page", lines[above[-1]].text.strip())
    for index in kept:
        longer = any(
            "报告" in lines[i].bare and len(lines[i].bare) > len(lines[index].bare) for i in kept if i > index
        )
        again = any(lines[i].bare == lines[index].bare for i in kept if i > index)
        # Only a page with a posting line has channels above its title.
        channel = CHANNEL.match(lines[index].bare) and posted is not None and index < posted and longer
        if channel:
            reasons[index] = "channel name"
        elif again and len(lines[index].bare) >= 4:
            reasons[index] = "repeated title"
