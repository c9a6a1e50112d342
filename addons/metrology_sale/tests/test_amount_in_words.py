# SPDX-License-Identifier: AGPL-3.0-only
import doctest

from num2words import num2words

from odoo.tests import TransactionCase, tagged

from odoo.addons.metrology_sale.tools import rmb


@tagged("post_install", "-at_install")
class TestAmountInWords(TransactionCase):
    def test_examples(self):
        """The examples in the docstrings of the converter hold."""
        result = doctest.testmod(rmb)
        self.assertTrue(result.attempted)
        self.assertFalse(result.failed)

    def test_bill_rules(self):
        """Zeros inside an amount are written as the rules for vouchers say."""
        for amount, words in {
            "1409.50": "壹仟肆佰零玖元伍角整",
            "6007.14": "陆仟零柒元壹角肆分",
            "16409.02": "壹万陆仟肆佰零玖元零贰分",
            "100000000": "壹亿元整",
            "0.05": "伍分",
        }.items():
            self.assertEqual(rmb.amount_to_capitals(amount), words, amount)

    def test_refused(self):
        """What is not an amount is refused, not written as nonsense."""
        for wrong in ("", "abc", "nan", "inf", "1000000000000000"):
            with self.assertRaises(ValueError):
                rmb.amount_to_capitals(wrong)

    def test_num2words_speaks_chinese(self):
        """Every caller of num2words gets Chinese, not an error."""
        self.assertEqual(num2words(105, lang="zh_CN"), "一百零五")
        self.assertEqual(
            num2words("12.5", lang="zh", to="currency", currency="CNY"),
            "壹拾贰元伍角整",
        )

    def test_currency(self):
        """Renminbi in a Chinese document is written in capitals; else as before."""
        self.env["res.lang"]._activate_lang("zh_CN")
        self.env["res.lang"]._activate_lang("en_US")
        yuan = self.env.ref("base.CNY")
        self.assertEqual(
            yuan.with_context(lang="zh_CN").amount_to_text(1680.4),
            "壹仟陆佰捌拾元肆角整",
        )
        self.assertIn(
            "One Thousand", yuan.with_context(lang="en_US").amount_to_text(1680)
        )
