# SPDX-License-Identifier: AGPL-3.0-only
from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class MetrologyExpirySource(models.AbstractModel):
    """Records with one or several days on which something of them ends.

    How to use: inherit it (or ``metrology.expiry.mixin``, which brings a ``date_to``)
    together with ``mail.activity.mixin``, and name in ``_get_expiry_kinds`` every date
    that ends something.  The calendar of what expires (``metrology.expiry``) shows all
    of them, and one cron tells the person concerned once for each date.

    How many days ahead is the model's proposal; the settings have the last word, for
    each kind (``metrology.expiry.rule``).
    """

    _name = "metrology.expiry.source"
    _description = "What Ends on a Day"

    #: How many days ahead the activity is made, unless the settings say otherwise.
    _expiry_days = 60
    #: The date that ends the record.
    _expiry_date_field = "date_to"
    #: The department concerned, where the record has one.
    _expiry_department_field = "department_id"
    #: Values of a stored ``state`` in which nobody needs to be told.
    _expiry_ignored_states = (
        "draft",
        "withdrawn",
        "revoked",
        "cancelled",
        "superseded",
    )

    # What a model says of itself ----------------------------------------------

    @api.model
    def _get_expiry_kinds(self):
        """Return the dates of this model that end something. Hook.

        :return: {field name: {"label": what ends, in the user's language, or False for
            the name of the model, "days": days ahead}}
        :rtype: dict[str, dict]
        """
        return {
            self._expiry_date_field: {"label": False, "days": self._expiry_days},
        }

    @api.model
    def _get_expiry_domain(self, name):
        """Return the domain of the records whose date ``name`` matters. Hook.

        What was withdrawn or replaced may end in silence.
        """
        domain = Domain(name, "!=", False)
        if "state" in self._fields and self._fields["state"].store:
            domain &= Domain("state", "not in", self._expiry_ignored_states)
        return domain

    @api.model
    def _expiry_domain_last(self, name, keys, states):
        """Return the domain of the records that none of a later end has replaced.

        :param str name: the date field
        :param keys: stored fields in which a record and its successor agree
        :param states: states in which the successor counts
        """

        def to_sql(model, alias, query):
            same = SQL(" AND ").join(
                SQL(
                    "successor.%s IS NOT DISTINCT FROM %s",
                    SQL.identifier(key),
                    SQL.identifier(alias, key),
                )
                for key in keys
            )
            return SQL(
                "NOT EXISTS (SELECT FROM %s successor WHERE %s AND successor.%s > %s "
                "AND successor.state IN %s)",
                SQL.identifier(model._table),
                same,
                SQL.identifier(name, to_flush=model._fields[name]),
                SQL.identifier(alias, name),
                tuple(states),
            )

        return Domain.custom(to_sql=to_sql)

    def _get_expiry_user(self):
        """Return the res.users to tell (one record)."""
        self.ensure_one()
        return self.create_uid

    def _expiry_is_wanted(self):
        """Tell whether somebody must know of this one record's end. Hook.

        What is withdrawn or scrapped may end in silence.
        """
        self.ensure_one()
        return True

    def _get_expiry_summary(self):
        """Return the text of the activity for the model's main date (one record)."""
        self.ensure_one()
        return self.env._(
            "%(name)s expires on %(date)s",
            name=self.display_name,
            date=self[self._expiry_date_field],
        )

    def _get_expiry_summary_of(self, name):
        """Return the text of the activity for one of the dates (one record)."""
        self.ensure_one()
        if name == self._expiry_date_field:
            return self._get_expiry_summary()
        return self.env._(
            "%(what)s of %(name)s ends on %(date)s",
            what=self._get_expiry_kinds()[name]["label"] or self.env._("The validity"),
            name=self.display_name,
            date=self[name],
        )

    # Telling ------------------------------------------------------------------

    @api.model
    def _get_expiry_models(self):
        """Return the names of the models of which something ends, sorted."""
        names = self.env.registry.descendants(["metrology.expiry.source"], "_inherit")
        return [
            name
            for name in sorted(names)
            if not self.env[name]._abstract and self.env[name]._auto
        ]

    @api.model
    def _cron_notify_expiry(self):
        """Make the activities of every model that has an end date."""
        for name in self._get_expiry_models():
            self.env[name]._notify_expiry()

    @api.model
    def _notify_expiry(self):
        """Make one activity per record and end date; returns the records."""
        told = self.browse()
        for name in self._get_expiry_kinds():
            told |= self._notify_expiry_of(name)
        return told

    @api.model
    def _notify_expiry_of(self, name):
        """Tell once of each date ``name`` that comes near; returns the records."""
        rules = self.env["metrology.expiry.rule"]._get_days(self._name, name)
        # A cron's company says nothing of a record's.
        today = self.env["metrology.calendar"]._today()
        limit = today + timedelta(days=max(rules.values()))
        records = self.search(
            self._get_expiry_domain(name) & Domain(name, "<=", limit), order="id"
        )
        if "active" in self._fields:
            records = records.filtered("active")
        records = self._expiry_untold(name, records)
        records = records.filtered(
            lambda record: (
                record._expiry_is_wanted()
                and record[name]
                <= today
                + timedelta(days=rules.get(record._expiry_company().id, rules[False]))
            )
        )
        if not records:
            return records
        activity_type = self.env.ref("mail.mail_activity_data_todo")
        model_id = self.env["ir.model"]._get_id(self._name)
        vals_list = []
        for record in records:
            user = record._get_expiry_user() or self.env.user
            # In the words of the person who reads it, not of the cron.
            told = record.with_context(lang=user.lang or self.env.lang)
            vals_list.append(
                {
                    "res_model_id": model_id,
                    "res_id": record.id,
                    "activity_type_id": activity_type.id,
                    "summary": told._get_expiry_summary_of(name),
                    "date_deadline": max(record[name], today),
                    "user_id": user.id,
                }
            )
        self.env["mail.activity"].create(vals_list)
        self._expiry_remember(name, records)
        return records

    def _expiry_company(self):
        self.ensure_one()
        return (
            self.company_id if "company_id" in self._fields else self.env["res.company"]
        )

    @api.model
    def _expiry_untold(self, name, records):
        """Return those of whose date ``name`` nobody was told yet."""
        return self.env["metrology.expiry.told"]._untold(records, name)

    @api.model
    def _expiry_remember(self, name, records):
        """Remember the dates somebody was told about."""
        self.env["metrology.expiry.told"]._remember(records, name)
