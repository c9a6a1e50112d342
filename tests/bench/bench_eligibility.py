# SPDX-License-Identifier: AGPL-3.0-only
"""Who and what may be used for 500 jobs, and what 500 capabilities lack.

``eligibility N, together``
    ``metrology.eligibility`` asked once for N jobs that have their persons and standards
``eligibility N, one by one``
    the baseline: the same question in a loop, the answer of each job by itself, as an
    ORM program writes it first (the same records, the same run, the caches cold before
    each of the two)
``notices N``
    a capability is suspended: the jobs on it are judged and the persons told
``readiness N``
    all sections of evidence of N capabilities, as the readiness list asks for them
``readiness N, one by one``
    its baseline: the page of each capability by itself

The answers of both ways are compared before anything is measured.
"""

ADDONS = ["metrology_certificate", "metrology_sale"]
SIZES = (10, 100, 500)


def bench(env, measure):
    """Measure every size in one rolled back transaction."""
    # Odoo and the suite are importable only now.
    from odoo.addons.metrology_order.tests import common

    laboratory = type("Laboratory", (common.OrderMixin,), {})
    laboratory.env = env(context={**env.context, "tracking_disable": True})
    laboratory._set_up_laboratory()
    laboratory.verifying.action_make_fee_item()
    laboratory.verifying.product_id.list_price = 100
    jobs = _jobs(laboratory, common)
    env.flush_all()
    env.cr.precommit.run()
    _same_answers(env, jobs[:10])
    for size in SIZES:
        _eligibility(env, jobs[:size], measure)
    _notices(env, laboratory, jobs, measure)
    capabilities = _capabilities(laboratory, max(SIZES))
    # What the registry caches (names of models, groups) is not what is measured.
    capabilities[:10].mapped("readiness")
    for size in SIZES:
        _readiness(env, capabilities[:size], measure)


def summary(results):
    """Milliseconds for each, ratios to the baselines, growth of the queries."""
    facts = {}
    for size in SIZES:
        together = results[f"eligibility {size}, together"]
        alone = results[f"eligibility {size}, one by one"]
        facts[f"eligibility {size}: ms a job"] = round(
            together["seconds"] / size * 1000, 3
        )
        facts[f"eligibility {size}: time ratio"] = round(
            together["seconds"] / alone["seconds"], 4
        )
        facts[f"eligibility {size}: query ratio"] = round(
            together["queries"] / alone["queries"], 4
        )
        facts[f"readiness {size}: ms a capability"] = round(
            results[f"readiness {size}"]["seconds"] / size * 1000, 3
        )
    for what in ("eligibility {}, together", "readiness {}"):
        counts = [results[what.format(size)]["queries"] for size in SIZES]
        name = what.split()[0]
        facts[f"{name}: queries of {SIZES[-1]}"] = counts[-1]
        facts[f"{name}: more than of {SIZES[0]}"] = counts[-1] - counts[0]
    facts["readiness 10: time ratio"] = round(
        results["readiness 10"]["seconds"]
        / results["readiness 10, one by one"]["seconds"],
        4,
    )
    return facts


def _cold(env):
    env.flush_all()
    env.invalidate_all()


def _jobs(laboratory, common):
    """Assigned jobs of one order, each with two persons and a standard."""
    order = laboratory._new_order(laboratory._new_instruments(max(SIZES), prefix="BE-"))
    laboratory._to_sign(order)
    order.action_sign(common.SIGNATURE, "Li Si")
    order.action_accept()
    persons = laboratory.tester.employee_ids | laboratory.second.employee_ids
    jobs = order.job_ids
    jobs.with_user(laboratory.head)._assign(persons)
    return jobs.sudo()


def _same_answers(env, jobs):
    eligibility = env["metrology.eligibility"]
    together = eligibility._evaluate_open(jobs)
    for job in jobs:
        if eligibility._evaluate_open(job)[job.id] != together[job.id]:
            raise AssertionError(f"{job.name}: the two ways do not agree")


def _eligibility(env, jobs, measure):
    eligibility = env["metrology.eligibility"]
    size = len(jobs)
    _cold(env)
    with measure(f"eligibility {size}, together"):
        answers = eligibility._evaluate_open(jobs.with_prefetch())
    if not all(answer["ok"] for answer in answers.values()):
        raise AssertionError("the jobs of the bench are not in order")
    _cold(env)
    with measure(f"eligibility {size}, one by one"):
        for job_id in jobs.ids:
            eligibility._evaluate_open(jobs.browse(job_id))


def _notices(env, laboratory, jobs, measure):
    capability = laboratory.verifying
    capability._guard_open().state = "suspended"
    _cold(env)
    with measure(f"notices {len(jobs)}"):
        env.cr.precommit.run()
    told = env["metrology.eligibility.notice"].search([("job_ids", "in", jobs.ids)])
    if told.job_ids != jobs or len(told) != 1:
        raise AssertionError("not everybody was told once")
    capability._guard_open().state = "active"
    env.flush_all()
    env.cr.precommit.run()


def _capabilities(laboratory, count):
    """Capabilities with a method, a standard and two persons each."""
    env = laboratory.env
    vals = laboratory.verifying.copy_data()[0]
    capabilities = env["metrology.capability"].create(
        [{**vals, "code": f"BE-{number:03d}"} for number in range(count)]
    )
    capabilities._guard_open().write({"state": "active"})
    laboratory.standard._guard_open().capability_ids += capabilities
    env["metrology.authorization"].create(
        [
            {
                "employee_id": person.id,
                "activity": "verify",
                "capability_id": capability.id,
                "date_from": laboratory.today,
                "date_to": laboratory.verifying.date_to,
                "competence_confirmed_on": laboratory.today,
            }
            for capability in capabilities
            for person in (
                laboratory.tester.employee_ids | laboratory.second.employee_ids
            )
        ]
    )._guard_open().write({"state": "active"})
    env.flush_all()
    env.cr.precommit.run()
    return capabilities


def _readiness(env, capabilities, measure):
    size = len(capabilities)
    _cold(env)
    with measure(f"readiness {size}"):
        capabilities.browse(capabilities.ids).mapped("readiness_missing")
    if size == min(SIZES):
        _cold(env)
        with measure(f"readiness {size}, one by one"):
            for capability_id in capabilities.ids:
                capabilities.browse(capability_id).get_evidence()
