import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";
import {registry} from "@web/core/registry";
import {useBus, useService} from "@web/core/utils/hooks";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";
import {
    Component,
    onWillStart,
    onWillUnmount,
    useEffect,
    useExternalListener,
    useRef,
    useState,
} from "@odoo/owl";

import {
    cleanNumber,
    isNumber,
    isNumeric,
    parseBlock,
    pasteBlock,
    readCell,
    typedColumns,
    writeCell,
} from "./typed_data";

const PREVIEW_DELAY = 300;
const SAVE_DELAY = 1200;

/**
 * The sheet of a technical record: everything that is typed, computed and decided, drawn
 * from the definition of its template. It behaves like a spreadsheet and saves by itself;
 * when somebody else has saved in the meantime it says so and overwrites nothing.
 *
 * Used by records and, to try them, by template versions; both answer the methods
 * get_entry_sheet, compute_preview and save_draft.
 */
export class RecordSheet extends Component {
    static template = "metrology_record.RecordSheet";
    static props = {...standardWidgetProps};

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.root = useRef("root");
        this.state = useState({
            sheet: null,
            result: {},
            problems: [],
            errors: [],
            status: "",
            message: "",
            conflict: "",
            mine: [],
            savedOn: "",
            tick: 0,
        });
        this.data = {};
        this.saved = {};
        this.invalid = {};
        this.source = "keyboard";
        this.dirty = false;
        onWillStart(() => this.load());
        // Another record, or another step of this one: read the sheet again.
        let known = null;
        useEffect(
            (...stamp) => {
                // The first save of one's own begins the record: nothing to read again.
                const began =
                    known &&
                    known[0] === stamp[0] &&
                    known[1] === "draft" &&
                    stamp[1] === "running" &&
                    this.token > 0;
                if (known && !began) {
                    this.load();
                }
                known = stamp;
            },
            () => this.stamp,
        );
        useBus(this.props.record.model.bus, "NEED_LOCAL_CHANGES", ({detail}) =>
            detail.proms.push(this.flush()),
        );
        useExternalListener(window, "beforeunload", (ev) => {
            if (this.dirty) {
                this.flush();
                ev.preventDefault();
            }
        });
        onWillUnmount(() => {
            browser.clearTimeout(this.previewTimer);
            if (this.dirty) {
                this.flush();
            }
        });
    }

    get stamp() {
        const {data, resId} = this.props.record;
        return [resId, data.state, data.approval_state, data.definition_hash];
    }

    get model() {
        return this.props.record.resModel;
    }

    get editable() {
        return Boolean(this.state.sheet?.editable) && !this.state.conflict;
    }

    // ---------------------------------------------------------------- server
    async load() {
        const resId = this.props.record.resId;
        if (!resId) {
            this.state.sheet = null;
            return;
        }
        const sheet = await this.orm.call(this.model, "get_entry_sheet", [[resId]]);
        this.data = structuredClone(sheet.data || {});
        this.saved = structuredClone(this.data);
        this.invalid = {};
        this.dirty = false;
        this.token = sheet.token;
        for (const section of ["fields", "tables", "budgets", "items"]) {
            this.data[section] = this.data[section] || {};
        }
        Object.assign(this.state, {
            sheet,
            result: sheet.result || {},
            problems: sheet.problems || [],
            errors: sheet.errors || [],
            status: "",
            message: "",
            conflict: "",
            savedOn: "",
        });
    }

    /** What can be saved: cells that are no numbers keep what was saved before. */
    payload() {
        const data = structuredClone(this.data);
        for (const path of Object.keys(this.invalid)) {
            const [section, block, row, name, index] = path.split("|");
            if (section === "fields") {
                this.restore(data.fields, this.saved.fields, name);
            } else if (section === "tables") {
                const line = data.tables[block]?.[row];
                const before = this.saved.tables?.[block]?.[row];
                if (line && index !== "") {
                    const readings = [...(line[name] || [])];
                    readings[index] = before?.[name]?.[index] || "";
                    line[name] = readings;
                } else if (line) {
                    this.restore(line, before, name);
                }
            } else {
                this.restore(
                    data.budgets[block]?.[row] || {},
                    this.saved.budgets?.[block]?.[row],
                    name,
                );
            }
        }
        return data;
    }

    restore(target, source, name) {
        if (source?.[name] !== undefined) {
            target[name] = source[name];
        } else {
            delete target[name];
        }
    }

    touch() {
        this.dirty = true;
        this.state.status = "typing";
        this.state.tick++;
        browser.clearTimeout(this.previewTimer);
        browser.clearTimeout(this.saveTimer);
        this.previewTimer = browser.setTimeout(() => this.preview(), PREVIEW_DELAY);
        this.saveTimer = browser.setTimeout(() => this.flush(), SAVE_DELAY);
    }

    async preview() {
        const answer = await this.orm.silent.call(this.model, "compute_preview", [
            [this.props.record.resId],
            this.payload(),
        ]);
        this.show(answer);
    }

    show(answer) {
        Object.assign(this.state, {
            result: answer.result,
            problems: answer.problems,
            errors: answer.errors,
        });
    }

    /** Save what is typed; resolves when the server has it. */
    flush() {
        browser.clearTimeout(this.saveTimer);
        this.saving = (this.saving || Promise.resolve()).then(() => this.save());
        return this.saving;
    }

    async save() {
        if (!this.dirty || this.state.conflict || !this.state.sheet?.editable) {
            return;
        }
        const record = this.props.record;
        const data = this.payload();
        this.dirty = false;
        this.state.status = "saving";
        try {
            const answer = await this.orm.silent.call(this.model, "save_draft", [
                [record.resId],
                data,
                this.token,
                ...(this.state.sheet.trial ? [] : [this.source]),
            ]);
            this.source = "keyboard";
            this.token = answer.token;
            this.saved = data;
            this.show(answer);
            this.state.message = "";
            this.state.status = this.dirty ? "typing" : "saved";
            this.state.savedOn = new Date().toLocaleTimeString();
        } catch (error) {
            this.dirty = true;
            if (error.data?.name?.endsWith(".EditConflict")) {
                this.state.conflict = error.data.message;
                this.state.mine = this.unsavedCells();
                this.state.status = "conflict";
                return;
            }
            this.state.status = "error";
            this.state.message =
                error.data?.message ||
                _t(
                    "The server could not be reached. Nothing is lost here: it is tried again.",
                );
            if (!error.data) {
                this.saveTimer = browser.setTimeout(() => this.flush(), 5000);
            }
            return;
        }
        if (record.data.state === "draft" && !this.state.sheet.trial) {
            await record.load();
        }
    }

    /** Own values that were not saved, to be typed again after a conflict. */
    unsavedCells() {
        const cells = [];
        for (const block of this.state.sheet.definition.blocks) {
            if (block.kind === "table") {
                (this.data.tables[block.name] || []).forEach((row, index) => {
                    for (const cell of typedColumns(block)) {
                        const before = this.saved.tables?.[block.name]?.[index];
                        const text = readCell(row, cell);
                        if (text !== readCell(before, cell)) {
                            const label = cell.column.label || cell.column.name;
                            cells.push(`${label}, ${index + 1}: ${text}`);
                        }
                    }
                });
            } else if (block.kind === "fields") {
                for (const field of block.fields) {
                    const text = this.data.fields[field.name] ?? "";
                    if (text !== (this.saved.fields?.[field.name] ?? "")) {
                        cells.push(`${field.label || field.name}: ${text}`);
                    }
                }
            }
        }
        return cells.slice(0, 30);
    }

    async reload() {
        this.dirty = false;
        await this.load();
        await this.props.record.load();
    }

    // ----------------------------------------------------------------- cells
    path(section, block, row, name, index) {
        return [section, block ?? "", row ?? "", name, index ?? ""].join("|");
    }

    /** Check one typed text; what is no number is kept on screen and named. */
    check(path, item, text) {
        delete this.invalid[path];
        if (isNumeric(item) && text && !isNumber(text)) {
            this.invalid[path] = _t("“%s” is not a number", text);
        }
    }

    onField(field, ev, commit) {
        let value = ev.target.type === "checkbox" ? ev.target.checked : ev.target.value;
        if (isNumeric(field)) {
            if (commit) {
                value = cleanNumber(value);
                ev.target.value = value;
            }
            this.check(
                this.path("fields", "", "", field.name),
                field,
                cleanNumber(value),
            );
        }
        this.data.fields[field.name] = value;
        this.touch();
    }

    rows(block) {
        if (!this.data.tables[block.name]) {
            this.data.tables[block.name] = [];
        }
        return this.data.tables[block.name];
    }

    cells(block) {
        return typedColumns(block);
    }

    cellText(block, row, cell) {
        return readCell(this.rows(block)[row], cell);
    }

    onCell(block, row, cell, ev, commit) {
        let text = ev.target.value;
        if (isNumeric(cell.column)) {
            if (commit) {
                text = cleanNumber(text);
                ev.target.value = text;
            }
            this.check(
                this.path("tables", block.name, row, cell.column.name, cell.index),
                cell.column,
                cleanNumber(text),
            );
        }
        writeCell(this.rows(block)[row], cell, text);
        this.touch();
    }

    onQuantity(block, quantity, key, ev, commit) {
        const text = commit ? cleanNumber(ev.target.value) : ev.target.value;
        if (commit) {
            ev.target.value = text;
        }
        const budgets = this.data.budgets;
        budgets[block.name] = budgets[block.name] || {};
        budgets[block.name][quantity.name] = budgets[block.name][quantity.name] || {};
        budgets[block.name][quantity.name][key] = text;
        this.check(
            this.path("budgets", block.name, quantity.name, key),
            {type: "number"},
            cleanNumber(text),
        );
        this.touch();
    }

    quantityText(block, quantity, key) {
        return this.data.budgets[block.name]?.[quantity.name]?.[key] ?? "";
    }

    onItem(block, item, key, value) {
        const items = this.data.items;
        items[block.name] = items[block.name] || {};
        const entry = items[block.name][item.name] || {state: "", reason: ""};
        items[block.name][item.name] = {...entry, [key]: value};
        this.touch();
    }

    itemValue(block, item, key) {
        return this.data.items[block.name]?.[item.name]?.[key] ?? "";
    }

    allDone(block) {
        for (const item of block.items) {
            if (!this.itemValue(block, item, "state")) {
                this.onItem(block, item, "state", "done");
            }
        }
    }

    /** Message of a cell: not a number, refused by the server, or no value computed. */
    cellMessage(section, block, row, name, index) {
        const key = section === "budgets" ? `${row}.${name}` : name;
        const local = this.invalid[this.path(section, block, row, name, index)];
        if (local) {
            return local;
        }
        const number = section === "tables" ? row : null;
        const found = [
            ...this.state.problems,
            ...(this.state.result.errors || []),
        ].find(
            (one) =>
                one.cell === key &&
                (section === "fields" || one.block === block) &&
                (one.row ?? null) === number,
        );
        return found?.message || "";
    }

    noteMessage(block, row, name) {
        const found = (this.state.result.notes || []).find(
            (one) => one.block === block && one.cell === name && one.row === row,
        );
        return found?.message || "";
    }

    oldValues(block, row, name, index) {
        const cell =
            index === null || index === undefined ? name : `${name}/${index + 1}`;
        return (this.state.sheet.corrections || [])
            .filter(
                (one) => one.block === block && one.row === row && one.cell === cell,
            )
            .map((one) => one.old)
            .filter(Boolean);
    }

    computed(block, row, name) {
        return this.state.result.tables?.[block.name]?.[row]?.[name] || {};
    }

    value(name) {
        return this.state.result.values?.[name] || {};
    }

    choices(item) {
        return (item.choices || []).map((one) =>
            typeof one === "string"
                ? {value: one, label: one}
                : {label: one.value, ...one},
        );
    }

    choiceLabel(item, value) {
        return this.choices(item).find((one) => one.value === value)?.label || value;
    }

    verdictLabel(verdict) {
        return {
            pass: _t("Pass"),
            fail: _t("Fail"),
            undetermined: _t("Undetermined"),
            "": _t("Waiting"),
        }[verdict || ""];
    }

    verdictClass(verdict) {
        return {
            pass: "text-bg-success",
            fail: "text-bg-danger",
            undetermined: "text-bg-warning",
            "": "text-bg-light border",
        }[verdict || ""];
    }

    ruleLabel(rule) {
        return {
            regulation: _t(
                "Rule: by the regulation, the error is compared with the MPE",
            ),
            jjf1094: _t("Rule: JJF 1094"),
            ilac_g8: _t("Rule: ILAC-G8, guard band by the uncertainty"),
        }[rule];
    }

    distLabel(dist) {
        return (
            {
                normal: _t("normal"),
                rect: _t("rectangular"),
                tri: _t("triangular"),
                arcsine: _t("arcsine"),
                two_point: _t("two-point"),
                trap: _t("trapezoidal"),
                ctrap: _t("curvilinear trapezoid"),
                t: _t("t"),
                obs: _t("observations"),
                pooled: _t("pooled s"),
                prior: _t("prior s"),
            }[dist] || dist
        );
    }

    parameterLabel(key) {
        return {x: _t("estimate"), a: _t("half-width a"), sp: "s_p"}[key] || key;
    }

    parameters(block) {
        const order = [
            "x",
            "U",
            "k",
            "p",
            "u",
            "a",
            "lo",
            "hi",
            "beta",
            "d",
            "s",
            "sp",
            "n",
            "dof",
        ];
        return order.filter((key) =>
            block.quantities.some((one) => one.inputs?.includes(key)),
        );
    }

    budgetResults(block) {
        return (this.state.result.budgets?.[block.name] || []).filter(
            (one) => "y" in one,
        );
    }

    budgetQuantity(block, name) {
        const result = (this.state.result.budgets?.[block.name] || [])[0];
        return result?.quantities?.find((one) => one.name === name) || {};
    }

    checks(block) {
        return (this.state.result.checks || []).filter(
            (one) => one.block === block.name,
        );
    }

    checkSpec(block, name) {
        return block.checks.find((one) => one.name === name) || {};
    }

    conclusion(block) {
        return (
            (this.state.result.conclusions || []).find(
                (one) => one.block === block.name,
            ) || {}
        );
    }

    groups(block) {
        const groups = [];
        let some = false;
        for (const column of block.columns) {
            const span = column.type === "readings" ? column.count || 3 : 1;
            const label = column.group || "";
            some = some || Boolean(label);
            const last = groups[groups.length - 1];
            if (last && label && last.label === label) {
                last.span += span;
            } else {
                groups.push({label, span, key: column.name});
            }
        }
        return some ? groups : [];
    }

    tableColumns(block) {
        // every column with the index of its first typed cell
        let index = 0;
        return block.columns.map((column) => {
            const typed = column.type !== "formula";
            const count = column.type === "readings" ? column.count || 3 : 1;
            const entry = {column, first: index, cells: []};
            if (typed) {
                for (let i = 0; i < count; i++) {
                    entry.cells.push({
                        column,
                        index: column.type === "readings" ? i : null,
                        position: index + i,
                    });
                }
                index += count;
            }
            return entry;
        });
    }

    // ------------------------------------------------------------------ rows
    maximum(block) {
        return block.rows?.maximum || 50;
    }

    addRow(block) {
        const rows = this.rows(block);
        if (rows.length < this.maximum(block)) {
            rows.push({});
            this.touch();
        }
    }

    removeRow(block, index) {
        this.rows(block).splice(index, 1);
        for (const path of Object.keys(this.invalid)) {
            if (path.startsWith(`tables|${block.name}|`)) {
                delete this.invalid[path];
            }
        }
        this.touch();
    }

    suggestion(block) {
        const suggestion = this.state.result.suggest?.[block.name];
        if (!suggestion || !this.editable) {
            return null;
        }
        const typed = this.rows(block).some((row) => row[suggestion.column]);
        return typed ? null : suggestion;
    }

    insertPoints(block) {
        const {column, values} = this.suggestion(block);
        const rows = this.rows(block);
        values.forEach((value, index) => {
            rows[index] = {...(rows[index] || {}), [column]: value};
        });
        this.touch();
    }

    fillDown(block, rowIndex, cell) {
        const rows = this.rows(block);
        const text = readCell(rows[rowIndex], cell);
        let count = 0;
        for (let index = rowIndex + 1; index < rows.length; index++) {
            if (!readCell(rows[index], cell)) {
                writeCell(rows[index], cell, text);
                count++;
            }
        }
        if (count) {
            this.touch();
        }
    }

    // -------------------------------------------------------------- keyboard
    focusCell(block, row, position) {
        const input = this.root.el?.querySelector(
            `[data-block="${block.name}"][data-row="${row}"][data-position="${position}"]`,
        );
        if (input) {
            input.focus();
            input.select?.();
        }
        return Boolean(input);
    }

    onKeydown(block, row, cell, ev) {
        const input = ev.target;
        const isSelect = input.tagName === "SELECT";
        const all =
            !isSelect &&
            input.selectionStart === 0 &&
            input.selectionEnd === input.value.length;
        const move = (down, right) => {
            if (this.focusCell(block, row + down, cell.position + right)) {
                ev.preventDefault();
            }
        };
        if (ev.key === "Enter") {
            ev.preventDefault();
            const down = ev.shiftKey ? -1 : 1;
            if (!this.focusCell(block, row + down, cell.position) && down > 0) {
                this.addRow(block);
                browser.setTimeout(
                    () => this.focusCell(block, row + 1, cell.position),
                    50,
                );
            }
        } else if (ev.key === "ArrowDown" && !isSelect) {
            move(1, 0);
        } else if (ev.key === "ArrowUp" && !isSelect) {
            move(-1, 0);
        } else if (
            ev.key === "ArrowLeft" &&
            !isSelect &&
            (all || input.selectionEnd === 0)
        ) {
            move(0, -1);
        } else if (
            ev.key === "ArrowRight" &&
            !isSelect &&
            (all || input.selectionStart === input.value.length)
        ) {
            move(0, 1);
        } else if (ev.key.toLowerCase() === "d" && (ev.ctrlKey || ev.metaKey)) {
            ev.preventDefault();
            if (!input.value && row > 0) {
                const text = readCell(this.rows(block)[row - 1], cell);
                writeCell(this.rows(block)[row], cell, text);
                this.touch();
            } else {
                this.fillDown(block, row, cell);
            }
        } else if (ev.key === "Escape") {
            const before = readCell(this.saved.tables?.[block.name]?.[row], cell);
            input.value = before;
            this.onCell(block, row, cell, ev, true);
        }
    }

    onKeydownBudget(block, row, position, ev) {
        const step = {Enter: ev.shiftKey ? -1 : 1, ArrowDown: 1, ArrowUp: -1}[ev.key];
        if (!step) {
            return;
        }
        ev.preventDefault();
        // quantities without this parameter are passed over
        for (
            let next = row + step;
            next >= 0 && next < block.quantities.length;
            next += step
        ) {
            if (this.focusCell(block, next, position)) {
                return;
            }
        }
    }

    onPaste(block, row, cell, ev) {
        const pasted = parseBlock(ev.clipboardData.getData("text/plain"));
        this.source = "paste";
        if (pasted.length === 1 && pasted[0].length === 1) {
            return;
        }
        ev.preventDefault();
        const cells = typedColumns(block);
        const left = pasteBlock(
            this.rows(block),
            cells,
            row,
            cell.position,
            pasted,
            this.maximum(block),
        );
        this.rows(block).forEach((line, index) => {
            for (const one of cells) {
                this.check(
                    this.path("tables", block.name, index, one.column.name, one.index),
                    one.column,
                    readCell(line, one),
                );
            }
        });
        if (left) {
            this.notification.add(
                _t(
                    "%s pasted cells found no room in the table and were left out.",
                    left,
                ),
                {type: "warning"},
            );
        }
        this.touch();
    }

    get statusText() {
        const texts = {
            typing: _t("Not saved yet…"),
            saving: _t("Saving…"),
            saved: _t("Saved %s", this.state.savedOn),
            error: this.state.message,
        };
        return texts[this.state.status] || "";
    }

    get invalidCount() {
        return this.state.tick >= 0 ? Object.keys(this.invalid).length : 0;
    }
}

export const recordSheet = {
    component: RecordSheet,
    fieldDependencies: [],
};

registry.category("view_widgets").add("metrology_record_sheet", recordSheet);
