# SPDX-License-Identifier: AGPL-3.0-only
"""Amounts in words for Renminbi: the capitals (大写金额) of Chinese vouchers.

num2words speaks no Chinese.  This module gives it a converter ``zh`` that stands
on cn2an, so that every caller of num2words (Odoo's own documents included) gets it.

Source: 《支付结算办法》附一《正确填写票据和结算凭证的基本规定》, clauses 1 to 4:
capitals 壹贰叁…, 整 after 元 (and, as most forms do, after 角), none after 分,
零 between a whole amount and 分 without 角.
"""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

import cn2an
import num2words
from num2words.base import Num2Word_Base

#: cn2an's unit table ends at 10^15 - 1 yuan.
LIMIT = Decimal(10) ** 15


def amount_to_capitals(amount):
    """Return ``amount`` (yuan) in RMB capitals, rounded half up to the fen.

    :param amount: str, int, Decimal, or a float that is already rounded to fen
    :raises ValueError: not a finite number, or 10^15 yuan and more

    >>> amount_to_capitals("1234.56")
    '壹仟贰佰叁拾肆元伍角陆分'
    >>> amount_to_capitals(1680)
    '壹仟陆佰捌拾元整'
    >>> amount_to_capitals("10200.5")
    '壹万零贰佰元伍角整'
    >>> amount_to_capitals("10200.05")
    '壹万零贰佰元零伍分'
    >>> amount_to_capitals("-0.30")
    '负叁角整'
    >>> amount_to_capitals(0)
    '零元整'
    """
    try:
        value = Decimal(str(amount))
    except InvalidOperation as error:
        raise ValueError(f"{amount!r} is not an amount") from error
    if not value.is_finite() or abs(value) >= LIMIT:
        raise ValueError(f"{amount!r} is not an amount below {LIMIT} yuan")
    value = value.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    if not value:
        return "零元整"
    text = cn2an.an2cn(f"{value:f}", "rmb")
    return text + "整" if text.endswith("角") else text


class Num2WordZh(Num2Word_Base):
    """The converter ``zh``: numbers in small characters, currency in capitals."""

    def setup(self):
        # Without word tables the base class builds no cards: cn2an composes.
        self.MAXVAL = int(LIMIT)

    def to_cardinal(self, value):
        return cn2an.an2cn(f"{Decimal(str(value)):f}", "low")

    def to_ordinal(self, value):
        return "第" + self.to_cardinal(value)

    def to_ordinal_num(self, value):
        return f"第{value}"

    def to_year(self, value, **kwargs):
        return cn2an.an2cn(str(value), "direct") + "年"

    def to_currency(self, val, currency="CNY", **kwargs):
        if currency != "CNY":
            raise NotImplementedError(
                f"Currency code {currency!r} not implemented for zh"
            )
        return amount_to_capitals(val)


def register():
    """Make num2words know Chinese; a converter of num2words' own would win."""
    for code in ("zh", "zh_CN"):
        num2words.CONVERTER_CLASSES.setdefault(code, Num2WordZh())


register()
