# SPDX-License-Identifier: AGPL-3.0-only
"""Accepting an order and receiving its samples, beside bare Odoo doing the same.

Ours: a signed order of N instruments is accepted (capability checked, editions frozen,
sale lines, N samples, N jobs), its samples are received (numbers, serial numbers, custody
with giver and receiver, sealed revisions) and handed to a department.

Bare Odoo, in the same database: a sale.order of N service lines is created and confirmed;
N stock.lot are created and received by a receipt with one line each, validated by its
button; the same serial numbers move on by an internal transfer.  It checks nothing of a
laboratory.
"""

ADDONS = ["metrology_sale", "metrology_sample"]
SIZES = (10, 100, 500)


def bench(env, measure):
    """Measure every size in one rolled back transaction."""
    # Odoo and the suite are importable only now.
    from odoo.addons.metrology_order.tests import common

    laboratory = type("Laboratory", (common.OrderMixin,), {})
    laboratory.signature = common.SIGNATURE
    laboratory.env = env(context={**env.context, "tracking_disable": True})
    laboratory._set_up_laboratory()
    # The persons of a real day are tracked; only the setup above is quiet.
    laboratory.env = env
    _price(laboratory)
    _ours(laboratory, 3, lambda name, **facts: _nothing())
    _bare(env, 3, lambda name, **facts: _nothing())
    for size in SIZES:
        _ours(laboratory, size, measure)
        _bare(env, size, measure)


def summary(results):
    """Ratios of seconds and queries, ours to bare Odoo's."""
    ratios = {}
    for size in SIZES:
        for step in ("accept", "receive", "hand over"):
            ours = results[f"{step} {size}, ours"]
            bare = results[f"{step} {size}, bare Odoo"]
            ratios[f"{step} {size}: time ratio"] = round(
                ours["seconds"] / bare["seconds"], 2
            )
            ratios[f"{step} {size}: query ratio"] = round(
                ours["queries"] / bare["queries"], 3
            )
    return ratios


class _nothing:
    def __enter__(self):
        return {}

    def __exit__(self, *exception):
        return False


def _price(laboratory):
    """Give the capability its fee item, by which acceptance makes sale lines."""
    capability = laboratory.verifying
    if not capability.product_id:
        capability.action_make_fee_item()
        capability.product_id.list_price = 100


def _ours(laboratory, size, measure):
    order = laboratory._new_order(laboratory._new_instruments(size, prefix=f"B{size}-"))
    laboratory._to_sign(order)
    order.action_sign(laboratory.signature, "Li Si")
    order.env.flush_all()
    order.env.invalidate_all()
    with measure(f"accept {size}, ours"):
        order.action_accept()
    samples = order.sample_ids.with_user(laboratory.keeper)
    order.env.flush_all()
    order.env.invalidate_all()
    with measure(f"receive {size}, ours"):
        samples._receive(condition="sound", giver_name="Li Si")
    order.env.flush_all()
    order.env.invalidate_all()
    with measure(f"hand over {size}, ours"):
        samples._hand_to(laboratory.department, laboratory.tester.employee_ids)


def _bare(env, size, measure):
    partner = env["res.partner"].create({"name": f"Bare {size}"})
    service = env["product.product"].create(
        {"name": f"Service {size}", "type": "service", "list_price": 100}
    )
    product = env["product.product"].create(
        {"name": f"Serials {size}", "is_storable": True, "tracking": "serial"}
    )
    warehouse = env["stock.warehouse"].search(
        [("company_id", "=", env.company.id)], limit=1
    )
    shelf = env["stock.location"].create(
        {"name": f"Shelf {size}", "location_id": warehouse.lot_stock_id.id}
    )
    env.flush_all()
    env.invalidate_all()
    with measure(f"accept {size}, bare Odoo"):
        order = env["sale.order"].create(
            {
                "partner_id": partner.id,
                "order_line": [
                    (0, 0, {"product_id": service.id, "name": f"No {n}"})
                    for n in range(size)
                ],
            }
        )
        order.action_confirm()
    env.flush_all()
    env.invalidate_all()
    with measure(f"receive {size}, bare Odoo"):
        lots = env["stock.lot"].create(
            [{"name": f"L{size}-{n}", "product_id": product.id} for n in range(size)]
        )
        _transfer(
            env,
            warehouse.in_type_id,
            env.ref("stock.stock_location_customers"),
            warehouse.lot_stock_id,
            product,
            lots,
            partner,
        )
    env.flush_all()
    env.invalidate_all()
    with measure(f"hand over {size}, bare Odoo"):
        _transfer(
            env,
            warehouse.int_type_id,
            warehouse.lot_stock_id,
            shelf,
            product,
            lots,
            partner,
        )


def _transfer(env, kind, source, destination, product, lots, partner):
    picking = env["stock.picking"].create(
        {
            "picking_type_id": kind.id,
            "location_id": source.id,
            "location_dest_id": destination.id,
            "partner_id": partner.id,
        }
    )
    move = env["stock.move"].create(
        {
            "product_id": product.id,
            "product_uom_qty": len(lots),
            "product_uom": product.uom_id.id,
            "picking_id": picking.id,
            "location_id": source.id,
            "location_dest_id": destination.id,
        }
    )
    env["stock.move.line"].create(
        [
            {
                "move_id": move.id,
                "picking_id": picking.id,
                "product_id": product.id,
                "lot_id": lot.id,
                "quantity": 1,
                "picked": True,
                "owner_id": partner.id,
                "location_id": source.id,
                "location_dest_id": destination.id,
            }
            for lot in lots
        ]
    )
    picking.button_validate()
    if picking.state != "done":
        raise AssertionError(f"the bare transfer is {picking.state}")
