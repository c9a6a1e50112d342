import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";
import {Component, useRef} from "@odoo/owl";

/**
 * Groups of readings as a grid: a column for each group, a row for each reading.
 *
 * Readings stay the text that was typed. A block pasted from a spreadsheet fills the
 * cells from where it is pasted; Enter and the arrows move to the next reading.
 */
export class ReadingsGrid extends Component {
    static template = "metrology_standard.ReadingsGrid";
    static props = {...standardFieldProps};

    setup() {
        this.root = useRef("root");
    }

    get data() {
        return this.props.record.data;
    }

    get groups() {
        const groups = this.data[this.props.name] || [];
        return groups.length ? groups : [{date: "", readings: []}];
    }

    get results() {
        return (this.data.result && this.data.result.groups) || [];
    }

    get rows() {
        const planned = this.data.planned_readings || 10;
        const most = Math.max(
            planned,
            ...this.groups.map((group) => (group.readings || []).length),
        );
        return [...Array(most).keys()];
    }

    get oneGroup() {
        return this.data.kind === "repeatability" || this.data.method === "years";
    }

    reading(group, row) {
        return (group.readings || [])[row] || "";
    }

    bad(group, row) {
        const text = this.reading(group, row);
        return text && !/^[+\-−]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?$/i.test(text);
    }

    change(update) {
        const groups = this.groups.map((group) => ({
            date: group.date || "",
            readings: [...(group.readings || [])],
        }));
        update(groups);
        return this.props.record.update({[this.props.name]: groups});
    }

    setReading(column, row, text) {
        return this.change((groups) => {
            const readings = groups[column].readings;
            while (readings.length <= row) {
                readings.push("");
            }
            readings[row] = text.trim();
            while (readings.length && !readings[readings.length - 1]) {
                readings.pop();
            }
        });
    }

    setDate(column, day) {
        return this.change((groups) => {
            groups[column].date = day || "";
        });
    }

    addGroup() {
        return this.change((groups) => groups.push({date: "", readings: []}));
    }

    removeGroup(column) {
        return this.change((groups) => groups.splice(column, 1));
    }

    onPaste(event, column, row) {
        const text = event.clipboardData.getData("text/plain").trimEnd();
        const block = text.split(/\r?\n/).map((line) => line.split("\t"));
        if (block.length === 1 && block[0].length === 1) {
            return;
        }
        event.preventDefault();
        this.change((groups) => {
            block.forEach((cells, down) => {
                cells.forEach((cell, across) => {
                    const target = column + across;
                    if (target >= groups.length) {
                        return;
                    }
                    const readings = groups[target].readings;
                    while (readings.length <= row + down) {
                        readings.push("");
                    }
                    readings[row + down] = cell.trim();
                });
            });
        });
    }

    onKeydown(event, column, row) {
        const step = {
            Enter: [0, 1],
            ArrowDown: [0, 1],
            ArrowUp: [0, -1],
        }[event.key];
        if (!step) {
            return;
        }
        event.preventDefault();
        const next = this.root.el.querySelector(
            `input[data-cell="${column + step[0]},${row + step[1]}"]`,
        );
        if (next) {
            next.focus();
            next.select();
        }
    }
}

registry.category("fields").add("metrology_readings", {
    component: ReadingsGrid,
    supportedTypes: ["json"],
});
