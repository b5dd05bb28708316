"""Controlled damage to source text, of the kinds that web pages, PDF and OCR do, with offsets carried
through."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from govner.schema import Edit, GoldDocument, Span, apply_edits

#: Characters a line of a hard-wrapped page.
_WRAP = 38
_CHROME = (
    "首页 > 政务公开 > 政府工作报告",
    "【字体：大 中 小】 打印本页 关闭窗口",
    "- 12 -",
    "版权所有：某某人民政府办公室",
    "上一篇：没有了 下一篇：没有了",
)
_CONFUSED = (
    "己已 已己 末未 未末 人入 入人 日曰 土士 士土 干千 千干 大太 木本 工エ 口囗 0O 1l 5S 8B 一― "
    "二ニ 力カ 夕タ 卜ト 八入 几儿 天夭 王玉 午牛 甲申 由田 侯候 州洲 拔拨 师帅 折拆 析折 育肓 "
    "崇祟 戌戍 徒徙 密蜜 暑署 署暑 班斑"
)
_SIMPLIFIED = (
    "万与专业东丝两严丰临为举义乐习乡书买乱争亏云产亩亲亿仅从仓仪们价众优会传伤伦伟体余侧侨俭债倾储兑党兰关兴养内"
    "冈册写军农冯冲决况净减凤凭击划刘则刚创删别务动励劳势华协单卖卢卫却厂厅历厉压厕县参双发变叙号后吕员听启响啰"
    "团园围国图圆圣场坏块坚坛坝坞坟垄备复够头夺奋奖妇妈娱孙学宁宝实宠审宪宫宽宾对寻导寿将尔尘尝层属岁岗岛岭峡币"
    "师帐帮带广庄庆库应庙废开异弃张弹强归当录彻径御忆忧怀态总恳悬惊惠惯愿懒戏战户扑执扩扫扬扰抚抢护报担拟择挂挤"
    "损换据掷揽搁摄摆撑敌数断无旧时昼显晋晓晕暂术机杀杂权条来杨极构枪柜标栈栋树样桥梦检楼欢欧歼残毁毕气汇汉汤沟"
    "没沪泪泽洁浇测济浏浓涛润涨渐温游湾湿满滞滥灭灯灵灾炉点炼烂烟热爱爷牵独狭猎环现玛电画畅疗疯盐监盖盘着睁矿码"
    "础确碍礼祸离种积称稳穷窃竞笔笼筑签简粮纠红约级纪纯纲纳纵纷纸纺线练组细织终绍经结绕绘给络绝统继绩绪续维绿缓"
    "编缩网罗罚罢职联肃肠脉脑脚脱腾舆舰艺节芜苏苹荣药莱获营萧蓝虑虚虽蚀补装规视览觉触誉计订认讨让训议讯记讲许论"
    "设访证评识诉词译试诗诚话诞该详语误说请诸课调谈谋谢谱财责贤败货质贩贫购贯贴贵贷贸费贺资赏赖赛赞赢赵赶趋跃践"
    "车轨转轮软轻载较辅辆辉辑输辖边辽达迁过运还这进远违连迟适选递逻遗邓邮邻郑酱释里鉴针钟钢钱铁银铺链销锁锋错锦"
    "键镇镜长门闭问闯间闲闹闻阅阳阴阵阶际陆陈险随隐难雾静韩页顶项顺须顾顿预领颁频题额风飞馆马驱验骑骗鱼鲁鲜鸡黄齐龙"
)
_TRADITIONAL = (
    "萬與專業東絲兩嚴豐臨為舉義樂習鄉書買亂爭虧雲產畝親億僅從倉儀們價眾優會傳傷倫偉體餘側僑儉債傾儲兌黨蘭關興養內"
    "岡冊寫軍農馮衝決況淨減鳳憑擊劃劉則剛創刪別務動勵勞勢華協單賣盧衛卻廠廳歷厲壓廁縣參雙發變敘號後呂員聽啟響囉"
    "團園圍國圖圓聖場壞塊堅壇壩塢墳壟備復夠頭奪奮獎婦媽娛孫學寧寶實寵審憲宮寬賓對尋導壽將爾塵嘗層屬歲崗島嶺峽幣"
    "師帳幫帶廣莊慶庫應廟廢開異棄張彈強歸當錄徹徑禦憶憂懷態總懇懸驚惠慣願懶戲戰戶撲執擴掃揚擾撫搶護報擔擬擇掛擠"
    "損換據擲攬擱攝擺撐敵數斷無舊時晝顯晉曉暈暫術機殺雜權條來楊極構槍櫃標棧棟樹樣橋夢檢樓歡歐殲殘毀畢氣匯漢湯溝"
    "沒滬淚澤潔澆測濟瀏濃濤潤漲漸溫遊灣濕滿滯濫滅燈靈災爐點煉爛煙熱愛爺牽獨狹獵環現瑪電畫暢療瘋鹽監蓋盤著睜礦碼"
    "礎確礙禮禍離種積稱穩窮竊競筆籠築簽簡糧糾紅約級紀純綱納縱紛紙紡線練組細織終紹經結繞繪給絡絕統繼績緒續維綠緩"
    "編縮網羅罰罷職聯肅腸脈腦腳脫騰輿艦藝節蕪蘇蘋榮藥萊獲營蕭藍慮虛雖蝕補裝規視覽覺觸譽計訂認討讓訓議訊記講許論"
    "設訪證評識訴詞譯試詩誠話誕該詳語誤說請諸課調談謀謝譜財責賢敗貨質販貧購貫貼貴貸貿費賀資賞賴賽讚贏趙趕趨躍踐"
    "車軌轉輪軟輕載較輔輛輝輯輸轄邊遼達遷過運還這進遠違連遲適選遞邏遺鄧郵鄰鄭醬釋里鑒針鐘鋼錢鐵銀鋪鏈銷鎖鋒錯錦"
    "鍵鎮鏡長門閉問闖間閒鬧聞閱陽陰陣階際陸陳險隨隱難霧靜韓頁頂項順須顧頓預領頒頻題額風飛館馬驅驗騎騙魚魯鮮雞黃齊龍"
)


def table(before: str, after: str) -> dict[str, str]:
    """A character table; both strings are of one length.

    Raises:
        ValueError: they are not.
    """
    return {a: b for a, b in zip(before, after, strict=True) if a != b}


def _replace(
    text: str, characters: Mapping[str, str], rng: random.Random, share: float = 1.0
) -> Iterator[Edit]:
    for at, c in enumerate(text):
        if c in characters and (share >= 1 or rng.random() < share):
            yield Edit(at, at + 1, characters[c], "noise")


def _half_width(text: str, rng: random.Random) -> Iterator[Edit]:
    yield from _replace(text, table("，。；：？！（）", ",.;:?!()"), rng)


def _straight_quotes(text: str, rng: random.Random) -> Iterator[Edit]:
    yield from _replace(text, table("“”‘’", "\"\"''"), rng)


def _corner_quotes(text: str, rng: random.Random) -> Iterator[Edit]:
    yield from _replace(text, table("“”‘’", "「」『』"), rng)


def _lost_spaces(text: str, rng: random.Random) -> Iterator[Edit]:
    for match in re.finditer(r"[ \t\u3000\u00a0]+", text):
        yield Edit(match.start(), match.end(), "", "noise")


def _extra_spaces(text: str, rng: random.Random) -> Iterator[Edit]:
    """Two spaces after every twentieth character or so, and doubled existing ones, as PDF extraction leaves
    them."""
    for at in range(1, len(text)):
        inside = text[at - 1] != "\n" and text[at] != "\n"
        if inside and (text[at] in " \u3000" or rng.random() < 0.05):
            yield Edit(at, at, "  ", "noise")


def _hard_wraps(text: str, rng: random.Random) -> Iterator[Edit]:
    start = 0
    for line in text.split("\n"):
        yield from (Edit(start + at, start + at, "\n", "noise") for at in range(_WRAP, len(line), _WRAP))
        start += len(line) + 1


def _ocr(text: str, rng: random.Random) -> Iterator[Edit]:
    yield from _replace(text, {pair[0]: pair[1] for pair in _CONFUSED.split()}, rng, 0.3)


def _chrome(text: str, rng: random.Random) -> Iterator[Edit]:
    """A line of page chrome before every eighth line or so."""
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    for at in starts:
        if at < len(text) and rng.random() < 1 / 8:
            yield Edit(at, at, rng.choice(_CHROME) + "\n", "noise")


def _traditional(text: str, rng: random.Random) -> Iterator[Edit]:
    yield from _replace(text, table(_SIMPLIFIED, _TRADITIONAL), rng)


def _full_width(text: str, rng: random.Random) -> Iterator[Edit]:
    yield from _replace(text, table("0123456789.%", "０１２３４５６７８９．％"), rng)


def _footnotes(text: str, rng: random.Random) -> Iterator[Edit]:
    """Footnote marks before every tenth comma or full stop, as in provincial reports."""
    number = 0
    for match in re.finditer("[，。；]", text):
        if match.start() and rng.random() < 0.1:
            number += 1
            yield Edit(match.start(), match.start(), f"〔{number}〕", "noise")


@dataclass(frozen=True, slots=True)
class Noise:
    """One kind of damage: a name and a function from text and random source to edits."""

    name: str
    edits: Callable[[str, random.Random], Iterator[Edit]]


NOISES: tuple[Noise, ...] = (
    Noise("half-width punctuation", _half_width),
    Noise("straight quotes", _straight_quotes),
    Noise("corner quotes", _corner_quotes),
    Noise("lost spaces", _lost_spaces),
    Noise("extra spaces", _extra_spaces),
    Noise("hard wraps", _hard_wraps),
    Noise("OCR confusions", _ocr),
    Noise("page chrome", _chrome),
    Noise("traditional characters", _traditional),
    Noise("full-width digits", _full_width),
    Noise("footnote marks", _footnotes),
)


def disturb(document: GoldDocument, noise: Noise, seed: int = 0) -> GoldDocument:
    """The document under a noise, spans moved along. Each document has a random source of its own."""
    rng = random.Random(f"{noise.name}/{document.id}/{seed}")
    text, alignment = apply_edits(document.text, noise.edits(document.text, rng))
    spans = []
    for span in document.spans:
        moved = alignment.to_clean(span.start, span.end)
        if moved is not None:
            spans.append(Span(*moved, span.label))
    return GoldDocument(document.id, text, tuple(spans), document.meta)
