# SPDX-License-Identifier: AGPL-3.0-only
"""What the cells of a list of instruments mean. Pure Python."""

import re
from fractions import Fraction

from odoo.addons.metrology_method.tools import text_keys
from odoo.addons.metrology_method.tools.cell_values import parse_service_kind

_PIECES = (
    "台件|台/件|台套|台|件|只|个|支|块|套|把|根|条|片|组|付|副|盒|pcs?|sets?|ea|units?"
)
_QUANTITY = re.compile(
    rf"^(?:共)?(\d{{1,6}})(?:\.0+)?\s*(?:{_PIECES})?(?:\(.*\))?[。.]?$"
)
_CHINESE_NUMBERS = {
    char: number for number, char in enumerate("零一二三四五六七八九十")
}
_CHINESE_NUMBERS["两"] = 2

_URGENT = re.compile(
    r"加急|特急|急件|急用|紧急|尽快|(?<![着])急$|^急|urgent|rush|asap|expedite", re.I
)
_NOT_URGENT = re.compile(r"不急|不用加急|无需加急|不加急|非急|not\s+urgent", re.I)
_CONDITION = re.compile(
    r"裂纹|裂缝|破损|损坏|破裂|划痕|划伤|磨损|锈|变形|松动|缺(?!省)|断|故障|坏|失灵|不亮|漏|模糊|掉漆|磕碰|外壳|外观|"
    r"crack|damag|broken|scratch|rust|defect|fault|missing",
    re.I,
)
_ACCESSORIES = re.compile(
    r"附件|配件|附带|随附|[带含附配]\s*(?:有)?\s*[^，,。；;、]{1,12}?[\d一二两三四五六七八九十]+\s*[只个根块支套件条把片台]|"
    r"[带含附配][^，,。；;]{0,8}(?:探头|传感器|电源|适配器|电缆|电池|砝码|支架|箱|盒|说明书|证书|线|表笔)|"
    r"\bwith\b|accessor|includ",
    re.I,
)
#: What the customer asks for beyond the service itself; a person reads it.
_WISH = re.compile(
    r"[不无免勿].{0,4}(?:证书|报告|拆|调|修|贴|标签)|(?:只|仅|要求|需|请|按|加).{0,6}[点校检测]|证书|报告|抬头|校准点|检定点|"
    r"周期|期限|取|寄|certificate|report|only|point",
    re.I,
)


def parse_quantity(text):
    """Return the number of pieces, or None.

    >>> [parse_quantity(t) for t in ("3台", "２", "1.0", "两台", "若干", "0", "1套(3件)")]
    [3, 2, 1, 2, None, 0, 1]
    """
    key = text_keys.compact(text)
    if match := _QUANTITY.match(key):
        return int(match[1])
    if key and key[0] in _CHINESE_NUMBERS and len(key) <= 3:
        rest = key[1:]
        if not rest or re.fullmatch(_PIECES, rest):
            return _CHINESE_NUMBERS[key[0]]
    return None


_SPANS = {"半年": 6, "半": 6, "年": 12, "季": 3, "季度": 3, "月": 1}


def parse_interval(text, heading=""):
    """Return months of '12', '12个月', '1年', '半年', or 0.

    A number without a unit has that of its heading; otherwise up to 2 are years, since
    nobody has an instrument calibrated every month.

    >>> [parse_interval(t) for t in ("12个月", "1年", "半年", "6", "?", "每年", "365天")]
    [12, 12, 6, 6, 0, 12, 12]
    >>> parse_interval("3", "检定周期（年）"), parse_interval("1", "周期(月)")
    (36, 1)
    >>> parse_interval("1"), parse_interval("0.5")
    (12, 6)
    """
    key = text_keys.compact(text)
    key = re.sub(r"^(?:每|1次/)|(?:/|每)?(?:1次|一次|次)$", "", key).strip("/")
    if key in _SPANS:
        return _SPANS[key]
    if match := re.match(r"^([一二两三四五六])(年|个?月)$", key):
        return _CHINESE_NUMBERS[match[1]] * (12 if match[2] == "年" else 1)
    match = re.match(r"^(\d{1,3}(?:\.\d+)?)([a-z年个月天日]*)$", key)
    if not match:
        return 0
    number, unit = Fraction(match[1]), match[2]
    if not unit:
        unit = text_keys.compact(heading)
        unit = next((one for one in ("年", "月", "year", "month") if one in unit), "")
        if not unit and 0 < number <= 2:
            unit = "年"
    if unit.startswith(("年", "y")):
        number *= 12
    elif unit.startswith(("天", "日", "d")):
        number = Fraction(round(number / Fraction(30)))
        number = 12 if match[1] in ("365", "366", "360") else number
    elif unit and not unit.startswith(("个月", "月", "m")):
        return 0
    return int(number) if number == int(number) else 0


