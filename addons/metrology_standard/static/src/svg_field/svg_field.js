import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardFieldProps} from "@web/views/fields/standard_field_props";
import {Component, markup} from "@odoo/owl";

/**
 * A picture the server draws (SVG text): charts and the traceability chain.
 *
 * A box with data-node opens what it stands for: the model's action_open_node says.
 */
export class SvgField extends Component {
    static template = "metrology_standard.SvgField";
    static props = {...standardFieldProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
    }

    get picture() {
        // Every word in it was escaped by the server that drew it.
        return markup(this.props.record.data[this.props.name] || "");
    }

    async onClick(event) {
        const box = event.target.closest("[data-node]");
        const {resModel, resId} = this.props.record;
        if (!box || !resId) {
            return;
        }
        const action = await this.orm.call(resModel, "action_open_node", [
            [resId],
            box.dataset.node,
        ]);
        if (action) {
            await this.action.doAction(action);
        }
    }
}

registry.category("fields").add("metrology_svg", {
    component: SvgField,
    supportedTypes: ["text"],
});
