# SPDX-License-Identifier: AGPL-3.0-only
import io
import re
from itertools import count

import pypdf
from dateutil.relativedelta import relativedelta

from odoo.tests import new_test_user

from odoo.addons.metrology_record.tests.common import (
    GAUGE_POINTS,
    RecordCommon,
    gauge_data,
)
from odoo.addons.report_pades.tests.common import DemoKeyMixin


class CertificateCommon(DemoKeyMixin, RecordCommon):
    """Provides, beside RecordCommon, whom the chain needs: ``anna`` the tester,
    ``carl`` the checker, ``erna`` the authorised signatory, ``otto`` of the office who
    edits for others, ``boris`` of the business desk, ``thea`` the technical head; seals
    of all kinds and the authorisation of the institution.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._counter = count()
        cls.erna, cls.erna_employee = cls._new_person("rec_erna", "signatory")
        cls.otto, cls.otto_employee = cls._new_person("rec_otto", "office")
        cls.boris, cls.boris_employee = cls._new_person("rec_boris", "business")
        cls.thea, cls.thea_employee = cls._new_person("rec_thea", "technical_head")
        cls.stranger = new_test_user(cls.env, "rec_nobody", "base.group_user")
        cls.erna_employee.professional_title = "engineer"
        cls._authorize_signing(cls.capability)
        cls.capability.interval_months = 12
        cls.company = cls.env.company
        cls.company.write(
            {
                "name": "Test Institute of Metrology",
                "metrology_authorization_number": "(2024) 0001",
                "metrology_authorization_text": "Authorised by the market supervision",
            }
        )
        cls.seals = cls.env["metrology.seal"].create(
            [
                {
                    "name": "测试计量检定中心",
                    "title": title,
                    "kind": kind,
                    "custodian_id": cls.env.uid,
                }
                for kind, title in (
                    ("verification", "检定电子证书专用章"),
                    ("calibration", "校准电子证书专用章"),
                )
            ]
        )

    @classmethod
    def _authorize_signing(cls, capability):
        cls.env["metrology.authorization"].sudo().create(
            [
                {
                    "employee_id": employee.id,
                    "activity": activity,
                    "capability_id": capability.id,
                    "date_from": cls.today - relativedelta(months=1),
                    "date_to": cls.today + relativedelta(years=1),
                    "competence_confirmed_on": cls.today - relativedelta(months=1),
                    "competence_evidence": "Training and assessment",
                    "state": "active",
                    "issued_by_id": cls.head.id,
                }
                for employee, activity in (
                    (cls.anna_employee, "author"),
                    (cls.ben_employee, "author"),
                    (cls.erna_employee, "approve"),
                    (cls.erna_employee, "check"),
                )
            ]
        )

    def _record(self, serial=None, data=None):
        """Return a checked record; the one of the class or one for ``serial``."""
        record = self.record
        if serial:
            job = self._new_job(self.capability, "verification", serial=serial)
            job.with_user(self.anna).action_start()
            record = job.record_ids
        if record.state not in ("checked", "locked"):
            self._checked(record, data or self._readings())
        return record

    @classmethod
    def _readings(cls):
        """Return readings that pass and that no other instrument has."""
        tens, ones = divmod(next(cls._counter), 10)
        third, last = list(GAUGE_POINTS[2]), list(GAUGE_POINTS[3])
        third[-1], last[-1] = f"1.21{tens}", f"1.59{ones}"
        return gauge_data([*GAUGE_POINTS[:2], tuple(third), tuple(last)])

    def _draft(self, serial=None, data=None, user=None):
        record = self._record(serial, data)
        return record.with_user(user or self.anna)._make_certificate()

    def _act(self, certificate, action, user, *arguments):
        method = getattr(certificate.with_user(user), action)
        return method(*(arguments or (user.login,)))

    def _to(self, state, serial=None, data=None):
        """Return a certificate that went through its chain up to ``state``."""
        certificate = self._draft(serial, data)
        for action, user, reached in (
            (None, None, "editing"),
            ("action_submit", self.anna, "checking"),
            ("action_check", self.carl, "approving"),
            ("action_approve", self.erna, "to_print"),
            ("action_print", self.boris, "printed"),
            ("_mark_released", None, "released"),
        ):
            if action == "action_print":
                certificate.with_user(user).action_print()
            elif action == "_mark_released":
                certificate.sudo()._mark_released()
            elif action:
                self._act(certificate, action, user)
            self.assertEqual(certificate.state, reached)
            if reached == state:
                return certificate.with_env(self.env)
        raise AssertionError(state)

    def _pages(self, pdf):
        """Return the text of each page without white space."""
        return [
            re.sub(r"\s", "", page.extract_text())
            for page in pypdf.PdfReader(io.BytesIO(pdf)).pages
        ]

    def _failing(self):
        """Return readings of a gauge that is out of its limits."""
        return gauge_data([("0.4", "0.60", "0.60", "0.60", "0.60"), *GAUGE_POINTS[1:]])