def parse_remark(text):
    """Return what a remark asks for: dict of urgent, service_kind, condition,
    accessories (only what was found).

    >>> parse_remark("加急")
    {'urgent': True}
    >>> parse_remark("只校准，不检定"), parse_remark("只校三点")
    ({'service_kind': 'calibration'}, {'service_kind': 'calibration'})
    >>> parse_remark("带探头2只；外壳有裂纹")
    {'condition': '外壳有裂纹', 'accessories': '带探头2只'}
    """
    found = {}
    if _URGENT.search(text or "") and not _NOT_URGENT.search(text):
        found["urgent"] = True
    kind = parse_service_kind(text)
    if kind:
        found["service_kind"] = kind
    parts = [part.strip() for part in re.split(r"[；;。\n]|[，,](?!\d)", text or "")]
    for name, pattern in (("condition", _CONDITION), ("accessories", _ACCESSORIES)):
        hits = [part for part in parts if part and pattern.search(part)]
        if name == "accessories":
            hits = [part for part in hits if part not in found.get("condition", "")]
        if hits:
            found[name] = "，".join(hits)
    return found


def is_wish(text):
    """Whether a remark asks for something that a person has to heed.

    >>> [is_wish(t) for t in ("不出证书", "只校三点", "加急", "车间用")]
    [True, True, False, False]
    """
    return bool(text and _WISH.search(text))


# ------------------------------------------------------------- numbers in one cell
def listed_serials(text):
    """Return the serial numbers that one cell lists or spans, at least two, or None.

    A slash, a dash or a blank stands within numbers too, and alone says nothing.

    >>> listed_serials("780499、780500\\n780501"), listed_serials("A098~A100")
    (['780499', '780500', '780501'], ['A098', 'A099', 'A100'])
    >>> listed_serials("2026001、002、003"), listed_serials("1#～3#")
    (['2026001', '2026002', '2026003'], ['1#', '2#', '3#'])
    >>> listed_serials("001-003,005"), listed_serials("2026-001～2026-003")
    (['001', '002', '003', '005'], ['2026-001', '2026-002', '2026-003'])
    >>> listed_serials("AB-12/3") is None, listed_serials("2019-2020") is None
    (True, True)
    """
    parts = [part.strip() for part in re.split(r"[、,，;；\n]+", text or "")]
    parts = [part for part in parts if part]
    found = []
    for part in parts:
        span = _span(part, r"[~～〜至到]")
        if not span and len(parts) > 1:
            span = _span(part, "[-—–]+")
        found += span or [part]
    if len(found) < 2 or len(set(found)) < len(found):
        return None
    if not all(re.search(r"\d", one) for one in found):
        return None
    return _lengthened(found)


def split_serials(text, quantity):
    """Return ``quantity`` serial numbers that one cell lists, or None.

    Where their count is exactly the quantity, blanks, slashes and dashes divide too.

    >>> split_serials("780499、780500、780501", 3)
    ['780499', '780500', '780501']
    >>> split_serials("2026001-003", 3), split_serials("01-03", 3)
    (['2026001', '2026002', '2026003'], ['01', '02', '03'])
    >>> split_serials("A1/A2", 2), split_serials("780499", 3) is None
    (['A1', 'A2'], True)
    """
    if not text or quantity < 2:
        return None
    found = listed_serials(text)
    if found and len(found) == quantity:
        return found
    for pattern in (r"[、,，;；\s]+", r"[/、]+"):
        parts = [part for part in re.split(pattern, text.strip()) if part]
        told = all(re.search(r"\d", part) for part in parts)
        if len(parts) == quantity == len(set(parts)) and told:
            return _lengthened(parts)
    span = _span(text, "[-—–]+")
    return span if span and len(span) == quantity else None


def _span(text, mark):
    """Return the numbers from one end to the other, or None."""
    for match in re.finditer(rf"\s*{mark}\s*", text):
        low, high = text[: match.start()].strip(), text[match.end() :].strip()
        one = re.match(r"^(.*?)(\d+)(\D*)$", low)
        two = re.match(r"^(.*?)(\d+)(\D*)$", high)
        if not one or not two:
            continue
        (prefix, first, suffix), (other, last, end) = one.groups(), two.groups()
        if other not in ("", prefix) or suffix not in ("", end):
            continue
        if len(last) < len(first):
            last = first[: len(first) - len(last)] + last
        count = int(last) - int(first) + 1
        if len(last) == len(first) or not first.startswith("0"):
            if 2 <= count <= _MAX_SPAN:
                width = len(first)
                return [
                    f"{prefix}{n:0{width}d}{end}"
                    for n in range(int(first), int(last) + 1)
                ]
    return None


#: More instruments in one cell are a mistake.
_MAX_SPAN = 200


def _lengthened(numbers):
    """Return numbers of which only the first is written out with the rest of it."""
    first, others = numbers[0], numbers[1:]
    short = {len(one) for one in others}
    if len(short) == 1 and all(one.isdigit() for one in others):
        size = short.pop()
        tail = first[-size:]
        if size < len(first) and tail.isdigit() and len(first) > size + 1:
            if all(int(one) > int(tail) for one in others):
                return [first, *(first[:-size] + one for one in others)]
    return numbers
