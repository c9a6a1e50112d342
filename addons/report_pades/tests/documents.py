# SPDX-License-Identifier: AGPL-3.0-only
"""Documents to sign in tests, made by the same engine as the real ones."""

from functools import cache

import weasyprint

from odoo.addons.report_weasyprint.tools.fonts import RENDER_LOCK, font_configuration
from odoo.addons.report_weasyprint.tools.renderer import keep_boxes


@cache
def archive_document(pages=3, anchor=False):
    """Return a PDF/A-3b with Chinese text and an attached file."""
    place = "position: absolute; left: 90mm; top: 50mm; width: 60mm; height: 40mm"
    seal = f'<div id="pades-seal" style="{place}">（章）</div>' if anchor else ""
    body = "".join(
        f'<section style="break-after: page"><h1>第 {number} 页</h1>{seal}</section>'
        for number in range(1, pages)
    )
    html = (
        '<html lang="zh-CN"><head><title>证书</title></head><body style="margin:0;font-family:'
        f'Metrology Sans SC, Noto Sans CJK SC">{body}<p>末页</p></body></html>'
    )
    with RENDER_LOCK:
        return weasyprint.HTML(string=html).write_pdf(
            pdf_variant="pdf/a-3b",
            finisher=keep_boxes,
            font_config=font_configuration(),
            attachments=[
                weasyprint.Attachment(
                    string="<dcc>true</dcc>", name="dcc.xml", relationship="Data"
                )
            ],
        )
