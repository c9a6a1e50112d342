# SPDX-License-Identifier: AGPL-3.0-only
"""Record templates of the library, approved, and the seals of the institution."""

from . import tables

TEMPLATES = ("pressure_gauge", "weight_10kg", "block_calibrator")
SEALS = {
    "verification": "检定电子证书专用章",
    "calibration": "校准电子证书专用章",
    "testing": "检测电子报告专用章",
    "inspection": "检验电子报告专用章",
}


def build_templates(lab):
    env = lab["env"]
    lab["templates"] = _create_templates(env, lab)
    env["metrology.seal"].create(
        [
            {
                "name": lab["company"].name,
                "title": title,
                "kind": kind,
                "custodian_id": lab["users"]["wenshu"].id,
            }
            for kind, title in SEALS.items()
        ]
    )


def _create_templates(env, lab):
    samples = tables.read_json("template_samples")
    templates = {}
    for name in TEMPLATES:
        version = env["metrology.record.template.version"]._load_library(name)
        version.save_draft(_merge(version.get_entry_sheet()["data"], samples[name]))
        version.with_user(lab["users"]["jianding"]).action_submit_approval()
        version.with_user(lab["users"]["jishu"]).action_approve()
        templates[name] = version.template_id
    return templates


def _merge(data, typed):
    """Return the empty sheet with the typed cells of each section put in."""
    return {**data, **{key: data.get(key, {}) | typed.get(key, {}) for key in data}}
