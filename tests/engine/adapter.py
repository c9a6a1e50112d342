# SPDX-License-Identifier: AGPL-3.0-only
"""Runs acceptance cases: from the shape of a case to the public functions, and back.

``run_case(case)`` takes one case of tests/data/cases.json (or of the same shape) and
returns the keys of its ``expected``. Each op is one small function that only renames
fields; all computing is in the engine (docs/engine.md holds the same map).
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
import standalone  # noqa: F401 - works outside pytest too

# isort: split
from odoo.addons.metrology.tools import (
    comparison,
    conformity,
    control,
    distributions,
    formula_syntax,
    interval,
    montecarlo,
    mpe,
    regression,
    rounding,
    statistics,
    uncertainty,
    weighing,
)

OPS: dict[str, Callable[[dict], dict]] = {}


def op(function: Callable[[dict], dict]) -> Callable[[dict], dict]:
    """Register the function for the op of its name (a trailing _ is dropped)."""
    OPS[function.__name__.rstrip("_")] = function
    return function


def run_case(case: dict) -> dict:
    """Compute one case and return the keys of ``expected`` (all without it)."""
    result = OPS[case["op"]](case["inputs"])
    wanted = case.get("expected")
    return {key: result[key] for key in wanted if key in result} if wanted else result


def each(rows: list, function: Callable[[Any], Any]) -> list:
    return [function(row) for row in rows]


def columns(rows: list[dict]) -> dict[str, list]:
    return {key: [row[key] for row in rows] for key in rows[0]}


# ------------------------------------------------------------- rounding, limits


@op
def round_(inputs: dict) -> dict:
    rows = inputs["rows"]
    return {
        "rounded": each(rows, lambda r: rounding.round_to(r["value"], r["interval"]))
    }


@op
def limit_compare(inputs: dict) -> dict:
    def check(row: dict, method: str) -> rounding.LimitCheck:
        return rounding.within_limits(
            row["value"],
            row.get("lo"),
            row.get("hi"),
            interval=row.get("interval"),
            method=method,
            lower_inclusive=row.get("lo_inclusive", True),
            upper_inclusive=row.get("hi_inclusive", True),
        )

    return columns(
        each(
            inputs["rows"],
            lambda row: {
                "full_value_ok": check(row, "full").ok,
                "rounded": check(row, "rounded").compared,
                "rounded_value_ok": check(row, "rounded").ok,
            },
        )
    )


@op
def round_reported(inputs: dict) -> dict:
    reported = each(
        inputs["rows"],
        lambda r: rounding.round_reported(r["measured"], r["report_interval"]),
    )
    return {
        "reported": reported,
        "final": [
            rounding.round_again(text, row["interval"])
            for text, row in zip(reported, inputs["rows"], strict=True)
        ],
    }


@op
def error_round(inputs: dict) -> dict:
    pairs = each(
        inputs["rows"],
        lambda r: rounding.error_round(r["reading"], r["reference"], r["interval"]),
    )
    return {"error": [a for a, _ in pairs], "rounded": [b for _, b in pairs]}


@op
def report_pair(inputs: dict) -> dict:
    pairs = each(
        inputs["rows"],
        lambda r: rounding.report_pair(
            r["y"], r["U"], r.get("sig", 2), r.get("U_round", "half_even")
        ),
    )
    return {"y": [p.value for p in pairs], "U": [p.uncertainty for p in pairs]}


# ----------------------------------------------------------------------- type A


def _type_a(result: statistics.TypeA) -> dict:
    return {
        "mean": result.mean,
        "s": result.s,
        "u_mean": result.u,
        "u": result.u,
        "dof": result.dof,
        "n": result.n,
    }


@op
def type_a_bessel(inputs: dict) -> dict:
    return _type_a(statistics.bessel(inputs["values"]))


@op
def type_a_bessel_generated(inputs: dict) -> dict:
    def one(item: dict) -> dict:
        counts = [1] + [item["pairs"]] * len(item["alternate"])
        return _type_a(statistics.bessel([item["first"], *item["alternate"]], counts))

    return columns(each(inputs["sets"], one))


@op
def type_a_range(inputs: dict) -> dict:
    return columns(
        each(
            inputs["sets"],
            lambda s: _type_a(statistics.range_method(s["values"], s.get("C"))),
        )
    )


@op
def range_constants(inputs: dict) -> dict:
    pairs = each(inputs["n"], statistics.range_constant)
    return {"C": [c for c, _ in pairs], "dof": [d for _, d in pairs]}


@op
def type_a_prior_s(inputs: dict) -> dict:
    return _type_a(statistics.prior(inputs["s"], inputs["n"], inputs["dof_s"]))


@op
def pooled_s(inputs: dict) -> dict:
    s_p, dof = statistics.pooled(inputs["s"], inputs["n"])
    return {"s_p": s_p, "dof": dof}


@op
def s_reliability(inputs: dict) -> dict:
    return {"percent": each(inputs["n"], statistics.s_reliability)}


@op
def weighted_mean(inputs: dict) -> dict:
    mean, s = statistics.weighted_mean(
        inputs["x"], inputs.get("u"), inputs.get("weights")
    )
    return {"mean": mean, "s": s}


@op
def grubbs(inputs: dict) -> dict:
    steps = statistics.grubbs_sequence(inputs["values"], inputs.get("alpha", 0.05))
    return {
        "outliers": [step.value for step in steps if step.outlier],
        "G": [step.G for step in steps],
        "Gcrit": [step.critical for step in steps],
    }


@op
def dixon_grubbs(inputs: dict) -> dict:
    ratios = statistics.dixon(inputs["values"])
    test = statistics.grubbs(inputs["values"], critical=inputs.get("G_crit"))
    outlier = None
    if ratios.high > max(inputs["D_crit"], ratios.low):
        outlier = ratios.highest
    elif ratios.low > inputs["D_crit"]:
        outlier = ratios.lowest
    elif test.outlier:
        outlier = test.value
    return {
        "dixon_high": ratios.high,
        "dixon_low": ratios.low,
        "grubbs": test.G,
        "outlier": outlier,
    }


# ----------------------------------------------------------------------- type B


@op
def type_b(inputs: dict) -> dict:
    return {
        "u": each(
            inputs["items"],
            lambda item: (
                uncertainty.quantity(item.get("id", "x"), {**item, "source": ""}).u
            ),
        )
    }


@op
def resolution(inputs: dict) -> dict:
    def one(row: dict) -> float:
        if row["kind"].startswith("digital"):
            return uncertainty.resolution_uncertainty(row["step"], "digital")
        return uncertainty.resolution_uncertainty(row["half_width"], "analog")

    return {"u": each(inputs["rows"], one)}


@op
def type_b_mpe(inputs: dict) -> dict:
    rows = []
    for full_scale, u_a in zip(inputs["ranges"], inputs["u_a"], strict=True):
        # ppm of volts are microvolts
        a, u_b = uncertainty.limit_uncertainty(
            inputs["reading"], inputs["ppm_reading"], inputs["ppm_range"], full_scale
        )
        rows.append({"a": a, "u_b": u_b, "u_c": uncertainty.combine([u_a, u_b])})
    return columns(rows)


@op
def budget_simple(inputs: dict) -> dict:
    part = inputs["a_formula"]
    a, _ = uncertainty.limit_uncertainty(
        part["reading"], part["ppm_reading"], part["ppm_range"], part["range"]
    )
    budget = uncertainty.evaluate_budget(
        "y + a + b",
        {
            "y": {"x": part["reading"], "u": 0},
            "a": {"x": 0, "u": inputs["u_a"]},
            "b": {"x": 0, "dist": "normal", "U": a, "k": inputs["k_rect"]},
        },
        k=inputs["k"],
    )
    return {"u_b": budget.contributions[2].u, "u_c": budget.u, "U": budget.U}


def one_sigma(p: float) -> float:
    """Tables name the interval of one standard deviation 0.68."""
    return 0.682689492137086 if p == 0.68 else p


@op
def coverage_factor_dist(inputs: dict) -> dict:
    return {
        "k": each(
            inputs["rows"],
            lambda r: distributions.coverage_factor(
                r["dist"],
                one_sigma(r["p"]),
                beta=r.get("beta"),
                dof=r.get("dof", float("inf")),
            ),
        )
    }


@op
def t_factor(inputs: dict) -> dict:
    def dof(value: Any) -> float:
        return float("inf") if value in (None, "inf", "∞") else value

    return {
        "t": [
            [
                distributions.t_factor(p if p < 1 else p / 100, dof(nu))
                for p in inputs["p"]
            ]
            for nu in inputs["dof"]
        ]
    }


# ---------------------------------------------------------------------- budgets


@op
def lpu(inputs: dict) -> dict:
    agreed = inputs.get("k")
    budget = uncertainty.evaluate_budget(
        inputs["model"],
        inputs["quantities"],
        inputs.get("correlations", ()),
        k=agreed,
        p=inputs.get("p", 0.95),
        coverage=inputs.get("coverage", "auto"),
        dof_rule=inputs.get("dof_rule", "floor"),
    )
    exact = uncertainty.effective_dof(
        budget.u,
        [item.contribution for item in budget.contributions],
        [item.dof for item in budget.contributions],
    )
    return {
        "y": budget.y,
        "u": budget.u,
        "U2": 2 * budget.u,
        "U": budget.U,
        "k": budget.k,
        "nu": exact,
        "nu_eff": exact,
        "dof": budget.dof,
        "c": {item.name: item.c for item in budget.contributions},
        "contributions": {i.name: i.contribution for i in budget.contributions},
        "u_rel": budget.u / abs(budget.y) if budget.y else None,
    }


@op
def lpu_second_order(inputs: dict) -> dict:
    result = uncertainty.second_order(inputs["model"], inputs["quantities"])
    return {
        "u": result.u,
        "u1": result.u1,
        "y": result.y,
        "terms": result.grouped(),
        "pairs": list(result.terms.values()),
    }


@op
def lpu_multi(inputs: dict) -> dict:
    observed = dict(inputs["observations"])
    items, r_in = regression.simultaneous(observed)
    mean = {item.name: item.x for item in items}
    u = {item.name: item.u for item in items}
    # the models speak of amperes where the readings are milliamperes
    renamed = [
        uncertainty.Quantity("I", q.x / 1000, q.u / 1000, dof=q.dof, type="A")
        if q.name == "I_mA"
        else q
        for q in items
    ]
    pairs = [tuple("I" if n == "I_mA" else n for n in pair) for pair in r_in]
    result = regression.evaluate_multivariate(inputs["models"], renamed, pairs)
    return {
        "mean": mean,
        "u": u,
        "r_in": [r for _, _, r in r_in],
        **{
            name: [y, s]
            for name, y, s in zip(result.names, result.y, result.u, strict=True)
        },
        "r_out": [r for _, _, r in result.correlations],
    }


# ------------------------------------------------------------------ Monte Carlo


def _quantities(inputs: dict, dist: dict | None = None) -> dict:
    if dist is None:
        return inputs["quantities"]
    tree = formula_syntax.parse(inputs["model"])
    names = {
        n.name for n in formula_syntax.walk(tree) if isinstance(n, formula_syntax.Name)
    }
    return dict.fromkeys(sorted(names), dist)


def _mcm(inputs: dict, quantities: dict) -> dict:
    settings = {
        "trials": int(inputs.get("M", 1_000_000)),
        "p": inputs.get("p", 0.95),
        "interval": inputs.get("interval", "symmetric"),
    }
    if "seed" in inputs:
        settings["seed"] = inputs["seed"]
    pairs = inputs.get("correlations", ())
    result = montecarlo.propagate(inputs["model"], quantities, pairs, **settings)
    budget = uncertainty.evaluate_budget(
        inputs["model"], quantities, pairs, p=settings["p"], coverage="t"
    )
    return {
        "y": result.y,
        "u": result.u,
        "low": result.low,
        "high": result.high,
        "mcm_y": result.y,
        "mcm_u": result.u,
        "mcm_low": result.low,
        "mcm_high": result.high,
        "guf_y": budget.y,
        "guf_u": budget.u,
        "guf_low": budget.y - budget.U,
        "guf_high": budget.y + budget.U,
    }


@op
def mcm(inputs: dict) -> dict:
    if "cases" in inputs:
        return columns(
            each(inputs["cases"], lambda dist: _mcm(inputs, _quantities(inputs, dist)))
        )
    return _mcm(inputs, _quantities(inputs))


@op
def mcm_validate(inputs: dict) -> dict:
    # JCGM 101 table 6 compares the shortest interval and states its δ
    kind = inputs.get("interval", "shortest" if "delta" in inputs else "symmetric")
    result = montecarlo.validate(
        inputs["model"],
        inputs["quantities"],
        inputs.get("correlations", ()),
        p=inputs.get("p", 0.95),
        digits=inputs.get("n_dig", 2),
        tolerance=inputs.get("delta"),
        trials=int(inputs.get("M", 1_000_000)),
        interval=kind,
    )
    m, g = result.mcm, result.budget
    return {
        "u": m.u,
        "mcm_low": m.low,
        "mcm_high": m.high,
        "guf_low": result.low,
        "guf_high": result.high,
        "validated": result.validated,
        "mcm": {"y": m.y, "u": m.u, "low": m.low, "high": m.high},
        "guf1": {"y": g.y, "u": g.u, "low": result.low, "high": result.high},
        "guf2": {
            "y": g.y,
            "u": result.second_u,
            "low": result.second_low,
            "high": result.second_high,
        },
        "d1": [result.d_low, result.d_high],
        "d2": [result.second_d_low, result.second_d_high],
        "guf1_validated": result.validated,
        "guf2_validated": result.second_validated,
    }


# ------------------------------------------------------------------- regression


@op
def line_fit(inputs: dict) -> dict:
    line = regression.fit_line(inputs["x"], inputs["y"])
    return {"a": line.a, "b": line.b, "u_a": line.u_a, "u_b": line.u_b, "s": line.s,
            "r": line.r, "nu": line.dof, "dof": line.dof}  # fmt: skip


@op
def line_fit_predict(inputs: dict) -> dict:
    line = regression.fit_line(inputs["t"], inputs["b"], inputs["t0"])
    value, u = line.predict(inputs["t_new"])
    return {
        "y1": line.a,
        "u_y1": line.u_a,
        "y2": line.b,
        "u_y2": line.u_b,
        "r": line.r,
        "s": line.s,
        f"b{inputs['t_new']:g}": value,
        f"u_b{inputs['t_new']:g}": u,
        "nu": line.dof,
    }


@op
def anova_balanced(inputs: dict) -> dict:
    micro = 1e6
    result = regression.anova_summary(
        inputs["day_means"], [s / micro for s in inputs["day_s_uV"]], inputs["K"]
    )
    return {
        "mean": result.mean,
        "s_day_means_uV": result.s_means * micro,
        "s_a_uV": result.s_a * micro,
        "s_b_uV": result.s_b * micro,
        "F": result.F,
        "F_095": result.critical(0.95),
        "F_0975": result.critical(0.975),
        "u_uV": result.u * micro,
        "s_B_uV": result.s_B * micro,
        "u_no_day_effect_uV": result.u_pooled * micro,
    }


# ------------------------------------------------------------------- conformity


@op
def conformance_probability(inputs: dict) -> dict:
    return {
        "pc": each(
            inputs["rows"],
            lambda r: conformity.conformance_probability(
                r["y"], r["u"], r.get("TL"), r.get("TU")
            ),
        )
    }


@op
def specific_risk(inputs: dict) -> dict:
    risks = each(
        inputs["rows"],
        lambda r: conformity.specific_risk(
            r["y"], r["u"], inputs.get("LL"), inputs.get("UL")
        ),
    )
    return {
        "total": [risk.total for risk in risks],
        "upper": [risk.upper for risk in risks],
        "lower": [risk.lower for risk in risks],
    }


@op
def global_risk(inputs: dict) -> dict:
    risk = conformity.global_risk(
        inputs["mu0"],
        inputs["u0"],
        inputs["um"],
        inputs.get("TL"),
        inputs.get("TU"),
        inputs.get("AL"),
        inputs.get("AU"),
    )
    return {"p_conforming": risk.conforming, "RC": risk.consumer, "RP": risk.producer}


@op
def global_risk_table(inputs: dict) -> dict:
    limits = inputs.get("limits", [-1, 1])
    low, high = limits if len(limits) == 2 else (-limits[0], limits[0])
    risks = each(
        inputs["itp"],
        lambda itp: conformity.global_risk_itp(itp, inputs["ratio"], low, high),
    )
    return {
        "pfa": [100 * risk.consumer for risk in risks],
        "cpfa": [100 * risk.conditional_consumer for risk in risks],
    }


@op
def guard_band_pfa(inputs: dict) -> dict:
    def rule(w: float) -> conformity.GuardBand:
        named = [r for r in conformity.GUARD_BANDS if r.w_over_U == w]
        pfa = conformity.pfa_at_acceptance_limit(w)
        return named[0] if named else conformity.GuardBand("", w, pfa)

    found = each(inputs["w_over_U"], rule)
    assert all(item.pfa <= item.pfa_limit for item in found)
    return {
        "pfa_limit": [item.pfa_limit for item in found],
        "names": [item.name for item in found],
        "pfa": [item.pfa for item in found],
    }


@op
def guard_band_tur(inputs: dict) -> dict:
    return conformity.guard_band_multipliers(inputs["TUR"])


@op
def decision_jjf1094(inputs: dict) -> dict:
    found = each(
        inputs["rows"],
        lambda r: conformity.by_jjf1094(r["delta"], r["U95"], r["MPEV"]),
    )
    return {
        "verdict": [d.verdict for d in found],
        "U_negligible": [d.U_negligible for d in found],
    }


@op
def decision_ilac_g8(inputs: dict) -> dict:
    return {
        "statement": each(
            inputs["rows"],
            lambda r: (
                conformity.by_ilac_g8(
                    r["value"], r.get("TL"), r.get("TU"), r["U"], r.get("w"), r["mode"]
                ).statement
            ),
        )
    }


# ------------------------------------------------------------------- comparison


@op
def en(inputs: dict) -> dict:
    scores = each(
        inputs["labs"],
        lambda lab: comparison.en_score(
            lab["x"], lab["U"], inputs["ref"], inputs["U_ref"]
        ),
    )
    return {"En": scores, "ok": [abs(score) <= 1 for score in scores]}


@op
def pt_scores(inputs: dict) -> dict:
    found = each(
        inputs["labs"],
        lambda lab: comparison.pt_scores(
            lab["x"], inputs["x_pt"], inputs["sigma_pt"], inputs["u_xpt"], lab.get("u")
        ),
    )
    return {
        "z": [s.z for s in found],
        "zp": [s.z_prime for s in found],
        "zeta": [s.zeta for s in found],
        "En": [s.En for s in found],
        "verdict": [s.verdict for s in found],
    }


@op
def algorithm_a(inputs: dict) -> dict:
    robust = comparison.algorithm_a(inputs["values"])
    median, made = comparison.median_made(inputs["values"])
    plain = statistics.bessel(inputs["values"])
    return {
        "x_star": robust.mean,
        "s_star": robust.s,
        "median": median,
        "MADe": made,
        "mean": plain.mean,
        "s": plain.s,
    }


@op
def verify_transfer(inputs: dict) -> dict:
    unit = inputs.get("unit", "")
    scale = 1000 if unit.replace(" ", "").startswith("g,Uinmg") else 1
    result = comparison.verify_by_transfer(
        rounding.exact(inputs["y_lab"]) * scale,
        inputs["U_lab"],
        rounding.exact(inputs["y_ref"]) * scale,
        inputs["U_ref"],
        k_lab=inputs.get("k_lab", 2),
        k_ref=inputs.get("k_ref", 2),
    )
    return {
        "diff_mg": result.difference,
        "U_ref_k2": result.U_ref,
        "limit_mg": result.limit,
        "ok": result.ok,
    }


@op
def verify_comparison(inputs: dict) -> dict:
    result = comparison.verify_by_comparison(inputs["y"], inputs["U_lab"])
    return {"mean": result.mean, "limit": result.limit, "ok": list(result.ok)}


@op
def repeatability_check(inputs: dict) -> dict:
    result = comparison.repeatability_check(inputs["values"], inputs.get("s_initial"))
    return {"mean": result.mean, "s": result.s, "ok": result.ok}


@op
def stability_new(inputs: dict) -> dict:
    result = comparison.stability_new(
        inputs["groups"], inputs.get("MPEV"), inputs.get("U_correction")
    )
    return {
        "means": list(result.means),
        "stability": result.stability,
        "ok_without_correction": result.ok_without_correction,
        "ok_with_correction": result.ok_with_correction,
    }


@op
def stability_existing(inputs: dict) -> dict:
    result = comparison.stability_existing(
        inputs["years"],
        inputs.get("MPEV"),
        inputs.get("U_correction"),
        inputs.get("used_with_correction", False),
    )
    return {
        "differences": list(result.differences),
        "stability": result.stability,
        "ok": result.ok,
    }


# ---------------------------------------------------------------------- control


@op
def chart_constants(inputs: dict) -> dict:
    found = each(inputs["n"], control.chart_constants)
    keys = ("A2", "A3", "B3", "B4", "D3", "D4", "c4", "d2", "d3")
    return {key: [getattr(k, key) for k in found] for key in keys}


@op
def i_mr(inputs: dict) -> dict:
    chart = control.i_mr_chart(inputs["data"])
    assert chart.spread is not None
    return {
        "mean": chart.centre,
        "MR": chart.spread.centre,
        "UCL": chart.UCL,
        "LCL": chart.LCL,
    }


@op
def ewma(inputs: dict) -> dict:
    chart = control.ewma_chart(
        inputs["data"],
        inputs["lam"],
        inputs.get("target"),
        inputs.get("s"),
        inputs.get("k", 3),
    )
    return {"ewma": list(chart.points), "UCL": chart.UCL, "LCL": chart.LCL}


# --------------------------------------------------------------------- interval


@op
def interval_exponential(inputs: dict) -> dict:
    return {
        "interval_new": interval.interval_exponential(
            inputs["R_observed"], inputs["interval"], inputs["target"]
        )
    }


@op
def interval_a3(inputs: dict) -> dict:
    found = each(
        inputs["assets"],
        lambda a: interval.interval_a3(
            a["pass_"],
            a["n"],
            a["I0"],
            inputs["target"],
            confidence=inputs.get("conf", 0.5),
            max_change=inputs.get("max_change", 2),
        ),
    )
    return {
        "interval": [round(result.interval) for result in found],
        "rejection": [result.rejection for result in found],
        "rel_low": [result.low for result in found],
        "rel_high": [result.high for result in found],
    }


@op
def interval_variables(inputs: dict) -> dict:
    low, high = inputs["limits"]
    order = 2 if "t²" in inputs.get("fit", "t²") else 1
    result = interval.interval_variables(
        inputs["dt"],
        inputs["delta"],
        u0=inputs["u0"],
        y0=inputs["y0"],
        order=order,
        u_target=inputs["u_target"],
        lower=low,
        upper=high,
        confidence=inputs["conf"],
    )
    covariance = result.fit.covariance
    return {
        "b": list(result.fit.b),
        "var_b": [covariance[i][i] for i in range(order)],
        "cov": covariance[0][1] if order == 2 else 0.0,
        "s_yx": result.fit.s,
        "interval_uncertainty_target": result.uncertainty_target,
        "interval_reliability_target": result.reliability_target,
    }


# ------------------------------------------------------------------ instruments


@op
def changeover(inputs: dict) -> dict:
    result = weighing.changeover(
        inputs["L"], inputs["I"], inputs["e"], inputs["dL"], inputs.get("E0", 0)
    )
    return {"P": float(result.P), "E": float(result.E), "Ec": float(result.Ec)}


@op
def weight_class(inputs: dict) -> dict:
    return {
        "verdict": each(
            inputs["rows"],
            lambda r: mpe.weight_verdict(r["mc"], r["m0"], r["U"], r["mpe"])[0],
        )
    }


@op
def mpe_r76(inputs: dict) -> dict:
    return {
        "mpe_e": each(
            inputs["rows"],
            lambda r: float(
                mpe.mpe_r76(r["cls"], r["m_over_e"], r.get("in_service", False))
            ),
        )
    }


@op
def mpe_formula(inputs: dict) -> dict:
    def limit(text: str, x: Any) -> float:
        definition = {"kind": "formula", "text": text}
        return float(mpe.limit_from_definition(definition, x=x).upper)

    return {
        "mpe_U": each(inputs["U_in"], lambda x: limit("10*(1+0.1/x)", x)),
        "mpe_T": each(inputs["T_in"], lambda x: limit("10*(1+0.06/x)", x)),
    }


@op
def pressure_gauge(inputs: dict) -> dict:
    result = mpe.pressure_gauge(inputs["cls"], inputs["span"], inputs["points"])
    places = max(rounding.decimals_of(v) for p in inputs["points"] for v in p.values())
    return {
        "error_max": rounding.text(result.error_max, places),
        "error_min": rounding.text(result.error_min, places),
        "hysteresis_max": rounding.text(result.hysteresis_max, places),
        "tap_max": rounding.text(result.tap_max, places),
        "mpev": rounding.plain(result.mpev),
        "mpev_top": rounding.plain(result.mpev_top),
        "ok": result.ok,
    }
