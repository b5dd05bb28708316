"""Cleaning: chrome goes with a reason, damage is repaired, prose stays, and every character maps back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govner.reading import dropped_table, read_text
from govner.reading.cleaning import clean
from govner.schema import Span

BODY = """各位代表：
现在，我代表县人民政府，向大会报告工作，请予审议，并请列席人员提出意见。
一、2023年工作回顾
一年来，我们坚持稳中求进，地区生产总值增长6.2%，新建农村公路四十公里，城镇新增就业一千二百人。
（一）抓项目，强支撑
青溪水库灌区改造工程完工，城东污水处理厂二期开工，全年实施重点项目三十一个，完成投资二十三亿元。
二、2024年工作安排
我们要扎实做好各项工作，让群众看到变化、得到实惠，为建设更加美好的青溪而努力奋斗！"""
TITLE = "青溪县2024年政府工作报告"
SPEAKER = "青溪县人民政府县长 林远"
DATE = "（2024年1月15日在青溪县第十届人民代表大会第三次会议上）"

HEADS = {
    "breadcrumb on a line": "当前位置：首页 >> 政务公开 >> 政府工作报告",
    "breadcrumb an item a line": "您的位置:\n首页\n>\n青溪要闻\n青溪要闻",
    "tools": "下载\n打印\n全屏\n收藏\n分享到：",
    "tools on a line": "打印 关闭\n【打印】【收藏】【关闭】",
    "font size": "【字号：\n加大\n还原\n减小\n】",
    "font size on a line": "【字体：大 中 小】",
    "posting line": "发布时间：2024-02-01 09:30　来源：青溪县人民政府办公室　浏览次数：128",
    "posting an item a line": "来源：\n青溪日报\n时间：\n2024-02-01\n阅读：\n575",
    "caption": "1月15日，县长林远作政府工作报告。本报记者 周小山 摄",
    "comment": "<!-- 页眉\n第二行 -->",
    "forum": "设为首页收藏本站\n查看: 1000|回复: 0\n[复制链接]\n签到天数: 733 天\n积分\n版主\n"
    "发表于 2024-2-1 15:36:08 | 显示全部楼层 |阅读模式",
}
TAILS = {
    "neighbours": "上一篇：青溪县2023年政府工作报告\n下一篇：没有了",
    "share": "分享到：\nQQ空间\n新浪微博\n相关文章\n02-01\n白石县2024年政府工作报告\n标签云\n统计公报",
    "tools": "扫一扫在手机打开当前页\n【\n打印本页\n】\n【\n关闭窗口\n】",
    "editor": "（来源：青溪日报）\n责任编辑：周小山",
    "copyright": "版权所有：青溪县人民政府\n青ICP备05000000号 青公网安备3300号\n网站标识码：3300000000",
    "login": "您需要登录后才可以回帖 登录 | 立即注册\n本版积分规则\nPowered by Example X3.4 © 2008-2018",
    "attachment": "附件:\n我要打印 关闭窗口",
    "related": "相关链接\n·\n一图读懂政府工作报告",
}


@pytest.mark.parametrize("name", HEADS)
def test_chrome_above_the_report_goes(name: str) -> None:
    source = "\n".join([HEADS[name], TITLE, DATE, SPEAKER, BODY])
    assert clean(source).text == "\n".join([TITLE, DATE, SPEAKER, BODY])


@pytest.mark.parametrize("name", TAILS)
def test_chrome_below_the_report_goes(name: str) -> None:
    source = "\n\n".join([TITLE, DATE, SPEAKER, BODY, TAILS[name]])
    assert clean(source).text == "\n".join([TITLE, DATE, SPEAKER, BODY])


def test_a_clean_report_stays_as_it_is() -> None:
    text = "\n".join([TITLE, DATE, SPEAKER, BODY])
    cleaned = clean(text)
    assert cleaned.text == text
    assert cleaned.dropped == ()
    assert cleaned.meta == {}


@pytest.mark.parametrize(
    "prose",
    [
        "附件1\n2024年民生实事清单\n1.新建幼儿园两所（责任单位：教育局）。\n2.改造老旧小区五个（责任单位：住建局）。",
        "名词解释\n1.“清水绿岸”行动：指三年内治理全部城区河道的行动。\n2.飞地经济：指跨行政区共建园区的合作方式。",
        "主办单位：县教育局、县卫生健康局\n年度目标：新建社区食堂十个。",
        "我们要用好“扫一扫”便民平台，让群众少跑腿、数据多跑路，把相关链接送到群众手中。",
        "青溪县人民代表大会秘书处印",
    ],
)
def test_what_belongs_to_the_report_stays_at_its_end(prose: str) -> None:
    text = "\n".join([TITLE, BODY, prose])
    assert clean(text + "\n分享到：\n打印本页\n关闭窗口").text == text


def test_metadata_in_chrome_is_kept() -> None:
    table = "索引号\nQX0001/2024-00012\n分类\n其他\n发布机构\n青溪县人民政府\n发文日期\n2024年02月01日\n"
    table += "名称\n青溪县2024年政府工作报告\n文号\n效力状态\n有效\n\n"
    report = read_text(table + "\n".join([TITLE, "发布时间:2024-02-01 08:57 来源:青溪县", BODY]))
    expected = {
        "index_number": "QX0001/2024-00012",
        "publisher": "青溪县人民政府",
        "issued": "2024年02月01日",
        "title_in_page": TITLE,
        "validity": "有效",
        "published": "2024-02-01 08:57",
        "origin": "青溪县",
    }
    assert expected.items() <= report.meta.items()
    assert report.text.endswith(BODY)
    assert "索引号" not in report.text


def test_what_was_dropped_is_listed_with_its_reason() -> None:
    source = "\n".join(
        ["打印本页", TITLE, "来源：青溪日报", BODY, "上一篇：没有了", "版权所有：青溪县人民政府"]
    )
    report = read_text(source)
    rows = dropped_table(report)
    assert [(reason, text.strip()) for _, _, reason, text in rows] == [
        ("page tools", "打印本页"),
        ("posting metadata", "来源：青溪日报"),
        ("neighbouring articles", "上一篇：没有了"),
        ("copyright note", "版权所有：青溪县人民政府"),
    ]
    assert all(source[start:end] == text for start, end, _, text in rows)


@pytest.mark.parametrize(
    "pager",
    [
        "上一页  1  2  3  4  下一页",
        "上一页1234下一页",
        "上一页\n1\n2\n3\n4\n下一页",
        "首页 上一页 2 下一页 尾页 共4页",
    ],
)
def test_a_pager_is_recorded(pager: str) -> None:
    cleaned = clean("\n".join([TITLE, BODY, pager]))
    assert cleaned.text == "\n".join([TITLE, BODY])
    assert cleaned.meta["pager"]["pages"] == 4


def test_copies_of_the_page_are_dropped_and_counted() -> None:
    page = "\n".join(
        [TITLE, DATE, BODY, *(f"{i}.建成第{i}批项目，完成投资{i}亿元，带动就业{i}百人。" for i in range(20))]
    )
    cleaned = clean("\n\n".join([page] * 3))
    assert cleaned.text == page
    assert cleaned.meta["copies"] == 3


def test_a_teaser_of_the_beginning_goes() -> None:
    teaser = (
        "内容摘要：\n"
        + (TITLE + DATE + SPEAKER + BODY).replace("\n", "").replace(" ", "????")[:90]
        + "......"
    )
    text = "\n".join([TITLE, DATE, SPEAKER, BODY])
    assert clean(TITLE + "\n来源：网络\n" + teaser + "\n" + text.removeprefix(TITLE + "\n")).text == text
    other = "内容摘要：本报告有三个部分，分别讲去年、今年和今后五年的安排。"
    assert other in clean(other + "\n" + text).text


@pytest.mark.parametrize(
    ("damaged", "repaired"),
    [
        ("青溪县人民政府县长?? 林远", "青溪县人民政府县长 林远"),
        ("青溪县人民政府县长?? 林?? 远", "青溪县人民政府县长 林远"),
        ("政??府??工??作??报??告", "政府工作报告"),
        ("工作全面完成。????今年，我们继续努力。", "工作全面完成。\n今年，我们继续努力。"),
        ("完成厂网改造。?推进农村供水。", "完成厂网改造。\n推进农村供水。"),
        ("优化环境，?? 推进改革。", "优化环境，推进改革。"),
        ("开展“大美青溪??好客人家”活动。", "开展“大美青溪 好客人家”活动。"),
        ("????各位代表：", "各位代表："),
        ("钱从哪里来？事由谁来办?这都要回答。", "钱从哪里来？事由谁来办?这都要回答。"),
        ("占比升至前1?。", "占比升至前1?。"),
        ("政 府 工 作 报 告", "政府工作报告"),
        ("青溪县人民政府县长\xa0\xa0林\xa0\xa0远", "青溪县人民政府县长 林远"),
        ("　　增长１２．５％，完成Ａ类项目３个。", "增长12.5%，完成A类项目3个。"),
        ("到 2025 年，建成 5 个园区。", "到2025年，建成5个园区。"),
        ("打响“好品青溪 鲜达天下”品牌。", "打响“好品青溪 鲜达天下”品牌。"),
        ("第一段。\\r\\n第二段。&nbsp;\\r\\n", "第一段。\n第二段。"),
        ("第一段。_x000D_\n第二段。", "第一段。\n第二段。"),
        ("<U+00A0><U+00A0>一段\u200b话。", "一段话。"),
        ("第一段。\n\n\n　\n第二段。", "第一段。\n第二段。"),
        ("<p style='a'>　　一、<b>回顾</b></p><p>第二段。<br/>第三段。</p>", "一、回顾\n第二段。\n第三段。"),
        ("## 一、回顾\n一年来，**投资**增长。", "一、回顾\n一年来，投资增长。"),
        ("出台《县落实<水库保护规划>方案》，增长5%。", "出台《县落实<水库保护规划>方案》，增长5%。"),
        ("青 溪 县 2 0 2 4 年 工 作 报 告", "青溪县2024年工作报告"),
        ("一句。　　又一段。", "一句。\n又一段。"),
        ("成果找市场“双向\n揭榜\n”试点扩大。", None),
        ("优良天数比例提高，PM\n2.5\n浓度下降。今年经济社会发展的\n主要目标\n是：稳增长。", None),
    ],
)
def test_damage_and_spacing(damaged: str, repaired: str | None) -> None:
    assert clean(damaged).text == (repaired if repaired is not None else damaged.replace("\n", ""))


def test_hard_wraps_are_joined_and_headings_are_not() -> None:
    wrapped = """一、2023年工作回顾
