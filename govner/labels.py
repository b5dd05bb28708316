"""The label set: the one home for the four labels, their Chinese names and the order that breaks ties."""

from typing import Literal, get_args

Label = Literal["SLOGAN", "PROJECT", "ORG", "INDICATOR"]

#: The four labels in the order in which tables and reports show them.
LABELS: tuple[str, ...] = get_args(Label)

#: Chinese names, for people.
LABEL_NAMES_ZH: dict[str, str] = {
    "SLOGAN": "政策口号",
    "PROJECT": "项目",
    "ORG": "机构",
    "INDICATOR": "指标",
}

#: Where two candidates of equal length overlap, the earlier one is kept (corpus/guidelines.md, "What a span is").
TIE_ORDER: tuple[str, ...] = ("PROJECT", "INDICATOR", "ORG", "SLOGAN")
