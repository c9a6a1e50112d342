# SPDX-License-Identifier: AGPL-3.0-only
{
    "name": "Metrology Orders",
    "summary": "Orders of customers, contract review, samples, jobs and who may do "
    "them",
    "version": "19.0.1.0.0",
    "author": "Metrology Suite Contributors",
    "license": "AGPL-3",
    "category": "Metrology",
    "depends": ["metrology_instrument", "metrology_standard", "metrology_staff"],
    "external_dependencies": {"python": ["qrcode"]},
    "data": [
        "security/order_security.xml",
        "security/ir.model.access.csv",
        "data/number_series.xml",
    ],
}
