import {Component, onWillStart, onWillUnmount, useState} from "@odoo/owl";
import {browser} from "@web/core/browser/browser";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useBus, useService} from "@web/core/utils/hooks";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";

const {DateTime} = luxon;
/** How often the age of readings is looked at, in milliseconds. */
const TICK = 10000;
const WIDTH = 120;
const HEIGHT = 28;
const POINTS = 48;

/**
 * The conditions of all rooms as they are now. New readings come over the bus and are
 * shown without reloading; a value older than its room allows turns grey by itself.
 */
export class EnvironmentLive extends Component {
    static template = "metrology_environment.Live";
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.busService = useService("bus_service");
        this.state = useState({rooms: [], now: Date.now(), search: "", only: "all"});
        this.onReading = this.onReading.bind(this);
        onWillStart(() => this.load());
        this.busService.addChannel("metrology_environment");
        this.busService.subscribe("metrology_environment/reading", this.onReading);
        // After the connection was lost, what came in between is read again.
        this.reload = () => this.load();
        useBus(this.busService, "BUS:RECONNECT", this.reload);
        this.timer = browser.setInterval(() => (this.state.now = Date.now()), TICK);
        onWillUnmount(() => {
            browser.clearInterval(this.timer);
            this.busService.unsubscribe(
                "metrology_environment/reading",
                this.onReading,
            );
            this.busService.deleteChannel("metrology_environment");
        });
    }

    async load() {
        this.state.rooms = await this.orm.call("metrology.room", "get_live_rooms", []);
        this.state.now = Date.now();
    }

    onReading({room: id, stopped, values}) {
        const room = this.state.rooms.find((one) => one.id === id);
        if (!room) {
            return;
        }
        room.stopped = stopped;
        for (const fresh of values) {
            const shown = room.values.find((one) => one.element === fresh.element);
            if (!shown) {
                this.load();
            } else if (!shown.time || fresh.time >= shown.time) {
                Object.assign(shown, fresh);
                shown.trace = [...shown.trace.slice(1 - POINTS), Number(fresh.value)];
            }
        }
        this.state.now = Date.now();
    }

    get rooms() {
        const words = this.state.search.trim().toLowerCase();
        return this.state.rooms.filter(
            (room) =>
                (!words ||
                    `${room.name} ${room.department}`.toLowerCase().includes(words)) &&
                (this.state.only === "all" || this.status(room) === this.state.only),
        );
    }

    isStale(room, value) {
        if (!value.time) {
            return true;
        }
        const time = DateTime.fromSQL(value.time, {zone: "utc"}).toMillis();
        return this.state.now - time > room.valid_minutes * 60000;
    }

    status(room) {
        const fresh = room.values.filter((value) => !this.isStale(room, value));
        if (room.stopped || fresh.some((value) => value.out)) {
            return "out";
        }
        return fresh.length ? "ok" : "stale";
    }

    statusText(room) {
        if (room.stopped) {
            return _t("Work stopped");
        }
        return {
            out: _t("Out of limits"),
            ok: _t("Within limits"),
            stale: _t("No recent reading"),
        }[this.status(room)];
    }

    count(status) {
        return this.state.rooms.filter((room) => this.status(room) === status).length;
    }

    age(value) {
        if (!value.time) {
            return _t("never read");
        }
        const time = DateTime.fromSQL(value.time, {zone: "utc"});
        return time.toRelative({base: DateTime.fromMillis(this.state.now)}) || "";
    }

    /** The path of the small line behind a value. */
    line(value) {
        const points = value.trace.filter((one) => Number.isFinite(one));
        if (points.length < 2) {
            return "";
        }
        const low = Math.min(...points);
        const span = Math.max(...points) - low || 1;
        return points
            .map((one, index) => {
                const x = (index * WIDTH) / (points.length - 1);
                const y = HEIGHT - 2 - ((one - low) / span) * (HEIGHT - 4);
                return `${index ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
            })
            .join("");
    }

    choose(status) {
        this.state.only = this.state.only === status ? "all" : status;
    }

    openRoom(room) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "metrology.room",
            res_id: room.id,
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("metrology_environment.live", EnvironmentLive);
