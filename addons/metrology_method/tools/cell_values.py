# SPDX-License-Identifier: AGPL-3.0-only
"""What a cell of a list means: dates and services. Pure Python."""

import datetime
import re

from . import text_keys

_KIND_WORDS = {
    "verification": r"检定|强检|周检|首检|verif",
    "calibration": r"校准|仅校|只校|calib",
    "testing": r"检测|测试|试验|\btest",
    "inspection": r"检验|inspect",
}
_MONTHS = {
    name: number
    for number, name in enumerate(
        "jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1
    )
}
#: What people write in a column of dates where there is none.
NO_DATE_WORDS = frozenset(
    "长期 长期有效 新购 新购置 新增 新品 首检 首次 首次检定 首次校准 未检 未校准 未检定 待检 待定 暂无 无需".split()
)
_TICKED = "☑☒■✓✔√▣◼●⊠◉"
_EMPTY_BOX = "□☐○◻▢◯"
_TIME = r"(?:[t\s]*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
_YEAR_FIRST = re.compile(rf"^(\d{{4}})[-/.年](\d{{1,2}})[-/.月](\d{{1,2}})日?{_TIME}$")
_YEAR_LAST = re.compile(rf"^(\d{{1,2}})[-/.](\d{{1,2}})[-/.](\d{{4}}){_TIME}$")
_SHORT_YEAR = re.compile(r"^(\d{2})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$")
_DIGITS = re.compile(r"^((?:19|20)\d\d)(\d\d)(\d\d)$")
_ENGLISH = (
    re.compile(r"^(\d{1,2})(?:st|nd|rd|th)?[-/.,\s]*([a-z]{3,9})[-/.,\s]*(\d{4})$"),
    re.compile(r"^([a-z]{3,9})[-/.,\s]*(\d{1,2})(?:st|nd|rd|th)?[-/.,\s]+(\d{4})$"),
)


def parse_date(text):
    """Return the date that a text says, or None.

    A month without a day gives None: a due date is not guessed.  A bare number of five
    digits is how Excel counts days.

    >>> [str(parse_date(t)) for t in ("2025.3.8", "2025年3月8日", "45724", "20250308")]
    ['2025-03-08', '2025-03-08', '2025-03-08', '2025-03-08']
    >>> [str(parse_date(t)) for t in ("2025-3-8 00:00:00", "8-Mar-2025", "25.3.8")]
    ['2025-03-08', '2025-03-08', '2025-03-08']
    >>> parse_date("2025年3月"), parse_date("3/8/2025"), parse_date("2025-02-30")
    (None, None, None)
    """
    key = text_keys.clean(text_keys.half_width(text)).lower()
    # Only what stands between digits is no blank of the date's own.
    key = re.sub(r"\s*([-/.年月日])\s*", r"\1", key)
    parts = None
    if match := _YEAR_FIRST.match(key) or _DIGITS.match(key):
        parts = match.groups()
    elif match := _YEAR_LAST.match(key):
        one, two, year = match.groups()
        # Day or month first: only a number beyond 12 tells.
        if int(one) > 12 or one == two:
            parts = (year, two, one)
        elif int(two) > 12:
            parts = (year, one, two)
    elif match := _SHORT_YEAR.match(key):
        if int(match[1]) > 12:
            parts = (f"20{match[1]}", match[2], match[3])
    elif match := _ENGLISH[0].match(key):
        parts = (match[3], _MONTHS.get(match[2][:3]), match[1])
    elif match := _ENGLISH[1].match(key):
        parts = (match[3], _MONTHS.get(match[1][:3]), match[2])
    elif re.match(r"^[345]\d{4}(?:\.0+)?$", key):
        day = datetime.date(1899, 12, 30) + datetime.timedelta(int(float(key)))
        parts = (day.year, day.month, day.day)
    try:
        return datetime.date(*(int(part) for part in parts)) if parts else None
    except (ValueError, TypeError):
        return None


def parse_last_date(text):
    """Return the date a text says, of a span the end (2024.3.8～2025.3.7), or None.

    >>> str(parse_last_date("2024.3.8至2025.3.7"))
    '2025-03-07'
    """
    parts = re.split(r"\s*(?:至|到|~|～|—+|--+)\s*", text_keys.clean(text))
    return parse_date(parts[-1]) if parts else None


def is_no_date(text):
    """Whether a text says that there is no date."""
    return text_keys.compact(text) in NO_DATE_WORDS or text_keys.is_nothing(text)


def is_month(text):
    """Whether a text says a month, but no day.

    >>> is_month("2025年3月"), is_month("2025.03"), is_month("2025年3月8日")
    (True, True, False)
    """
    return bool(
        re.match(r"^(19|20)\d\d[-/.年](0?[1-9]|1[0-2])月?份?$", text_keys.compact(text))
    )


def ticked(text):
    """Return the words whose box is ticked; the text itself where it has no boxes.

    >>> ticked("☑检定 □校准"), ticked("检定√　校准"), ticked("检定")
    ('检定', '检定', '检定')
    """
    text = text or ""
    if not re.search(f"[{_TICKED}{_EMPTY_BOX}]", text):
        return text
    before = re.findall(
        rf"([{_TICKED}{_EMPTY_BOX}])\s*([^\s{_TICKED}{_EMPTY_BOX}]+)", text
    )
    after = re.findall(
        rf"([^\s{_TICKED}{_EMPTY_BOX}]+)\s*([{_TICKED}{_EMPTY_BOX}])", text
    )
    starts = text.strip()[:1] in _TICKED + _EMPTY_BOX
    words = (
        [word for box, word in before if box in _TICKED]
        if starts
        else [word for word, box in after if box in _TICKED]
    )
    return " ".join(words)


def is_tick(text):
    """Whether a cell of a column of ticks says yes.

    >>> [is_tick(t) for t in ("√", "是", "1", "×", "否", "/", "")]
    [True, True, True, False, False, False, False]
    """
    key = text_keys.compact(text)
    return bool(key) and not text_keys.is_nothing(text) and key not in _NO_WORDS


_NO_WORDS = frozenset("× x ✗ ✘ 否 不 no n 0 false □ ☐ ○ 非 不需要 不要".split())


def parse_service_kind(text):
    """Return the service kind a text asks for, or False where it is not clear.

    >>> parse_service_kind("只校准，不检定"), parse_service_kind("只校三点")
    ('calibration', 'calibration')
    >>> parse_service_kind("不校准"), parse_service_kind("检定/校准")
    (False, False)
    >>> parse_service_kind("□检定 ☑校准")
    'calibration'
    """
    kinds = service_kinds(text)
    return kinds[0] if len(kinds) == 1 else False


def service_kinds(text):
    """Return all service kinds that a text asks for.

    >>> service_kinds("检定/校准")
    ['verification', 'calibration']
    """
    positive = re.sub(
        r"非强检|(?:不|无需|不用|不要|免|非)\s*(?:做|需|需要)?\s*(?:检定|校准|检测|检验)",
        "",
        ticked(text),
    )
    # What something is called is no wish: 检定证书, 上次校准日期.
    positive = re.sub(
        r"(?:检定|校准|检测|检验)(?:证书|报告|日期|周期|机构|单位|报警|合格|标签|规程|规范|标准|点)",
        lambda match: "校准" if match[0] == "校准点" else "",
        positive,
    )
    return [
        kind for kind, words in _KIND_WORDS.items() if re.search(words, positive, re.I)
    ]
