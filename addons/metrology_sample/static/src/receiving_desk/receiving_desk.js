import {Component, onMounted, onWillStart, useRef, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";

/**
 * Receiving desk: one scan field that keeps the focus, no mouse needed.
 *
 * Scan an order, then each instrument; "=38" receives all that are expected when
 * exactly 38 were counted. Alt+L prints the labels of the order.
 */
export class ReceivingDesk extends Component {
    static template = "metrology_sample.ReceivingDesk";
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.input = useRef("scan");
        this.queue = Promise.resolve();
        this.state = useState({
            busy: false,
            order: null,
            sample: null,
            messages: [],
        });
        onWillStart(async () => {
            const code = this.props.action.params?.code;
            if (code) {
                await this.scan(code);
            }
        });
        onMounted(() => this.focus());
    }

    focus() {
        this.input.el?.focus();
    }

    say(kind, text) {
        this.state.messages.unshift({id: Date.now() + Math.random(), kind, text});
        this.state.messages.splice(6);
    }

    /** Calls run one after another: a second scan waits for the first one's answer. */
    call(method, args) {
        const next = this.queue.then(async () => {
            this.state.busy = true;
            try {
                return await this.orm.silent.call("metrology.sample", method, args());
            } catch (error) {
                this.say("danger", error.data?.message || error.message);
                return null;
            } finally {
                this.state.busy = false;
                this.focus();
            }
        });
        this.queue = next;
        return next;
    }

    onKeydown(event) {
        if (event.key === "Enter") {
            event.preventDefault();
            // The element itself, not a model of it: a scanner types faster than OWL
            // renders, and two codes must not run together.
            const code = this.input.el.value.trim();
            this.input.el.value = "";
            if (code) {
                this.scan(code);
            }
        } else if (event.key === "Escape") {
            this.input.el.value = "";
            this.state.sample = null;
        } else if (event.altKey && event.key.toLowerCase() === "l") {
            event.preventDefault();
            this.printLabels();
        }
    }

    async scan(code) {
        const counted = code.match(/^[=＝]\s*(\d+)$/);
        if (counted && this.state.order) {
            return this.receiveCounted(Number(counted[1]));
        }
        const answer = await this.call("desk_scan", () => [
            code,
            this.state.order?.id || false,
        ]);
        if (!answer) {
            return;
        }
        if (answer.kind === "order") {
            this.state.order = answer.order;
            this.state.sample = null;
            this.say(
                "info",
                _t("Order %s is open: now scan its instruments.", answer.order.name),
            );
        } else if (answer.kind === "received") {
            this.update([answer.sample]);
            this.state.sample = answer.sample;
            this.say(
                "success",
                _t("Received: %(number)s, %(name)s", {
                    number: answer.sample.name,
                    name: answer.sample.instrument,
                }),
            );
        } else {
            this.state.sample = answer.sample;
        }
    }

    async receiveCounted(count) {
        const order = await this.call("desk_count", () => [this.state.order.id, count]);
        if (order) {
            this.state.order = order;
            this.say("success", _t("%s samples received.", count));
        }
    }

    async receiveOne(sample) {
        const rows = await this.call("desk_receive", () => [[sample.id]]);
        if (rows) {
            this.update(rows);
            this.state.sample = rows[0];
            this.say("success", _t("Received: %s", rows[0].name));
        }
    }

    update(rows) {
        const order = this.state.order;
        if (!order) {
            return;
        }
        for (const row of rows) {
            const index = order.samples.findIndex((sample) => sample.id === row.id);
            if (index >= 0) {
                order.samples[index] = row;
            }
        }
        order.expected = order.samples.filter((row) => row.state === "expected").length;
        order.received = order.samples.length - order.expected;
    }

    get rows() {
        const samples = this.state.order?.samples || [];
        const late = (row) => (row.state === "expected" ? 0 : 1);
        return [...samples].sort(
            (one, two) => late(one) - late(two) || one.id - two.id,
        );
    }

    async printLabels() {
        if (!this.state.order?.received) {
            this.say("danger", _t("No sample of the order has been received yet."));
            return;
        }
        const action = await this.orm.call("metrology.order", "action_print_labels", [
            [this.state.order.id],
        ]);
        await this.action.doAction(action, {onClose: () => this.focus()});
    }

    openOrder() {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "metrology.order",
            res_id: this.state.order.id,
            views: [[false, "form"]],
        });
    }

    openSample(sample) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "metrology.sample",
            res_id: sample.id,
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("metrology_sample.receiving_desk", ReceivingDesk);
