# SPDX-License-Identifier: AGPL-3.0-only
"""Issuing one certificate: what approving costs, and where the time goes.

Ours: an authorised signatory approves a verification certificate of two pages. Checks,
signature in the chain, QR code, PDF/A-3 with its data attached, straddling seal, seal,
digital signature (RSA 2048 or better, PAdES B-B), stored file, register of the seal.

Beside it, in the same process:

* the same HTML printed by WeasyPrint alone, plain PDF: no headers and footers on each
  page, no archive standard, no attachment, no seal, no signature;
* Odoo's QWeb alone, which gives the HTML;
* our rendering with Odoo's style bundles, which the certificate does without.
"""

from unittest.mock import patch

ADDONS = ["metrology_certificate"]
CERTIFICATES = 6


def bench(env, measure):
    """Measure the parts over several certificates, the caches warm."""
    from odoo.addons.metrology_certificate.tests.laboratory import Laboratory

    laboratory = Laboratory.build(env)
    try:
        certificates = [
            laboratory._to("approving", f"BM-{number}")
            for number in range(CERTIFICATES + 1)
        ]
        signatory = laboratory.erna
        certificates.pop().with_user(signatory)._approve()
        for certificate in certificates:
            env.flush_all()
            env.invalidate_all()
            with measure("approve and issue, ours"):
                certificate.with_user(signatory)._approve()
        for certificate in certificates:
            _parts(env, certificate.sudo(), measure)
    finally:
        Laboratory.doClassCleanups()


def _parts(env, certificate, measure):
    import weasyprint

    report = env["ir.actions.report"]
    name = certificate.layout_id.report_id.report_name
    with measure("QWeb to HTML, Odoo alone"):
        html = report._render_qweb_html(name, certificate.ids)[0]
    with measure("HTML to PDF, WeasyPrint alone"):
        weasyprint.HTML(
            string=html.decode(), base_url="https://none.invalid/"
        ).write_pdf()
    with measure("PDF/A with headers and data, ours") as facts:
        pdf = certificate._render()
        facts["bytes"] = len(pdf)
    with measure("seal and sign, ours"):
        certificate._seal_and_sign(pdf, certificate.seal_id)
    stock = env.ref("web.minimal_layout")
    with (
        patch.object(type(report), "_get_layout", lambda self: stock),
        measure("PDF/A with Odoo's style bundles"),
    ):
        certificate._render()


def summary(results):
    """Shares of the whole, and ratios to the named baselines (medians)."""

    def seconds(name):
        return results[name]["seconds"]

    whole = seconds("approve and issue, ours")
    qweb = seconds("QWeb to HTML, Odoo alone")
    pdf = seconds("PDF/A with headers and data, ours")
    sign = seconds("seal and sign, ours")
    return {
        "approve p50 (s)": whole,
        "share of QWeb": round(qweb / whole, 2),
        "share of PDF": round((pdf - qweb) / whole, 2),
        "share of seal and signature": round(sign / whole, 2),
        "share of checks and database": round((whole - pdf - sign) / whole, 2),
        "our PDF to QWeb and WeasyPrint alone": round(
            pdf / (qweb + seconds("HTML to PDF, WeasyPrint alone")), 2
        ),
        "our PDF to the same with Odoo's bundles": round(
            pdf / seconds("PDF/A with Odoo's style bundles"), 2
        ),
    }
