# SPDX-License-Identifier: AGPL-3.0-only
"""Issuing one certificate: what approving costs, and where the time goes.

Ours: an authorised signatory approves a verification certificate of two pages. Checks,
signature in the chain, QR code, PDF/A-3 with its data attached, straddling seal, seal,
digital signature (RSA 2048 or better, PAdES B-B), stored file, register of the seal.

Beside it, in the same process:

* the same HTML printed by WeasyPrint alone, plain PDF: no headers and footers on each
  page, no archive standard, no attachment, no seal, no signature;
* Odoo's QWeb alone, which gives the HTML (a part of ours);
* our rendering with Odoo's style bundles, which the certificate does without.
"""

import gc
from contextlib import ExitStack, contextmanager
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
            gc.collect()
            with _inside(env, measure), measure("approve and issue, ours"):
                certificate.with_user(signatory)._approve()
        for certificate in certificates:
            _beside(env, certificate.sudo(), measure)
    finally:
        Laboratory.doClassCleanups()


@contextmanager
def _inside(env, measure):
    """Measure the parts of an approval while it runs, so that they add up."""
    parts = (
        (env["ir.actions.report"], "_render_qweb_html", "of it: QWeb to HTML"),
        (env["metrology.certificate"], "_render", "of it: PDF/A, QWeb included"),
        (env["metrology.certificate"], "_seal_and_sign", "of it: seal and sign"),
    )
    with ExitStack() as stack:
        for model, method, name in parts:
            stack.enter_context(
                patch.object(
                    type(model), method, _measured(model, method, name, measure)
                )
            )
        yield


def _measured(model, method, name, measure):
    original = getattr(type(model), method)

    def call(self, *args, **kwargs):
        with measure(name):
            return original(self, *args, **kwargs)

    return call


def _beside(env, certificate, measure):
    import weasyprint

    report = env["ir.actions.report"]
    name = certificate.layout_id.report_id.report_name
    html = report._render_qweb_html(name, certificate.ids)[0].decode()
    gc.collect()
    with measure("HTML to PDF, WeasyPrint alone"):
        weasyprint.HTML(string=html, base_url="https://none.invalid/").write_pdf()
    gc.collect()
    with measure("PDF/A, ours") as facts:
        facts["bytes"] = len(certificate._render())
    stock = env.ref("web.minimal_layout")
    gc.collect()
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
    qweb = seconds("of it: QWeb to HTML")
    pdf = seconds("of it: PDF/A, QWeb included")
    sign = seconds("of it: seal and sign")
    return {
        "approve p50 (s)": whole,
        "share of QWeb": round(qweb / whole, 2),
        "share of PDF": round((pdf - qweb) / whole, 2),
        "share of seal and signature": round(sign / whole, 2),
        "share of checks and database": round((whole - pdf - sign) / whole, 2),
        "our PDF to WeasyPrint alone": round(
            seconds("PDF/A, ours") / seconds("HTML to PDF, WeasyPrint alone"), 2
        ),
        "our PDF to the same with Odoo's bundles": round(
            seconds("PDF/A, ours") / seconds("PDF/A with Odoo's style bundles"), 2
        ),
    }
