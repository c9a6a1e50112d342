import {describe, expect, test} from "@odoo/hoot";
import {queryOne} from "@odoo/hoot-dom";
import {advanceTime, animationFrame} from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
    MockServer,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {INTERVAL} from "@metrology_impact/progress/progress";

describe.current.tags("desktop");

class MetrologyImpactAnalysis extends models.Model {
    _name = "metrology.impact.analysis";

    note = fields.Char();
    listing_state = fields.Char();
    listing_progress = fields.Float();
    listing_done = fields.Char();

    _records = [
        {
            id: 1,
            listing_state: "running",
            listing_progress: 20,
            listing_done: "20 of 100",
        },
    ];
    _views = {
        form: `<form>
            <field name="listing_state"/>
            <field name="note"/>
            <field name="listing_progress" widget="metrology_impact_progress"/>
        </form>`,
    };
}

defineMailModels();
defineModels([MetrologyImpactAnalysis]);

const bar = () => queryOne(".progress-bar").style.width;

async function mount() {
    await mountView({type: "form", resModel: "metrology.impact.analysis", resId: 1});
}

async function wait() {
    await advanceTime(INTERVAL);
    await animationFrame();
}

test("the bar moves while the listing is under way", async () => {
    onRpc("get_listing_state", () => ({
        state: "running",
        progress: 60,
        text: "60 of 100",
    }));
    await mount();
    expect(bar()).toBe("20%");
    await wait();
    expect(bar()).toBe("60%");
    expect(".o_field_metrology_impact_progress").toHaveText(/60 of 100/);
});

test("once it ended the form is read again, and nothing is asked any more", async () => {
    onRpc("get_listing_state", () => {
        expect.step("asked");
        MockServer.env["metrology.impact.analysis"].write([1], {
            listing_state: "complete",
        });
        return {state: "complete", progress: 0, text: ""};
    });
    onRpc("web_read", () => expect.step("read"));
    await mount();
    await wait();
    await wait();
    expect.verifySteps(["read", "asked", "read"]);
    expect("div[name=listing_state] input").toHaveValue("complete");
});

test("what somebody is just writing is not lost", async () => {
    onRpc("get_listing_state", () => ({state: "complete", progress: 0, text: ""}));
    await mount();
    await contains("div[name=note] input").edit("overloaded", {confirm: false});
    await wait();
    expect("div[name=note] input").toHaveValue("overloaded");
});
