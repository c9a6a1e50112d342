# SPDX-License-Identifier: AGPL-3.0-only
def post_init_hook(env):
    """Invoices in Renminbi carry the amount in capitals."""
    companies = env["res.company"].search([("currency_id.name", "=", "CNY")])
    companies.display_invoice_amount_total_words = True
