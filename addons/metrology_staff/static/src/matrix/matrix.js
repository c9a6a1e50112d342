import {
    Component,
    onMounted,
    onWillStart,
    useEffect,
    useRef,
    useState,
} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {download} from "@web/core/network/download";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";

// Only the rows and columns in view are drawn: 200 persons x 500 capabilities are
// 100 000 cells, which no browser draws pleasantly.
const ROW = 30;
const COLUMN = 34;
const SPARE = 4;
// Width of the sticky columns, height of the sticky heads.
const LEFT = 492;
const TOP = 112;

const MODEL = "metrology.authorization.matrix";

export class AuthorizationMatrix extends Component {
    static template = "metrology_staff.AuthorizationMatrix";
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.body = useRef("body");
        this.symbols = {
            valid: "●",
            expiring: "◐",
            expired: "○",
            suspended: "‖",
            blocked: "✕",
            upcoming: "▷",
        };
        this.labels = {
            valid: _t("Valid"),
            expiring: _t("Expiring"),
            expired: _t("Expired"),
            suspended: _t("Suspended"),
            blocked: _t("Not Usable"),
            upcoming: _t("Upcoming"),
        };
        this.left = LEFT;
        this.top = TOP;
        this.data = {persons: [], capabilities: [], cells: {}, papers: {}};
        this.state = useState({
            loading: true,
            version: 0,
            activity: "execute",
            day: "",
            department: "",
            discipline: "",
            days: 60,
            show: "all",
            search: "",
            person: "",
            // The window that is drawn, in rows and columns.
            firstRow: 0,
            lastRow: 30,
            firstColumn: 0,
            lastColumn: 40,
            // Where the keyboard is.
            row: 0,
            column: 0,
        });
        onWillStart(async () => {
            this.options = await this.orm.call(MODEL, "get_options", []);
            this.state.day = this.options.today;
            this.state.days = this.options.days;
        });
        onMounted(() => this.load());
        useEffect(
            () => this.measure(),
            () => [this.state.version],
        );
    }

    get choice() {
        return {
            activity: this.state.activity,
            day: this.state.day || null,
            department_id: parseInt(this.state.department, 10) || null,
            discipline: this.state.discipline || null,
            days: parseInt(this.state.days, 10) || 0,
        };
    }

    async load() {
        this.state.loading = true;
        this.data = await this.orm.call(MODEL, "get_matrix", [], this.choice);
        this.state.loading = false;
        this.filter();
    }

    /** Choose the rows and columns; typing asks nothing of the server. */
    filter() {
        const words = this.state.search.trim().toLowerCase();
        const name = this.state.person.trim().toLowerCase();
        const show = this.state.show;
        this.rows = this.data.capabilities.filter(
            (row) =>
                (show === "all" ||
                    (show === "gap" && row.gap) ||
                    (show === "expiring" && row.expiring) ||
                    (show === "care" && (row.gap || row.expiring || row.note))) &&
                (!words || row.name.toLowerCase().includes(words)),
        );
        this.columns = this.data.persons.filter(
            (person) =>
                !name ||
                `${person.name} ${person.department}`.toLowerCase().includes(name),
        );
        const gaps = this.rows.filter((row) => row.gap);
        const sum = (key) => gaps.reduce((total, row) => total + row[key], 0);
        this.summary = {
            gaps: gaps.length,
            orders: sum("orders"),
            jobs: sum("jobs"),
            amount: sum("amount"),
        };
        this.state.row = 0;
        this.state.column = 0;
        this.state.version++;
    }

    rows = [];
    columns = [];
    summary = {gaps: 0, orders: 0, jobs: 0, amount: 0};

    measure() {
        const body = this.body.el;
        if (!body) {
            return;
        }
        const window = {
            firstRow: Math.max(0, Math.floor(body.scrollTop / ROW) - SPARE),
            lastRow: Math.ceil((body.scrollTop + body.clientHeight) / ROW) + SPARE,
            firstColumn: Math.max(0, Math.floor(body.scrollLeft / COLUMN) - SPARE),
            lastColumn:
                Math.ceil((body.scrollLeft + body.clientWidth - LEFT) / COLUMN) + SPARE,
        };
        // Written only when it changes: scrolling within a row draws nothing.
        for (const key in window) {
            if (this.state[key] !== window[key]) {
                this.state[key] = window[key];
            }
        }
    }

    onScroll() {
        if (!this.frame) {
            this.frame = requestAnimationFrame(() => {
                this.frame = null;
                this.measure();
            });
        }
    }

    get visible() {
        const {firstRow, lastRow, firstColumn, lastColumn} = this.state;
        return {
            rows: this.rows.slice(firstRow, lastRow).map((row, index) => ({
                ...row,
                index: firstRow + index,
                top: TOP + (firstRow + index) * ROW,
            })),
            persons: this.columns
                .slice(firstColumn, lastColumn)
                .map((person, index) => ({
                    ...person,
                    index: firstColumn + index,
                    left: LEFT + (firstColumn + index) * COLUMN,
                })),
            height: TOP + this.rows.length * ROW,
            width: LEFT + this.columns.length * COLUMN,
        };
    }

    cell(row, person) {
        return (this.data.cells[row.id] || {})[person.id] || "";
    }

    title(row, person) {
        const state = this.cell(row, person);
        const paper = (this.data.papers[row.id] || {})[person.id];
        const text = state ? this.labels[state] : _t("Not authorized");
        const until = paper ? ` → ${paper[1]}` : "";
        return `${person.name} · ${row.name}\n${text}${until}`;
    }

    money(amount) {
        const [symbol, position] = this.options.currency;
        const number = amount.toLocaleString(undefined, {maximumFractionDigits: 0});
        return position === "after" ? `${number} ${symbol}` : `${symbol}${number}`;
    }

    /** Open the authorization behind a cell, or a new one with what is known of it. */
    openCell(row, person) {
        const paper = (this.data.papers[row.id] || {})[person.id];
        if (!paper && !this.options.can_create) {
            return this.openCapability(row);
        }
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "metrology.authorization",
            res_id: paper ? paper[0] : false,
            views: [[false, "form"]],
            context: {
                default_employee_id: person.id,
                default_capability_id: row.id,
                default_activity: row.activity,
            },
        });
    }

    openCapability(row) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "metrology.capability",
            res_id: row.id,
            views: [[false, "form"]],
        });
    }

    onKeydown(event) {
        const page = Math.max(
            1,
            Math.floor((this.body.el.clientHeight - TOP) / ROW) - 1,
        );
        const moves = {
            ArrowDown: [1, 0],
            ArrowUp: [-1, 0],
            ArrowRight: [0, 1],
            ArrowLeft: [0, -1],
            PageDown: [page, 0],
            PageUp: [-page, 0],
            Home: [0, -this.columns.length],
            End: [0, this.columns.length],
        };
        if (event.key === "Enter") {
            const row = this.rows[this.state.row];
            const person = this.columns[this.state.column];
            if (row && person) {
                event.preventDefault();
                this.openCell(row, person);
            }
            return;
        }
        const move = moves[event.key];
        if (!move) {
            return;
        }
        event.preventDefault();
        const within = (value, count) => Math.min(Math.max(value, 0), count - 1);
        this.state.row = within(this.state.row + move[0], this.rows.length);
        this.state.column = within(this.state.column + move[1], this.columns.length);
        this.reveal();
    }

    /** Scroll until the cell of the keyboard is in view. */
    reveal() {
        const body = this.body.el;
        const top = this.state.row * ROW;
        const left = this.state.column * COLUMN;
        const height = body.clientHeight - TOP - ROW;
        const width = body.clientWidth - LEFT - COLUMN;
        body.scrollTop = Math.min(Math.max(body.scrollTop, top - height), top);
        body.scrollLeft = Math.min(Math.max(body.scrollLeft, left - width), left);
        this.measure();
    }

    export() {
        const data = {};
        for (const [key, value] of Object.entries(this.choice)) {
            data[key] = value === null ? "" : value;
        }
        return download({url: "/metrology/persons-capabilities.xlsx", data});
    }
}

registry.category("actions").add("metrology_staff.matrix", AuthorizationMatrix);