一年来，我们坚持稳中求进工作总基调，扎实做好稳增长、促
改革、惠民生各项工作，地区生产总值增长百分之六点二，新建
农村公路四十公里，城镇新增就业一千二百人，青溪水库灌区改
造工程完工，城东污水处理厂二期开工，全年实施重点项目三十
一个。
（一）着力抓项目
青溪水库灌区改造工程完工，城东污水处理厂二期开工，全年实
施重点项目三十一个，完成投资二十三亿元，带动就业三千人以
上，各项指标均好于预期，发展的基础更牢，群众的信心更足，干
部的作风更实。"""
    lines = clean(wrapped).text.split("\n")
    assert lines[0] == "一、2023年工作回顾"
    assert lines[2] == "（一）着力抓项目"
    assert len(lines) == 4
    assert lines[1].startswith("一年来")
    assert lines[1].endswith("三十一个。")


def test_headings_of_one_length_are_not_taken_for_wrapped_lines() -> None:
    headings = [f"{n}、坚持稳中求进，推动高质量发展取得新成效" for n in "一二三四五六七八九"]
    prose = "我们扎实做好各项工作，新建农村公路四十公里，城镇新增就业一千二百人，完成投资二十三亿元。"
    text = "\n".join(line for heading in headings for line in (heading, prose))
    assert clean(text).text == text


def test_damage_is_counted() -> None:
    meta = clean("增长13.3_M_M_，降低2_M_M_。新增?个。县长??林远").meta
    assert meta["damage"] == {"question_runs": 1, "lost_characters": 1, "mojibake_percent": 2}


def test_lost_line_breaks_of_the_opening() -> None:
    text = (
        "政府工作报告——2024年1月15日在县第十届人民代表大会第三次会议上县长 林远各位代表：现在，我报告工作。"
    )
    assert clean(text).text.split("\n") == [
        "政府工作报告",
        "——2024年1月15日在县第十届人民代表大会第三次会议上",
        "县长 林远",
        "各位代表：",
        "现在，我报告工作。",
    ]


MARKS = [
    "????",
    "\\r\\n",
    "\r\n",
    "\n",
    "　　",
    " ",
    "&nbsp;",
    "<U+00A0>",
    "１２．５％",
    "𠮷村",
    "。?续",
    "\f",
    "\ufeff",
]
MARKS += ["上一页 1 2 下一页", "_x000D_", "<!-- x -->"]
PIECES = st.sampled_from([*BODY.split("\n"), TITLE, SPEAKER, *HEADS.values(), *TAILS.values(), *MARKS])


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(PIECES, st.text(max_size=12)), max_size=25).map("".join))
def test_every_clean_character_maps_back(source: str) -> None:
    cleaned = clean(source)
    starts, ends = cleaned.alignment.starts.tolist(), cleaned.alignment.ends.tolist()
    assert len(cleaned.text) == len(starts) == len(ends)
    assert starts == sorted(starts)
    assert ends == sorted(ends)
    assert all(0 <= start < end <= len(source) for start, end in zip(starts, ends, strict=True))
    for char, start, end in zip(cleaned.text, starts, ends, strict=True):
        stretch = source[start:end]
        assert (
            char == stretch
            or char in "\n \t"
            or char in stretch
            or len(stretch) == 1
            or stretch[0] in "&<_\\"
        )
    for dropped in cleaned.dropped:
        assert 0 <= dropped.start < dropped.end <= len(source)
        assert dropped.reason


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=20).map("".join), st.data())
def test_spans_go_to_the_source_and_back(source: str, data: st.DataObject) -> None:
    report = read_text(source)
    inside = [i for i, char in enumerate(report.text) if not char.isspace()]
    if not inside:
        return
    first = data.draw(st.sampled_from(inside))
    last = data.draw(st.sampled_from([i for i in inside if i >= first][:40]))
    span = Span(first, last + 1, "X")
    back = report.to_clean(report.to_source(span))
    assert back is not None
    assert back.start <= span.start < span.end <= back.end
    assert report.to_source(back) == report.to_source(span)
