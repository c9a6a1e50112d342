# SPDX-License-Identifier: AGPL-3.0-only
from odoo.addons.metrology_order.tests.common import SIGNATURE, OrderCommon


class ReleaseCommon(OrderCommon):
    """Orders whose instruments are back in the store and whose certificates are printed.

    How records are computed and certificates signed is tested where it is done; here
    they are made in the state that a hand-over meets.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.quality = cls._new_user("rel_quality", "quality")
        cls._load_version()

    @classmethod
    def _load_version(cls):
        version = cls.env["metrology.record.template.version"]._load_library(
            "pressure_gauge"
        )
        version._approval_step().write({"approval_state": "approved"})
        cls.version = version.with_env(cls.env)

    @classmethod
    def _finished(cls, count=2, prefix="R", **values):
        """An order with ``count`` instruments in the store and printed certificates."""
        order = cls._accepted(count, prefix=prefix, **values)
        samples = cls._in_department(order)
        jobs = order.job_ids.sudo()
        jobs._assign(cls.tester.employee_ids | cls.second.employee_ids)
        jobs.action_start()
        jobs.record_ids.unlink()
        records = (
            cls.env["metrology.record"]
            .sudo()
            ._sealed_unlock("test")
            .create(
                [
                    {
                        "job_id": job.id,
                        "version_id": cls.version.id,
                        "state": "submitted",
                        "verdict": "pass",
                    }
                    for job in jobs
                ]
            )
        )
        jobs.action_finish()
        samples._return_to_store()
        layout = cls.env["metrology.certificate.layout"]._find(
            "verification", order.company_id
        )
        cls.env["metrology.certificate"].sudo()._step("test").create(
            [
                {
                    "record_id": record.id,
                    "company_id": order.company_id.id,
                    "kind": "verification",
                    "layout_id": layout.id,
                    "name": f"C-{record.id}",
                    "instrument_name": record.instrument_id.name,
                    "serial_number": record.serial_number,
                    "state": "printed",
                }
                for record in records
            ]
        )
        order.invalidate_recordset()
        return order

    @classmethod
    def _release(cls, order, user=None, **values):
        """A draft hand-over of what is ready, complete and signed."""
        action = order.with_user(user or cls.clerk).action_make_release()
        release = (
            cls.env["metrology.release"]
            .with_user(user or cls.clerk)
            .browse(action["res_id"])
        )
        release.write(
            {
                "way": "counter",
                "order_checked": True,
                "receiver_name": "李四",
                "receiver_phone": "13800000000",
                "signature": SIGNATURE,
                **values,
            }
        )
        return release
