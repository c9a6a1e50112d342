# SPDX-License-Identifier: AGPL-3.0-only
"""What a cell of a list means: dates and services. Pure Python."""

import datetime
import re

from . import text_keys

_KIND_WORDS = {
    "verification": r"检定|强检|verif",
    "calibration": r"校准|calib",
    "testing": r"检测|测试|试验|\btest",
    "inspection": r"检验|inspect",
}


def parse_date(text):
    """Return the date of 2026-01-31, 2026/1/31, 2026.1.31, 2026年1月31日 or None.

    A month without a day gives None: a due date is not guessed.
    """
    key = text_keys.compact(text)
    match = re.match(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:\d\d:|$)", key)
    if not match and (match := re.match(r"^(\d{4})(\d\d)(\d\d)$", key)):
        pass
    if not match:
        return None
    try:
        return datetime.date(*(int(part) for part in match.groups()[:3]))
    except ValueError:
        return None


def parse_service_kind(text):
    """Return the service kind a text asks for, or False where it is not clear.

    >>> parse_service_kind("只校准，不检定")
    'calibration'
    >>> parse_service_kind("不校准"), parse_service_kind("检定/校准")
    (False, False)
    """
    text = text or ""
    positive = re.sub(
        r"非强检|(?:不|无需|不用|不要|免|非)\s*(?:做|需|需要)?\s*(?:检定|校准|检测|检验)",
        "",
        text,
    )
    # What something is called is no wish: 检定证书, 上次校准日期.
    positive = re.sub(
        r"(?:检定|校准|检测|检验)(?:证书|报告|日期|周期|机构|单位|报警|合格|标签)",
        "",
        positive,
    )
    kinds = [
        kind for kind, words in _KIND_WORDS.items() if re.search(words, positive, re.I)
    ]
    return kinds[0] if len(kinds) == 1 else False
