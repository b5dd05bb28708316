"""Files in the encodings Chinese reports come in decode without being told which."""

import pytest

from govner.reading.encodings import UndecodableError, decode

SIMPLIFIED = (
    "青溪县人民政府工作报告\r\n各位代表：\r\n现在，我代表县人民政府，向大会报告工作，请予审议。\r\n"
    "一年来，我们坚持稳中求进，完成固定资产投资二十三亿元，新建改造道路四十公里，城镇新增就业一千二百人。\r\n"
)
TRADITIONAL = (
    "清溪鎮公所工作報告\r\n各位代表：現在，我代表鎮公所向大會報告工作，請予審議，並請列席人員提出意見。\r\n"
    "一年來，我們堅持穩中求進，完成道路與橋樑的興建，發展觀光產業，擴大就業機會，改善學校與醫院的設備。\r\n"
)


@pytest.mark.parametrize(
    ("text", "encoding", "named"),
    [
        (SIMPLIFIED, "utf-8", "utf-8"),
        (SIMPLIFIED, "utf-8-sig", "utf-8"),
        (SIMPLIFIED, "gb18030", "gb18030"),
        (SIMPLIFIED, "gbk", "gb18030"),
        (SIMPLIFIED, "utf-16", "utf-16"),
        (SIMPLIFIED, "utf-16-le", "utf-16-le"),
        (SIMPLIFIED, "utf-16-be", "utf-16-be"),
        (TRADITIONAL, "utf-8", "utf-8"),
        (TRADITIONAL, "big5", "big5"),
        (TRADITIONAL, "gb18030", "gb18030"),
        (TRADITIONAL, "utf-16-le", "utf-16-le"),
        (SIMPLIFIED[:9], "gb18030", "gb18030"),
        (TRADITIONAL[:9], "big5", "big5"),
        ("plain ASCII, no Chinese\n", "ascii", "utf-8"),
        ("plain ASCII, no Chinese\n", "utf-16-le", "utf-16-le"),
    ],
)
def test_the_encoding_is_told_from_the_bytes(text: str, encoding: str, named: str) -> None:
    decoded = decode(text.encode(encoding))
    assert decoded.text == text
    assert (decoded.encoding, decoded.errors) == (named, 0)


def test_characters_outside_the_basic_plane() -> None:
    text = SIMPLIFIED + "𠮷村、𫖯仰、😀"
    for encoding in ("utf-8", "gb18030", "utf-16"):
        assert decode(text.encode(encoding)).text == text


@pytest.mark.parametrize(
    ("text", "encoding"), [(SIMPLIFIED, "gb18030"), (TRADITIONAL, "big5"), (SIMPLIFIED, "utf-16-le")]
)
def test_a_long_text_is_told_from_its_beginning(text: str, encoding: str) -> None:
    assert decode((text * 600).encode(encoding)).text == text * 600


def test_a_few_broken_bytes_do_not_spoil_a_utf8_file() -> None:
    data = bytearray((SIMPLIFIED * 20).encode())
    data[500] = 0xFF
    data[2000:2001] = b""
    decoded = decode(bytes(data))
    assert decoded.encoding == "utf-8"
    assert 1 <= decoded.errors <= 6
    assert decoded.text.count("各位代表") >= 19


def test_an_encoding_that_is_named_is_taken() -> None:
    assert decode(TRADITIONAL.encode("big5"), "big5").text == TRADITIONAL
    assert decode(SIMPLIFIED.encode("utf-8-sig"), "utf-8").text == SIMPLIFIED


def test_a_named_encoding_that_does_not_fit_is_refused() -> None:
    with pytest.raises(UndecodableError, match="it is not utf-8"):
        decode(SIMPLIFIED.encode("gb18030"), "utf-8")


@pytest.mark.parametrize(
    "data", [bytes(range(256)) * 40, b"\x00\x01\x02\x03" * 500, b"MZ\x90\x00" + bytes(3000)]
)
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(UndecodableError):
        decode(data)
