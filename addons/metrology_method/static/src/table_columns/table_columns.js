import {Component, onWillStart, useState} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {useRecordObserver} from "@web/model/relational_model/utils";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

/**
 * The first rows of a list's file, with what each column is taken for above it. What a
 * person changes is read at once and remembered by heading.
 */
export class TableColumns extends Component {
    static template = "metrology_method.TableColumns";
    static props = {...standardWidgetProps};

    setup() {
        this.orm = useService("orm");
        this.state = useState({data: null, sheet: 0, changed: false, busy: false});
        onWillStart(async () => {
            const {record} = this.props;
            if (record.resId && record.data.file && !record.dirty) {
                await this.fetch();
            }
        });
        // Another file may have been chosen: what is shown would be of the old one.
        useRecordObserver((record) => {
            if (record.dirty) {
                this.state.data = null;
            }
        });
    }

    get readonly() {
        return this.props.record.data.state === "applied";
    }

    get sheet() {
        return this.state.data.sheets[this.state.sheet];
    }

    get columns() {
        const count = Math.max(0, ...this.sheet.rows.map((row) => row.texts.length));
        return [...Array(count).keys()];
    }

    letter(column) {
        const more = Math.floor(column / 26);
        return (
            (more ? String.fromCharCode(64 + more) : "") +
            String.fromCharCode(65 + (column % 26))
        );
    }

    /** Read the file as it was saved; a refusal is shown by the dialog of errors. */
    async load() {
        if (await this.props.record.save()) {
            await this.fetch();
        }
    }

    async fetch() {
        const {record} = this.props;
        this.state.data = await this.orm.call(
            record.resModel,
            "get_table_preview",
            [[record.resId]],
            {context: record.context},
        );
        const first = this.state.data.sheets.findIndex((one) => one.read);
        this.state.sheet = Math.max(0, first);
        this.state.changed = false;
    }

    onColumn(column, ev) {
        const {columns} = this.sheet;
        const name = ev.target.value;
        if (name && !this.state.data.multiple.includes(name)) {
            // One column says it: the one chosen last.
            for (const other of Object.keys(columns)) {
                if (columns[other] === name) {
                    delete columns[other];
                }
            }
        }
        if (name) {
            columns[column] = name;
            this.sheet.read = true;
        } else {
            delete columns[column];
        }
        this.state.changed = true;
    }

    onHeading(ev) {
        this.sheet.heading = parseInt(ev.target.value, 10) || 0;
        this.state.changed = true;
    }

    onRead(ev) {
        this.sheet.read = ev.target.checked;
        this.state.changed = true;
    }

    async apply() {
        const {record} = this.props;
        this.state.busy = true;
        try {
            const layout = this.state.data.sheets.map((one) => ({
                read: one.read,
                heading: one.heading,
                columns: one.columns,
            }));
            await this.orm.call(
                record.resModel,
                "action_read_as",
                [[record.resId], layout],
                {context: record.context},
            );
            await record.load();
            await this.fetch();
        } finally {
            this.state.busy = false;
        }
    }
}

export const tableColumns = {
    component: TableColumns,
    fieldDependencies: [
        {name: "file", type: "binary"},
        {name: "state", type: "selection"},
    ],
};

registry.category("view_widgets").add("metrology_table_columns", tableColumns);
