import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";
import {Component} from "@odoo/owl";

/** Standards and equipment as they were on the day of the record. */
export class SnapshotField extends Component {
    static template = "metrology_record.SnapshotField";
    static props = {...standardFieldProps};

    get rows() {
        const value = this.props.record.data[this.props.name] || {};
        return [
            ...(value.standards || []).map((row) => ({...row, main: true})),
            ...(value.equipment || []),
        ];
    }
}

/** Values replaced after a submission. */
export class CorrectionsField extends Component {
    static template = "metrology_record.CorrectionsField";
    static props = {...standardFieldProps};

    get rows() {
        return this.props.record.data[this.props.name] || [];
    }
}

registry.category("fields").add("metrology_snapshot", {
    component: SnapshotField,
    supportedTypes: ["json"],
});
registry.category("fields").add("metrology_corrections", {
    component: CorrectionsField,
    supportedTypes: ["json"],
});
