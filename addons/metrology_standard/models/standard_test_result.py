# SPDX-License-Identifier: AGPL-3.0-only
import math
from itertools import pairwise

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.metrology.tools import rounding, trials
from odoo.addons.metrology.tools.errors import EngineError
from odoo.addons.metrology.tools.trend_picture import Limit, printed, trend_svg


def _plain(value, digits):
    """Return a computed number with ``digits`` decimals."""
    return "–" if value is None else f"{value:.{digits}f}"


class MetrologyStandardTest(models.Model):
    """How the result of a trial is computed, said and drawn."""

    _inherit = "metrology.standard.test"

    @api.depends(
        "groups",
        "kept_result",
        "plan_id.s_initial",
        "plan_id.limit",
        "y_lab",
        "u_lab",
        "k_lab",
        "y_ref",
        "u_ref",
        "k_ref",
        "others",
    )
    def _compute_result(self):
        for test in self:
            try:
                result = test.kept_result or test._evaluate()
                text = test._say(result)
            except UserError as error:
                result, text = {"groups": []}, str(error)
            test.result = result
            test.result_text = text

    @api.depends("groups", "kept_result", "plan_id")
    def _compute_chart(self):
        for test in self:
            earlier = test._get_earlier() if test.plan_id else self.browse()
            test.chart = self._draw(test.plan_id, earlier | test)

    # Computing ----------------------------------------------------------------

    def _get_earlier(self):
        """Return the approved records of the plan before this one, the oldest first."""
        self.ensure_one()
        own = self._origin.id
        found = self.plan_id._origin.test_ids.filtered(
            lambda test: test.state == "approved" and test.id != own
        )
        if self.date:
            found = found.filtered(
                lambda test: (test.date, test.id) < (self.date, own or test.id + 1)
            )
        return found.sorted(lambda test: (test.date, test.id))

    def _evaluate(self):
        """Return what this one record's numbers say, as plain data.

        :return: dict of ``groups`` (n, mean, s with their texts), ``ok`` (None where it
            cannot be said), ``missing`` (codes), and the numbers of its kind
        :raises UserError: the numbers cannot be computed with, and why
        """
        self.ensure_one()
        groups = self._clean_groups()
        readings = [group["readings"] for group in groups]
        try:
            shown = trials.group_results(readings)
            result = self._evaluate_kind(groups, readings)
        except EngineError as error:
            raise UserError(
                self.env._(
                    "%(test)s cannot be computed: %(cause)s",
                    test=self.display_name,
                    cause=error.cause,
                )
            ) from error
        except ValueError as error:
            raise UserError(
                self.env._(
                    "%(test)s cannot be computed: a reading is not a number.",
                    test=self.display_name,
                )
            ) from error
        digits = _decimals(readings)
        for one in shown:
            one["mean_text"] = _plain(one["mean"], digits + 2)
            one["s_text"] = _plain(one["s"], digits + 3)
        plan = self.plan_id
        # The limit as it was typed that day: its digits are not ours to add.
        limit = plan.s_initial if plan.kind == "repeatability" else plan.limit
        return {**result, "groups": shown, "digits": digits, "limit_text": limit}

    def _evaluate_kind(self, groups, readings):
        plan = self.plan_id
        if plan.kind == "verification":
            return self._evaluate_verification()
        filled = [group for group in readings if group]
        if not filled or max(map(len, filled)) < 2:
            return {"ok": None, "missing": ["no_readings"]}
        if plan.kind == "repeatability":
            if len(filled) > 1:
                return {"ok": None, "missing": ["one_group"]}
            return trials.repeatability(filled[0], plan.s_initial or None)
        if plan.method == "groups":
            if len(filled) < 2:
                return {"ok": None, "missing": ["few_groups"]}
            days = [fields.Date.to_date(group["date"]) for group in groups]
            if not all(days) or len(days) != len(filled):
                return {"ok": None, "missing": ["no_dates"]}
            if sorted(days) != days:
                return {"ok": None, "missing": ["order"]}
            return trials.stability_of_groups(
                filled, days, plan.limit, plan.used_with_correction
            )
        before = [
            group["readings"]
            for test in self._get_earlier()
            for group in test._clean_groups()
            if group["readings"]
        ]
        if plan.method == "chart":
            if len([*before, *filled]) < 2:
                return {"ok": None, "missing": ["few_groups"]}
            return trials.stability_by_chart([*before, *filled], own=len(filled))
        if len(filled) > 1:
            return {"ok": None, "missing": ["one_group"]}
        return trials.stability_of_years(
            before[-1] if before else None,
            filled[0],
            plan.limit,
            plan.used_with_correction,
        )

    def _evaluate_verification(self):
        values = {
            "y_lab": self.y_lab,
            "U_lab": self.u_lab,
            "k_lab": self.k_lab,
            "y_ref": self.y_ref,
            "U_ref": self.u_ref,
            "k_ref": self.k_ref,
            "others": (self.others or "").split(),
        }
        own = ("y_lab", "U_lab", "k_lab")
        needed = own if values["others"] else (*own, "y_ref", "U_ref", "k_ref")
        if not all(values[name] for name in needed):
            return {"ok": None, "missing": ["no_results"]}
        return trials.verification(values)

    # Saying -------------------------------------------------------------------

    def _get_missing(self, result):
        """Return what stands against submitting this one record, as sentences."""
        self.ensure_one()
        codes = [code for code in result["missing"] if code != "no_year_before"]
        if "few_readings" in codes and (self.few_reason or "").strip():
            codes.remove("few_readings")
        sentences = {
            "no_readings": self.env._("Enter the readings."),
            "no_results": self.env._(
                "Enter the own result with U and k, and those of the reference or of "
                "the other laboratories."
            ),
            "no_dates": self.env._("Give each group its day and its readings."),
            "order": self.env._("Enter the groups in the order of their days."),
            "one_group": self.env._(
                "One record has one group of readings; enter the next in a record of "
                "its own."
            ),
            "too_few_readings": self.env._(
                "A group has at least 10 readings, with a reason at least 6."
            ),
            "few_readings": self.env._(
                "A group has fewer than 10 readings: give the reason."
            ),
            "few_groups": self.env._("At least 4 groups of readings are needed."),
            "too_close": self.env._("The groups must be more than one month apart."),
        }
        return [sentences[code] for code in codes]

    def _say(self, result):
        """Return what came out of this one record in words, one line a fact."""
        self.ensure_one()
        if self.kind == "verification" and result.get("limit") is not None:
            return self._say_comparison(result)
        if result["ok"] is None and "no_year_before" not in result["missing"]:
            return "\n".join(self._get_missing(result))
        digits = result.get("digits", 3) + 3
        unit = self.unit_symbol or ""
        values = {
            "s": _plain(result.get("s"), digits),
            "limit": result.get("limit_text") or _plain(result.get("limit"), digits),
            "change": _plain(result.get("stability"), digits),
            "unit": unit,
            "n": result.get("n"),
        }
        if self.kind == "repeatability":
            if result["limit"] is None:
                return self.env._(
                    "s = %(s)s %(unit)s of n = %(n)s readings: the first record sets "
                    "the repeatability to be evaluated with.",
                    **values,
                )
            if result["ok"]:
                return self.env._(
                    "s = %(s)s %(unit)s (n = %(n)s) is not larger than %(limit)s "
                    "%(unit)s of the evaluated uncertainty: it conforms.",
                    **values,
                )
            return self.env._(
                "s = %(s)s %(unit)s (n = %(n)s) is larger than %(limit)s %(unit)s of "
                "the evaluated uncertainty: evaluate the uncertainty anew with it.",
                **values,
            )
        if "centre" in result:
            if result["ok"]:
                return self.env._(
                    "The control chart is under statistical control: the standard is "
                    "stable."
                )
            return self.env._(
                "The control chart shows a group out of control: find the cause; the "
                "standard is not stable."
            )
        if "no_year_before" in result["missing"]:
            return self.env._(
                "The first year: the mean is what next year's is compared with."
            )
        values["word"] = (
            self.env._("U of the correction")
            if self.plan_id.used_with_correction
            else self.env._("the MPE")
        )
        if result["ok"]:
            return self.env._(
                "The change of %(change)s %(unit)s is within %(word)s, %(limit)s "
                "%(unit)s: the standard is stable.",
                **values,
            )
        return self.env._(
            "The change of %(change)s %(unit)s is larger than %(word)s, %(limit)s "
            "%(unit)s: the standard is not stable.",
            **values,
        )

    def _say_comparison(self, result):
        values = {
            "difference": f"{result['difference']:.6g}",
            "limit": f"{result['limit']:.6g}",
            "unit": self.unit_symbol or "",
        }
        if result["ok"]:
            return self.env._(
                "The difference of %(difference)s %(unit)s is within %(limit)s "
                "%(unit)s: the results are verified.",
                **values,
            )
        return self.env._(
            "The difference of %(difference)s %(unit)s is larger than %(limit)s "
            "%(unit)s: the results are not verified.",
            **values,
        )

    # Drawing ------------------------------------------------------------------

    def _get_chart_markup(self):
        """Return the charts of this one record for print; their words are escaped."""
        self.ensure_one()
        return Markup(printed(self.chart or "", 178))

    @api.model
    def _draw(self, plan, tests):
        """Return the charts of records of one plan as SVG texts, one after another.

        Repeatability: s of each record against the evaluated one, and the readings of
        the last.  Stability: the means with what they are judged by (control limits, or
        the change against MPE or U), and the chart of s.
        """
        groups = [
            {**group, "test": test}
            for test in tests.sorted(
                lambda test: (test.date or fields.Date.today(), test._origin.id or 1e12)
            )
            for group in test._clean_groups()
            if len(group["readings"]) > 1
        ]
        if not groups:
            return False
        readings = [group["readings"] for group in groups]
        try:
            if plan.kind == "repeatability":
                pictures = self._draw_repeatability(plan, groups, readings)
            else:
                pictures = self._draw_stability(plan, groups, readings)
        except (EngineError, ValueError):
            # A reading is being typed; saving it names what is wrong.
            return False
        return "\n".join(pictures)

    @api.model
    def _day(self, group):
        return group["date"] or fields.Date.to_string(group["test"].date) or ""

    @api.model
    def _draw_repeatability(self, plan, groups, readings):
        results = trials.group_results(readings)
        unit = plan.unit_id.symbol or ""
        spreads = [one["s"] for one in results]
        limits = []
        if plan.s_initial:
            limit = float(rounding.exact(plan.s_initial))
            limits = [Limit(self.env._("s evaluated"), limit)]
        last, mean = results[-1], results[-1]["mean"]
        spread = [
            Limit(self.env._("mean + 2s"), mean + 2 * last["s"]),
            Limit(self.env._("mean"), mean, False),
            Limit(self.env._("mean − 2s"), mean - 2 * last["s"]),
        ]
        return [
            trend_svg(
                spreads,
                limits,
                labels=[self._day(group) for group in groups],
                bad=[
                    index
                    for index, value in enumerate(spreads)
                    if limits and value > limits[0].value
                ],
                title=self.env._("Repeatability s by record"),
                unit=unit,
                height=220,
            ),
            trend_svg(
                [float(rounding.exact(text)) for text in readings[-1]],
                spread if last["s"] else spread[1:2],
                labels=[str(number + 1) for number in range(len(readings[-1]))],
                title=self.env._("Readings of %(day)s", day=self._day(groups[-1])),
                unit=unit,
                height=220,
            ),
        ]

    @api.model
    def _draw_stability(self, plan, groups, readings):
        """Means and what they are judged by, and the chart of s where there is one."""
        unit = plan.unit_id.symbol or ""
        labels = [self._day(group) for group in groups]
        chart, used = trials.chart_of_groups(readings)
        if plan.method == "chart" and chart is not None:
            labels = [labels[index] for index in used]
            pictures = [
                self._draw_chart(
                    chart, self.env._("Control chart of means"), labels, unit
                )
            ]
        else:
            pictures = self._draw_means(plan, readings, labels, unit)
        if chart is not None and chart.spread is not None and chart.spread.centre:
            pictures.append(
                self._draw_chart(
                    chart.spread,
                    self.env._("Control chart of standard deviations (s)"),
                    [self._day(groups[index]) for index in used],
                    unit,
                )
            )
        return pictures

    @api.model
    def _draw_chart(self, chart, title, labels, unit):
        return trend_svg(
            list(chart.points),
            [
                Limit("UCL", chart.UCL),
                Limit("CL", chart.centre, False),
                Limit("LCL", chart.LCL),
            ],
            labels=labels,
            bad=[signal.index for signal in chart.signals],
            title=title,
            unit=unit,
        )

    @api.model
    def _draw_means(self, plan, readings, labels, unit):
        """Return the means of the groups, and their changes against the limit."""
        means = [one["mean"] for one in trials.group_results(readings)]
        limit = float(rounding.exact(plan.limit)) if plan.limit else None
        if plan.method == "groups":
            # The largest may lie above the smallest by the limit at most.
            lines = [Limit(self.env._("smallest"), min(means), False)]
            if limit is not None:
                lines.insert(
                    0, Limit(self.env._("smallest + limit"), min(means) + limit)
                )
            bad = [i for i, one in enumerate(means) if limit and one > lines[0].value]
        else:
            lines = [Limit(self.env._("mean"), math.fsum(means) / len(means), False)]
            bad = []
        pictures = [
            trend_svg(
                means,
                lines,
                labels=labels,
                bad=bad,
                title=self.env._("Means of the groups"),
                unit=unit,
            )
        ]
        if plan.method == "years" and len(means) > 1 and limit is not None:
            changes = [later - before for before, later in pairwise(means)]
            pictures.append(
                trend_svg(
                    changes,
                    [
                        Limit(self.env._("+ limit"), limit),
                        Limit("0", 0.0, False),
                        Limit(self.env._("− limit"), -limit),
                    ],
                    labels=labels[1:],
                    bad=[i for i, one in enumerate(changes) if abs(one) > limit],
                    title=self.env._("Change from the year before"),
                    unit=unit,
                )
            )
        return pictures


def _decimals(groups):
    """Return the most decimals that a typed reading has."""
    return max(
        (rounding.decimals_of(text) for group in groups for text in group), default=2
    )
