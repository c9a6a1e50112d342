# SPDX-License-Identifier: AGPL-3.0-only
"""Sentences for the problems that the pure part finds: codes in, translated text out."""

from odoo import api, models
from odoo.tools import LazyTranslate

from ..tools.definition import localised

_lt = LazyTranslate(__name__)

#: Problems of definitions and of typed data (``tools.definition.Problem.code``).
PROBLEMS = {
    "unknown_key": _lt("“%(key)s” is not a word of the definition language here."),
    "list_wanted": _lt("“%(key)s” must be a list with at least one item."),
    "object_wanted": _lt("“%(key)s” must be an object { … }."),
    "name_missing": _lt("The name is missing."),
    "name_bad": _lt(
        "“%(name)s” is not a name: letters, digits and single underscores, at most 40."
    ),
    "name_twice": _lt("The name “%(name)s” is used twice."),
    "value_not_allowed": _lt("%(key)s is “%(value)s”; allowed: %(allowed)s."),
    "text_wanted": _lt("“%(key)s” must be a text, or texts by language."),
    "number_as_text": _lt(
        "%(key)s: write the number %(value)s between quotes, so that no digit is lost."
    ),
    "formula_missing": _lt("The formula “%(key)s” is missing."),
    "formula_on_input": _lt("A cell that is typed cannot have a formula."),
    "correction_key": _lt(
        "A correction table comes from the equipment: it cannot have “%(key)s”."
    ),
    "correction_sample": _lt(
        "“sample” is a table of at least two points [value, correction]."
    ),
    "formula": _lt("Formula: %(cause)s"),
    "whole_number": _lt("%(key)s must be a whole number from %(low)s to %(high)s."),
    "format_twice": _lt("Only one of interval, decimals and significant can be given."),
    "choices_wanted": _lt("“choices” must be a list of at least two texts."),
    "schema": _lt("schema is “%(value)s”, this program reads schema %(schema)s."),
    "title_missing": _lt("The title is missing."),
    "too_many": _lt("There are more than %(maximum)s %(key)s."),
    "unknown_kind": _lt("There is no kind of block “%(kind)s”; there are %(kinds)s."),
    "nothing_to_enter": _lt("There is nothing to type in."),
    "minimum_maximum": _lt("The smallest number of rows is above the largest."),
    "suggest_column": _lt("“%(column)s” is not a typed number column of this table."),
    "unknown_table": _lt("There is no table “%(table)s” above this block."),
    "correlation": _lt(
        "A correlation is [quantity, quantity, “coefficient”] of two quantities here."
    ),
    "distribution": _lt("The distribution is “%(dist)s”; there are %(allowed)s."),
    "inputs": _lt("“inputs” lists what is typed; possible here: %(allowed)s."),
    "defaults": _lt(
        "“defaults” gives numbers (as text) to names that stand in inputs."
    ),
    "parameters": _lt("Distribution %(dist)s needs %(wanted)s."),
    "values_column": _lt("“%(values)s” is not a column of readings."),
    "sentences": _lt(
        "“sentences” has texts for pass, fail, undetermined and none only."
    ),
    "rule_none": _lt("Without a decision rule there are no checks and no verdict."),
    "condition_alone": _lt("A condition has no value and no limits."),
    "limit_twice": _lt("Give either limit (±) or lower and upper."),
    "limit_missing": _lt("The limit is missing."),
    "U_missing": _lt("The decision rule needs the expanded uncertainty U."),
    "compare_rule": _lt("Rounded comparison belongs to the rule “regulation” only."),
    "budget_cycle": _lt("The budget needs its own result “%(name)s”."),
    # data
    "data_shape": _lt("The data of a record must be an object with its sections."),
    "unknown_cell": _lt("There is no such cell to type in."),
    "not_text": _lt("“%(value)s” did not come as text: readings are kept as typed."),
    "text_too_long": _lt("The text is longer than %(maximum)s characters."),
    "not_a_number": _lt("“%(value)s” is not a number."),
    "readings_wanted": _lt("At most %(count)s readings belong here."),
    "check_wanted": _lt("Only yes or no belongs here."),
    "not_a_choice": _lt("“%(value)s” is none of %(allowed)s."),
    "too_many_rows": _lt("There are more than %(maximum)s rows."),
    "too_few_rows": _lt("At least %(minimum)s rows are needed."),
    "missing": _lt("It is empty."),
    "item_open": _lt("The item is neither done nor marked as not applicable."),
    "item_reason": _lt("Say why the item is not applicable."),
    "not_a_multiple": _lt("It is no multiple of what can be read (%(interval)s)."),
    # computing
    "division_by_zero": _lt("Division by zero."),
    "negative_root": _lt("The root of a negative number."),
    "logarithm": _lt("The logarithm of a number that is not positive."),
    "interval_not_positive": _lt("A rounding interval must be positive."),
    "out_of_range": _lt("The value is too large or too small."),
    "negative_base": _lt("A negative base needs a whole exponent."),
    "outside_columns": _lt("The value lies outside the columns."),
    "outside_curve": _lt(
        "%(x)s lies outside the correction table %(name)s(%(low)s to %(high)s)."
    ),
    "no_correction": _lt(
        "No measurement standard of the job has a correction table “%(code)s” in force "
        "on %(day)s. Have the certificate with its corrections confirmed, or choose "
        "another measurement standard."
    ),
    "two_corrections": _lt(
        "The correction table “%(code)s” is given by %(equipment)s: say in the template "
        "whether the main or the auxiliary equipment is meant, or name one of them "
        "otherwise."
    ),
    "curve_too_short": _lt("A correction table needs at least two points."),
    "negative_u": _lt("An uncertainty cannot be negative."),
    "dof": _lt("Degrees of freedom must be positive."),
    "shape": _lt("No rectangular contribution shapes this budget."),
    "too_few": _lt("There are too few values."),
}

