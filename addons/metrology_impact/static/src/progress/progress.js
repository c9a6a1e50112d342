import {Component, onMounted, onWillUnmount, useState} from "@odoo/owl";
import {browser} from "@web/core/browser/browser";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/** How often a listing under way is asked for, in milliseconds. */
export const INTERVAL = 2000;

/**
 * How far a listing in the queue is. It is asked for in the background while the form is
 * open; once it ended the form is read again, unless somebody is just writing in it.
 */
export class ImpactProgress extends Component {
    static template = "metrology_impact.Progress";
    static props = {...standardFieldProps};

    setup() {
        this.orm = useService("orm");
        this.state = useState({progress: null, text: null});
        this.asking = false;
        // Not before it is shown: what is never mounted is never unmounted either.
        onMounted(() => {
            this.timer = browser.setInterval(() => this.ask(), INTERVAL);
        });
        onWillUnmount(() => browser.clearInterval(this.timer));
    }

    get record() {
        return this.props.record;
    }

    get progress() {
        const value = this.state.progress ?? this.record.data[this.props.name] ?? 0;
        return Math.min(100, Math.round(value));
    }

    get text() {
        return this.state.text ?? this.record.data.listing_done ?? "";
    }

    get label() {
        return _t("Being listed: %s results", this.text);
    }

    async ask() {
        const running = this.record.data.listing_state === "running";
        if (this.asking || !running || !this.record.resId) {
            return;
        }
        this.asking = true;
        try {
            const found = await this.orm.silent.call(
                this.record.resModel,
                "get_listing_state",
                [[this.record.resId]],
            );
            if (found.state === "running") {
                this.state.progress = found.progress;
                this.state.text = found.text;
            } else if (!(await this.record.isDirty())) {
                Object.assign(this.state, {progress: null, text: null});
                await this.record.model.load();
            }
        } finally {
            this.asking = false;
        }
    }
}

export const impactProgress = {
    component: ImpactProgress,
    displayName: _t("Progress of a listing"),
    supportedTypes: ["float"],
    fieldDependencies: [
        {name: "listing_state", type: "selection", readonly: true},
        {name: "listing_done", type: "char", readonly: true},
    ],
};

registry.category("fields").add("metrology_impact_progress", impactProgress);
