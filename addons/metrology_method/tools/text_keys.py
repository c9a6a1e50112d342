# SPDX-License-Identifier: AGPL-3.0-only
"""Normal forms of what customers write about an instrument. Pure Python.

Two writings of one thing must give one key: full-width digits, blanks, case and
dashes differ from list to list, the instrument does not.
"""

import re
import unicodedata

#: What people write where an instrument bears no serial number at all.
NO_SERIAL_WORDS = frozenset(
    "无 無 无编号 无号 无出厂编号 没有 没有编号 无铭牌 不适用 空 空白 (无) none no n/a n.a. n.a na nil "
    "null - -- --- ---- — —— _ / // /// \\ 、 * ** . · ... ...... ×".split()
)
#: What people write where they did not look: the number exists, but is not told.
UNREAD_SERIAL_WORDS = frozenset(
    "见铭牌 见铭牌上 铭牌 见表 见实物 见机身 见样品 不详 不清 不清楚 看不清 模糊 未知 未填 待查 待补 待定 "
    "不明 ? ?? ??? unknown tbd seenameplate seelabel".split()
)
#: 'The same as the line above.'
DITTO_WORDS = frozenset("同上 〃 ″ \" '' ditto 同前".split())

_DASHES = re.compile("[‐‑‒–—―−－﹣]")
_BLANKS = re.compile(r"[\s\u200b\ufeff\u00a0]+")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
# In running text the Chinese punctuation stays as the customer wrote it.
_FULL_WIDTH_ALPHANUMERIC = {
    code: target
    for code, target in _FULL_WIDTH.items()
    if chr(target).isalnum() or chr(target) in "-./#+"
}


def clean(value):
    """Return one line of text without blanks around and doubled inside.

    >>> clean("  压力表\\n ")
    '压力表'
    """
    return _BLANKS.sub(" ", value or "").strip()


def half_width(text):
    """Return ``text`` with full-width letters and digits as plain ones.

    >>> half_width("Ｙ－１００（甲）")
    'Y-100（甲）'
    """
    return clean(text).translate(_FULL_WIDTH_ALPHANUMERIC)


def compact(text):
    """Return the comparison form: NFKC, no blanks, one dash, lower case.

    >>> compact(" Ｙ—１００ ") == compact("y-100")
    True
    """
    text = _DASHES.sub("-", text or "")
    text = unicodedata.normalize("NFKC", text)
    return _BLANKS.sub("", text).lower()


def is_no_serial(text):
    """Whether ``text`` says that the instrument bears no serial number."""
    return compact(text) in NO_SERIAL_WORDS


def is_unread_serial(text):
    """Whether ``text`` says that somebody still has to read the number."""
    return compact(text) in UNREAD_SERIAL_WORDS


def is_nothing(text):
    """Whether a cell says that there is nothing to say: /, ——, 无, N/A.

    >>> [is_nothing(t) for t in ("／", "——", "无", "N/A", "", "红旗")]
    [True, True, True, True, True, False]
    """
    key = compact(text)
    return not key or key in NO_SERIAL_WORDS


def asset_key(text):
    """Return the key of a customer's own number, empty where there is none."""
    return "" if is_nothing(text) else compact(text)


def is_ditto(text):
    """Whether ``text`` stands for 'as above'."""
    return compact(text) in DITTO_WORDS


def serial_key(text):
    """Return the key of a serial number, or False where there is none.

    Upper case, since nameplates are read in both; a leading ``No.`` or ``№`` is
    not part of a number.

    >>> serial_key("１２３ 456"), serial_key("无"), serial_key("No.a-7")
    ('123456', False, 'A-7')
    """
    key = compact(text)
    if not key or key in NO_SERIAL_WORDS or key in UNREAD_SERIAL_WORDS:
        return False
    key = re.sub(r"^(?:s/n|(?:sn|no|nr|编号|出厂编号)[.:：])[.:：]*", "", key).lstrip(
        "#"
    )
    return key.upper() or False


_LOOKALIKES = str.maketrans("OILZSB", "011258")


def lookalike(text):
    """Return a serial number's key with letters as the digits they look like.

    >>> lookalike("A12O"), lookalike("a120")
    ('A120', 'A120')
    """
    return (serial_key(text) or "").translate(_LOOKALIKES)


def serial_shape(text):
    """Return what a serial number looks like: O and 0, I and 1 are one, marks and
    leading zeros none; False where there is no number.

    Two numbers of one shape are a question, never an answer.

    >>> serial_shape("A0-12O"), serial_shape("000042"), serial_shape("无")
    ('A0120', '42', False)
    """
    key = serial_key(text)
    if not key:
        return False
    shape = re.sub(r"[^0-9A-Z\u4e00-\u9fff]", "", key).translate(_LOOKALIKES)
    return shape.lstrip("0") or shape or key


def maker_key(text):
    """Return the comparison form of a maker's name, empty where none is told."""
    return "" if is_nothing(text) else re.sub(r"[^\w]", "", compact(text))


def same_maker(one, other):
    """Whether two writings may be one maker: one holds the other, or says nothing.

    >>> same_maker("红旗仪表厂", "北京红旗仪表厂"), same_maker("红旗", None)
    (True, True)
    >>> same_maker("红旗仪表厂", "上海仪表四厂")
    False
    """
    one, other = maker_key(one), maker_key(other)
    return not one or not other or one in other or other in one


def identity_key(name, model):
    """Return the key of 'what it is': name and model, both compact.

    >>> identity_key("压力表", "Y－100")
    '压力表|y-100'
    """
    return f"{compact(name)}|{compact(model)}"


def range_key(text):
    """Return the comparison form of a range: every dash and tilde is one.

    >>> range_key("（0～1.6）MPa") == range_key("(0-1.6) MPa")
    True
    """
    return re.sub(r"[~～〜]", "-", compact(text)).strip("()")
