"""Posting metadata: what a page says of itself above the report (来源, 发布时间, 索引号 …)."""

from __future__ import annotations

import re

LABELS = {
    "时间": "published",
    "日期": "published",
    "发布时间": "published",
    "发布日期": "published",
    "发表时间": "published",
    "发表于": "published",
    "公开日期": "published",
    "公布日期": "published",
    "更新时间": "updated",
    "更新日期": "updated",
    "发文日期": "issued",
    "发文时间": "issued",
    "成文日期": "issued",
    "生成日期": "issued",
    "印发日期": "issued",
    "来源": "origin",
    "信息来源": "origin",
    "文章来源": "origin",
    "稿件来源": "origin",
    "稿源": "origin",
    "来稿单位": "origin",
    "作者": "author",
    "撰稿": "author",
    "编辑": "editor",
    "责任编辑": "editor",
    "责编": "editor",
    "审核": "editor",
    "校对": "editor",
    "录入": "editor",
    "发布人": "editor",
    "阅读": "views",
    "阅读量": "views",
    "阅读次数": "views",
    "浏览": "views",
    "浏览量": "views",
    "浏览次数": "views",
    "点击": "views",
    "点击数": "views",
    "点击量": "views",
    "点击率": "views",
    "访问量": "views",
    "查看": "views",
    "评论": "comments",
    "回复": "comments",
    "索引号": "index_number",
    "信息索引号": "index_number",
    "索取号": "index_number",
    "发布机构": "publisher",
    "发布单位": "publisher",
    "公开主体": "publisher",
    "信息公开主体": "publisher",
    "发文机关": "publisher",
    "发文机构": "publisher",
    "发文单位": "publisher",
    "主办单位": "publisher",
    "名称": "title_in_page",
    "信息名称": "title_in_page",
    "标题": "title_in_page",
    "文号": "document_number",
    "发文字号": "document_number",
    "文件编号": "document_number",
    "效力状态": "validity",
    "有效性": "validity",
    "是否有效": "validity",
    "效力": "validity",
    "废止日期": "repealed",
    "分类": "category",
    "信息分类": "category",
    "主题分类": "category",
    "主题词": "keywords",
    "关键词": "keywords",
    "关键字": "keywords",
    "体裁分类": "genre",
    "体裁": "genre",
    "公开方式": "disclosure",
    "公开范围": "disclosure",
    "公开形式": "disclosure",
    "公开时限": "disclosure",
    "公开程序": "disclosure",
    "字体": "",
    "字号": "",
    "字体大小": "",
    "视力保护色": "",
    "打印": "",
    "分享": "",
    "分享到": "",
    "语音播报": "",
}
COUNTS = frozenset({"views", "comments"})
_NAMES = "|".join(sorted(LABELS, key=len, reverse=True))
_GAP = r"[ \t\u00a0\u2000-\u200a\u3000]*"
LABEL = re.compile(rf"(?<![\u4e00-\u9fff])({_NAMES}){_GAP}[:：]{_GAP}")
DATE_TIME = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:日)?(?:[ T\u00a0\u3000]*\d{1,2}[:：]\d{2}(?:[:：]\d{2})?)?"
    r"|\d{4}年\d{1,2}月\d{1,2}日[ \u00a0\u3000]*\d{1,2}(?:[:：]\d{2}(?:[:：]\d{2})?|[时点]\d{1,2}分?)"
)
DATE = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日")
DOMAIN = re.compile(
    r"(?:https?://)?(?:www\.)?[\w-]+(?:\.[\w-]+)*\.(?:gov\.cn|com\.cn|org\.cn|cn|com|net|org)\S*"
)
TABLE_ONLY = frozenset(
    [
        "索引号",
        "分类",
        "发布机构",
        "发文日期",
        "名称",
        "文号",
        "效力状态",
        "发布日期",
        "主题词",
        "有效性",
        "主题分类",
        "成文日期",
    ]
)
LONGEST = 160
LEFT_OVER = 12  # characters of a posting line that may be neither label, value, date nor address


def parse(line: str) -> tuple[dict[str, str], str | None] | None:
    """What a posting line says, and the key whose value is to be looked for on the next line (None: none).

    Returns None where the line is no posting line: it has a sentence's end, or neither a label nor an exact
    time, or too much else in it.
    """
    stripped = line.strip()
    if not stripped or len(stripped) > LONGEST or any(mark in stripped for mark in "。！；"):
        return None
    found: dict[str, str] = {}
    labels = list(LABEL.finditer(stripped))
    rest = stripped[: labels[0].start()] if labels else stripped
    exact = DATE_TIME.search(rest)
    address = DOMAIN.search(rest)
    date = exact or (DATE.search(rest) if labels or address else None)
    if not labels and exact is None:
        return None
    if date:
        found["published"] = date.group()
        rest = rest.replace(date.group(), " ")
    if address:
        rest = rest.replace(address.group(), " ")
    if len(re.sub(r"[\W_]+", "", rest)) > LEFT_OVER:
        return None
    pending = None
    for label, following in zip(labels, [*labels[1:], None], strict=False):
        key = LABELS[label.group(1)]
        value = stripped[label.end() : following.start() if following else len(stripped)]
        value = value.strip(" \t\u00a0\u3000?|【】[]()（）")
        if len(value) > 60:
            return None
        if key in COUNTS:
            value = re.match(r"\d*", value)[0]  # type: ignore[index]
        if key and value:
            found.setdefault(key, value)
        pending = key if following is None and not value else None
    return found, pending


def takes(key: str, value: str) -> bool:
    """Whether the next line can be the value that a label at the end of a posting line lacks."""
    bare = value.strip()
    if key in COUNTS:
        return bare.isdigit()
    if key in ("published", "updated", "issued"):
        return bool(re.match(r"\d{4}", bare)) and len(bare) <= 24
    return 0 < len(bare) <= 20 and not any(mark in bare for mark in "。，；：:！")
