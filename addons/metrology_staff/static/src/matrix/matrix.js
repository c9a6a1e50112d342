import {Component, onMounted, onWillStart, useRef, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";

// Only the rows and columns in view are drawn: 200 persons x 500 capabilities are
// 100 000 cells, which no browser draws pleasantly.
const ROW = 30;
const COLUMN = 34;
const SPARE = 6;

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
        this.data = {persons: [], capabilities: [], cells: {}};
        this.state = useState({
            loading: true,
            version: 0,
            activity: "execute",
            day: "",
            department: "",
            search: "",
            gapsOnly: false,
            top: 0,
            left: 0,
            height: 600,
            width: 900,
        });
        onWillStart(async () => {
            this.options = await this.orm.call(MODEL, "get_options", []);
            this.state.day = this.options.today;
            await this.load();
        });
        onMounted(() => this.onScroll());
    }

    async load() {
        this.state.loading = true;
        this.data = await this.orm.call(MODEL, "get_matrix", [], {
            activity: this.state.activity,
            day: this.state.day || null,
            department_id: parseInt(this.state.department, 10) || null,
        });
        this.state.loading = false;
        this.state.version++;
    }

    onScroll() {
        const body = this.body.el;
        if (!body) {
            return;
        }
        this.state.top = body.scrollTop;
        this.state.left = body.scrollLeft;
        this.state.height = body.clientHeight;
        this.state.width = body.clientWidth;
    }

    get capabilities() {
        const words = this.state.search.trim().toLowerCase();
        return this.data.capabilities.filter(
            (row) =>
                (!this.state.gapsOnly || row.gap || row.note) &&
                (!words || row.name.toLowerCase().includes(words)),
        );
    }

    get gaps() {
        return this.data.capabilities.filter((row) => row.gap).length;
    }

    get visible() {
        const rows = this.capabilities;
        const first = Math.max(0, Math.floor(this.state.top / ROW) - SPARE);
        const last = Math.ceil((this.state.top + this.state.height) / ROW) + SPARE;
        const start = Math.max(0, Math.floor(this.state.left / COLUMN) - SPARE);
        const end = Math.ceil((this.state.left + this.state.width) / COLUMN) + SPARE;
        return {
            rows: rows.slice(first, last).map((row, index) => ({
                ...row,
                top: (first + index) * ROW,
            })),
            persons: this.data.persons.slice(start, end).map((person, index) => ({
                ...person,
                left: (start + index) * COLUMN,
            })),
            height: rows.length * ROW,
            width: this.data.persons.length * COLUMN,
        };
    }

    cell(row, person) {
        return (this.data.cells[row.id] || {})[person.id] || "";
    }

    title(row, person) {
        const state = this.cell(row, person);
        return `${person.name} · ${row.name}\n${state ? this.labels[state] : _t("Not authorized")}`;
    }

    openCell(row, person) {
        return this.action.doAction("metrology_staff.action_authorization", {
            additionalContext: {
                search_default_in_force: 0,
                search_default_employee_id: person.id,
                search_default_capability_id: row.id,
                default_employee_id: person.id,
                default_capability_id: row.id,
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
}

registry.category("actions").add("metrology_staff.matrix", AuthorizationMatrix);
