import {Component, onWillStart, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";

const MODEL = "metrology.capability";

/**
 * Everything that stands behind one capability as of a day, on one page: what is in
 * order, what is missing, and a click to each document.
 */
export class CapabilityEvidence extends Component {
    static template = "metrology_method.CapabilityEvidence";
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        const given = this.props.action;
        this.capabilityId =
            given.params?.capability_id ||
            given.context?.active_id ||
            this.props.resId ||
            false;
        this.state = useState({loading: true, day: "", data: null});
        this.labels = {
            red: _t("Missing"),
            yellow: _t("Attention"),
            green: _t("In Order"),
            none: "–",
        };
        onWillStart(() => this.load());
    }

    async load() {
        if (!this.capabilityId) {
            return;
        }
        this.state.loading = true;
        this.state.data = await this.orm.call(MODEL, "get_evidence", [
            [this.capabilityId],
            this.state.day || null,
        ]);
        this.state.day = this.state.data.day;
        this.state.loading = false;
    }

    get verdict() {
        const {light, missing} = this.state.data;
        if (light === "red") {
            const count = missing.filter((one) => one.light === "red").length;
            return _t("%s findings: not ready for an assessment", count);
        }
        if (light === "yellow") {
            return _t("Usable; %s points need attention", missing.length);
        }
        return _t("Ready for an assessment");
    }

    get risk() {
        const {jobs, orders, amount_text: amount} = this.state.data.risk;
        if (amount) {
            return _t(
                "Open work that rests on it: %(jobs)s jobs of %(orders)s orders, worth %(amount)s.",
                {jobs, orders, amount},
            );
        }
        return _t("Open work that rests on it: %(jobs)s jobs of %(orders)s orders.", {
            jobs,
            orders,
        });
    }

    get serious() {
        return this.state.data.missing.filter((one) => one.light === "red");
    }

    get minor() {
        return this.state.data.missing.filter((one) => one.light !== "red");
    }

    icon(light) {
        return {
            red: "fa-times-circle",
            yellow: "fa-exclamation-circle",
            green: "fa-check-circle",
            none: "fa-circle-o",
        }[light];
    }

    open(cell) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: cell.model,
            res_id: cell.res_id,
            views: [[false, "form"]],
        });
    }

    openCapability() {
        return this.open({model: MODEL, res_id: this.capabilityId});
    }

    async print() {
        const report = await this.orm.call(MODEL, "action_print_evidence", [
            [this.capabilityId],
            this.state.day || null,
        ]);
        return this.action.doAction(report);
    }

    jump(key) {
        document
            .querySelector(`.o_evidence_section[data-section="${key}"]`)
            ?.scrollIntoView({behavior: "smooth", block: "start"});
    }
}

registry
    .category("actions")
    .add("metrology_method.capability_evidence", CapabilityEvidence);
