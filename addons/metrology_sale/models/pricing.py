# SPDX-License-Identifier: AGPL-3.0-only
from odoo import api, fields, models

#: Where a price may come from, the strongest first.
PRICE_SOURCES = [
    ("quotation", "Quotation"),
    ("contract", "Framework contract"),
    ("customer", "Customer price"),
    ("pricelist", "Customer's pricelist"),
    ("catalogue", "Fee catalogue"),
    ("item", "Fee item"),
    ("manual", "Set by hand"),
]


class MetrologyPricing(models.AbstractModel):
    """What a service costs, and on which document that rests.

    One service for orders, quotations and customer prices, so that the same line
    never costs two amounts.  It answers any number of requests with a fixed number
    of queries per pricelist.

    Order of strength: price list of the framework contract, approved customer price,
    the customer's own pricelist, fee catalogue in force on the day, fee item.
    """

    _name = "metrology.pricing"
    _description = "Pricing of Metrology Services"

    @api.model
    def _make_request(
        self,
        product,
        company=None,
        partner=None,
        day=None,
        service_kind=False,
        contract=None,
    ):
        """Return one request for ``_get_prices``; ``day`` is a date."""
        company = company or self.env.company
        return {
            "product": product,
            "company": company,
            "partner": (partner or self.env["res.partner"]).commercial_partner_id,
            "day": day or self.env["metrology.calendar"]._today(company),
            "service_kind": service_kind,
            "contract": contract or self.env["metrology.contract"],
        }

    @api.model
    def _get_prices(self, requests):
        """Return a list parallel to ``requests``.

        Each answer is a dict: ``price`` (float, company currency, per piece),
        ``basis`` (text to print), ``source`` (see PRICE_SOURCES).
        """
        answers = [None] * len(requests)
        by_company = {}
        for index, request in enumerate(requests):
            by_company.setdefault(request["company"], []).append(index)
        for company, indexes in by_company.items():
            # Prices are the institution's, whoever asks for them.
            service = self.sudo().with_company(company)
            found = service._get_company_prices(
                company, [requests[index] for index in indexes]
            )
            for index, answer in zip(indexes, found, strict=True):
                answers[index] = answer
        return answers

    @api.model
    def _get_company_prices(self, company, requests):
        env = self.env
        products = env["product.product"].union(*(r["product"] for r in requests))
        partners = env["res.partner"].union(*(r["partner"] for r in requests))
        days = {r["day"] for r in requests}
        catalogues = env["metrology.fee.catalogue"]._get_in_force(company, days)
        agreed = (
            env["metrology.customer.price"]
            ._get_valid(partners, products, days)
            .filtered(lambda p: p.company_id == company)
            .grouped(lambda p: (p.partner_id.id, p.product_id.id))
        )
        cache = {}
        answers = []
        for request in requests:
            answers.append(
                self._price_of_contract(request, products, cache)
                or self._price_of_customer(request, agreed)
                or self._price_of_pricelist(request, products, cache)
                or self._price_of_catalogue(request, catalogues, products, cache)
                or self._price_of_item(request)
            )
        return answers

    def _price_of_contract(self, request, products, cache):
        contract = request["contract"].sudo()
        pricelist = contract.pricelist_id
        if not pricelist:
            return None
        price = self._rule_price(pricelist, request, products, cache)
        if price is None:
            return None
        basis = self.env._("Framework contract %(name)s", name=contract.name)
        if catalogue := pricelist.fee_catalogue_ids[:1]:
            basis = f"{basis}, {catalogue.legal_basis}"
        return {"price": price, "basis": basis, "source": "contract"}

    def _price_of_customer(self, request, agreed):
        prices = agreed.get((request["partner"].id, request["product"].id), ())
        for price in prices:
            if price.date_from <= request["day"] and (
                not price.date_to or price.date_to >= request["day"]
            ):
                return {
                    "price": price.price,
                    "basis": price.basis,
                    "source": "customer",
                }
        return None

    def _price_of_pricelist(self, request, products, cache):
        partner = request["partner"].with_company(request["company"])
        pricelist = partner.specific_property_product_pricelist
        if not pricelist:
            return None
        price = self._rule_price(pricelist, request, products, cache)
        if price is None:
            return None
        catalogue = pricelist.fee_catalogue_ids[:1]
        basis = catalogue.legal_basis or self.env._(
            "Pricelist %(name)s", name=pricelist.name
        )
        return {"price": price, "basis": basis, "source": "pricelist"}

    def _price_of_catalogue(self, request, catalogues, products, cache):
        catalogue = catalogues._select(request["service_kind"], request["day"])
        if not catalogue:
            return None
        price = self._rule_price(catalogue.pricelist_id, request, products, cache)
        if price is None:
            return None
        return {"price": price, "basis": catalogue.legal_basis, "source": "catalogue"}

    def _price_of_item(self, request):
        product = request["product"]
        return {
            "price": product.lst_price if product else 0.0,
            "basis": self.env._("List price of the fee item") if product else "",
            "source": "item",
        }

    def _rule_price(self, pricelist, request, products, cache):
        """Return the price of a rule that names the product, or None."""
        key = (pricelist, request["day"])
        if key not in cache:
            cache[key] = pricelist._compute_price_rule(
                products,
                1.0,
                currency=request["company"].currency_id,
                date=fields.Datetime.to_datetime(request["day"]),
            )
        price, rule = cache[key].get(request["product"].id, (0.0, False))
        return price if rule else None
