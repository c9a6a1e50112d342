import {Component, onWillStart, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {user} from "@web/core/user";
import {useService} from "@web/core/utils/hooks";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";

/**
 * The home page of the suite: one card per step of the work that is mine, with what
 * waits and what is late; a click opens exactly those documents.
 */
export class MyWork extends Component {
    static template = "metrology.MyWork";
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({steps: [], loading: true});
        onWillStart(() => this.load());
    }

    async load() {
        this.state.loading = true;
        this.state.steps = await this.orm.call("metrology.work", "get_counts", []);
        this.state.loading = false;
    }

    get greeting() {
        return _t("Good day, %s", user.name);
    }

    get today() {
        return luxon.DateTime.local().toLocaleString(luxon.DateTime.DATE_HUGE);
    }

    get waiting() {
        return this.state.steps.filter((step) => step.count);
    }

    get quiet() {
        return this.state.steps.filter((step) => !step.count);
    }

    get total() {
        return this.waiting.reduce((sum, step) => sum + step.count, 0);
    }

    get late() {
        return this.waiting.reduce((sum, step) => sum + step.overdue, 0);
    }

    async open(step) {
        const action = await this.action.loadAction(step.action);
        return this.action.doAction({
            ...action,
            display_name: step.name,
            domain: step.domain,
            context: {},
        });
    }
}

registry.category("actions").add("metrology.my_work", MyWork);