#: Causes inside formulas (``metrology.tools`` error codes) with their parameters.
FORMULA_CAUSES = {
    "unknown_name": _lt("“%(name)s” is not declared."),
    "unknown_function": _lt("there is no function “%(function)s”."),
    "ambiguous": _lt("“%(name)s” stands in several tables: %(candidates)s."),
    "arguments": _lt("%(function)s() takes another number of arguments."),
    "reserved_name": _lt("“%(name)s” is a word of the language."),
    "cycle": _lt("cells refer to each other: %(path)s."),
    "whole_column": _lt("a whole column stands where one value is needed."),
    "twice": _lt("“%(name)s” is declared twice."),
}


class _Blank(dict):
    def __missing__(self, key):
        return "?"


class MetrologyRecordMessages(models.AbstractModel):
    """Turns problems of definitions and data into sentences for people."""

    _name = "metrology.record.messages"
    _description = "Messages of Records"

    @api.model
    def _format(self, lazy, params):
        # A parameter that is missing must not hide the sentence.
        # pylint: disable-next=translation-not-lazy
        return self.env._(lazy) % _Blank(params)

    @api.model
    def _sentence(self, code, params, cause=""):
        """Return the sentence of one problem, without its place."""
        if code == "formula":
            params = dict(params)
            details = params.get("details", {})
            known = FORMULA_CAUSES.get(params.get("reason"))
            if known:
                text = self._format(known, details)
            else:
                try:
                    text = params.get("template", "").format(**details)
                except (KeyError, IndexError, ValueError):
                    text = params.get("template", "")
            if params.get("position"):
                text = self.env._(
                    "%(text)s (character %(position)s)",
                    text=text,
                    position=params["position"],
                )
            return self._format(PROBLEMS["formula"], {"cause": text})
        if code in PROBLEMS:
            return self._format(PROBLEMS[code], params)
        return cause or code

    @api.model
    def _place(self, definition, block, cell, row):
        """Return “block · cell, row n” with the labels of the definition."""
        lang = self.env.lang or "en_US"
        title = label = ""
        if definition:
            for node in definition.blocks:
                if node["name"] == block or (not block and node["kind"] == "fields"):
                    title = localised(node.get("title", ""), lang) if block else ""
                    label = label or self._label(node, cell, lang)
        parts = [title or block, label or cell]
        text = " · ".join(part for part in parts if part)
        if row is not None and row >= 0:
            return self.env._("%(place)s, row %(row)s", place=text, row=row + 1)
        return text

    @api.model
    def _label(self, node, cell, lang):
        name, _slash, number = (cell or "").partition("/")
        quantity, _dot, parameter = name.partition(".")
        for key in ("fields", "columns", "items", "quantities", "checks"):
            for item in node.get(key) or []:
                if item.get("name") == quantity:
                    text = localised(item.get("label", ""), lang) or quantity
                    group = localised(item.get("group", ""), lang)
                    text = f"{group} {text}" if group else text
                    return " ".join(part for part in (text, parameter, number) if part)
        return ""

    @api.model
    def _problem_text(self, problem, definition=None):
        """Return place and sentence of a ``Problem``."""
        place = self._place(definition, problem.block, problem.cell, problem.row)
        sentence = self._sentence(problem.code, problem.params)
        return f"{place}: {sentence}" if place else sentence

    @api.model
    def _error_text(self, error, definition=None):
        """Return place and sentence of an error dict of a result."""
        place = self._place(definition, error["block"], error["cell"], error.get("row"))
        sentence = self._sentence(
            error["code"], error.get("params", {}), error.get("cause")
        )
        return f"{place}: {sentence}" if place else sentence
