# SPDX-License-Identifier: AGPL-3.0-only
from odoo.tests import tagged

from ..tools.pdfa import check
from .common import ReportCase

LAYOUTS = ("standard", "boxed", "bold", "striped", "folder", "wave", "bubble")
LAYOUT_TEMPLATE = """
<t t-name="report_weasyprint.test_document">
    <t t-call="web.html_container">
        <t t-foreach="docs" t-as="o">
            <t t-call="web.external_layout">
                <t t-set="lang" t-value="'zh_CN'"/>
                <div class="page">
                    <table class="table o_main_table">
                        <thead><tr><th>序号</th><th>器具名称</th></tr></thead>
                        <tbody><tr t-foreach="range(60)" t-as="n">
                            <td t-out="n"/><td>一般压力表</td>
                        </tr></tbody>
                    </table>
                </div>
            </t>
        </t>
    </t>
</t>
"""


@tagged("post_install", "-at_install")
class TestStockReports(ReportCase):
    """Odoo's own layouts and documents come out right without wkhtmltopdf."""

    def test_layouts_of_the_company(self):
        """Each layout prints header and footer on every page, repeats the table's
        head and numbers the pages."""
        self.view.arch = LAYOUT_TEMPLATE
        company = self.env.company
        company.write(
            {
                "name": "演示计量检定中心",
                "company_details": "<p>演示计量检定中心</p>",
                "report_footer": "<p>页脚文字</p>",
            }
        )
        for name in LAYOUTS:
            company.external_report_layout_id = self.env.ref(
                f"web.external_layout_{name}"
            )
            with self.subTest(layout=name):
                pages = self.pages(self.render(self.partners[0]))
                self.assertGreaterEqual(len(pages), 2)
                for number, text in enumerate(pages, 1):
                    self.assertIn("演示计量检定中心", text)
                    self.assertIn("页脚文字", text)
                    self.assertIn("器具名称", text)
                    self.assertRegex(text, f"{number}/{len(pages)}")

    def test_documents_of_installed_addons(self):
        """Quotation and delivery slip print in Chinese where their addons are."""
        self.env["res.lang"]._activate_lang("zh_CN")
        partner = self.partners[0]
        partner.lang = "zh_CN"
        product = {"name": "一般压力表"}
        documents = []
        if "sale.order" in self.env:
            documents.append(self._quotation(partner, product))
        if "stock.picking" in self.env:
            documents.append(self._delivery(partner, product))
        for report_name, record in documents:
            with self.subTest(report=report_name):
                report = self.env["ir.actions.report"]._get_report(report_name)
                report.pdf_variant = "pdf/a-3b"
                pdf = report.with_context(force_report_rendering=True)._render_qweb_pdf(
                    report_name, record.ids
                )[0]
                text = "".join(self.pages(pdf))
                self.assertIn("一般压力表", text)
                self.assertIn("1/1", text)
                self.assertEqual(check(pdf), [])

    def _quotation(self, partner, product):
        order = self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "order_line": [
                    (
                        0,
                        0,
                        {"product_id": self.env["product.product"].create(product).id},
                    )
                ],
            }
        )
        return "sale.report_saleorder", order

    def _delivery(self, partner, product):
        warehouse = self.env["stock.warehouse"].search([], limit=1)
        customers = self.env.ref("stock.stock_location_customers")
        locations = {
            "location_id": warehouse.lot_stock_id.id,
            "location_dest_id": customers.id,
        }
        move = {
            "product_id": self.env["product.product"].create(product).id,
            "product_uom_qty": 1,
            **locations,
        }
        picking = self.env["stock.picking"].create(
            {
                "partner_id": partner.id,
                "picking_type_id": warehouse.out_type_id.id,
                "move_ids": [(0, 0, move)],
                **locations,
            }
        )
        picking.action_confirm()
        return "stock.report_deliveryslip", picking
