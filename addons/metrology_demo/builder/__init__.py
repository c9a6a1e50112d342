# SPDX-License-Identifier: AGPL-3.0-only
"""Builds the demo laboratory from the tables in ``data/``, step after step."""

from .environment import build_environment
from .equipment import build_equipment
from .mentoring import build_mentoring
from .organisation import build_organisation
from .resources import build_resources
from .sales import build_sales
from .standards import build_standards
from .templates import build_templates


def build(env):
    """Build the laboratory; each step finds what the steps before it made."""
    env = env(context=dict(env.context, lang="zh_CN", tracking_disable=True))
    lab = {"env": env}
    build_organisation(lab)
    build_resources(lab)
    build_mentoring(lab)
    build_standards(lab)
    build_equipment(lab)
    build_environment(lab)
    build_templates(lab)
    build_sales(lab)
    return lab
