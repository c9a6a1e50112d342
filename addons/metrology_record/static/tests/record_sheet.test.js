import {describe, expect, test} from "@odoo/hoot";
import {press, queryAll, queryOne} from "@odoo/hoot-dom";
import {advanceTime, animationFrame} from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
    makeServerError,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";

describe.current.tags("desktop");

class MetrologyRecord extends models.Model {
    _name = "metrology.record";

    name = fields.Char();
    state = fields.Char();

    _records = [{id: 1, name: "JL-1", state: "running"}];
    _views = {
        form: `<form><field name="state" invisible="1"/><widget name="metrology_record_sheet"/></form>`,
    };
}

defineMailModels();
defineModels([MetrologyRecord]);

const definition = {
    title: "Gauge",
    blocks: [
        {
            kind: "table",
            name: "points",
            title: "Points",
            rows: {minimum: 1, maximum: 5},
            columns: [
                {name: "p", label: "Standard", type: "number"},
                {name: "r", label: "Reading", type: "number"},
                {name: "error", label: "Error", type: "formula"},
            ],
        },
    ],
};

/** The server's part: error = r - p in hundredths, out of limit above 0.05. */
function answer(data) {
    const rows = (data.tables?.points || []).map((row) => {
        if (!row.p || !row.r) {
            return {error: {}};
        }
        const error = (Number(row.r) - Number(row.p)).toFixed(2);
        return {
            error: {text: error, verdict: Math.abs(error) > 0.05 ? "fail" : "pass"},
        };
    });
    return {
        data,
        result: {tables: {points: rows}, values: {}, verdict: ""},
        problems: [],
        errors: [],
    };
}

function serve(save) {
    const data = {fields: {}, tables: {points: [{p: "0.4"}, {p: "0.8"}]}};
    onRpc("metrology.record", "get_entry_sheet", () => ({
        definition,
        editable: true,
        token: 3,
        corrections: [],
        ...answer(structuredClone(data)),
    }));
    onRpc("metrology.record", "compute_preview", ({args}) => answer(args[1]));
    onRpc("metrology.record", "save_draft", ({args}) => save(args));
}

const cell = (row, position) =>
    queryOne(`[data-block=points][data-row="${row}"][data-position="${position}"]`);

test("typing computes at once and saves by itself under the token", async () => {
    const saved = [];
    serve((args) => {
        saved.push(args);
        return {token: 4, ...answer(args[1])};
    });
    await mountView({resModel: "metrology.record", type: "form", resId: 1});
    await contains(cell(0, 1)).edit("０．５０", {confirm: "tab"});
    expect(cell(0, 1)).toHaveValue("0.50");
    await advanceTime(400);
    await animationFrame();
    const computed = queryAll("td.o_sheet_computed");
    expect(computed[0]).toHaveText(/0\.10/);
    expect(computed[0]).toHaveClass("o_sheet_fail");
    expect(computed[0].querySelector(".badge")).not.toBe(null);
    await advanceTime(2000);
    expect(saved).toHaveLength(1);
    expect(saved[0][2]).toBe(3);
    expect(saved[0][1].tables.points[0]).toEqual({p: "0.4", r: "0.50"});
});

test("Enter goes down, and makes a row after the last one", async () => {
    serve((args) => ({token: 4, ...answer(args[1])}));
    await mountView({resModel: "metrology.record", type: "form", resId: 1});
    cell(0, 1).focus();
    await press("Enter");
    expect(document.activeElement).toBe(cell(1, 1));
    await press("Enter");
    await advanceTime(100);
    await animationFrame();
    expect(queryAll("tbody tr")).toHaveLength(3);
});

test("what is no number is named at its cell and not saved", async () => {
    const saved = [];
    serve((args) => {
        saved.push(args[1]);
        return {token: 4, ...answer(args[1])};
    });
    await mountView({resModel: "metrology.record", type: "form", resId: 1});
    await contains(cell(0, 1)).edit("abc", {confirm: "tab"});
    await contains(cell(1, 1)).edit("0.81", {confirm: "tab"});
    await advanceTime(2000);
    await animationFrame();
    expect(cell(0, 1)).toHaveClass("o_sheet_invalid");
    expect(".o_sheet_typed .text-danger").toHaveText(/abc/);
    expect(saved[0].tables.points).toEqual([{p: "0.4"}, {p: "0.8", r: "0.81"}]);
});

test("a conflict is shown, own values are listed and nothing is overwritten", async () => {
    let calls = 0;
    serve(() => {
        calls++;
        throw makeServerError({
            errorName:
                "odoo.addons.metrology_record.models.metrology_record.EditConflict",
            message: "Ben has saved JL-1",
        });
    });
    await mountView({resModel: "metrology.record", type: "form", resId: 1});
    await contains(cell(0, 1)).edit("0.41", {confirm: "tab"});
    await advanceTime(2000);
    await animationFrame();
    expect(".o_sheet_conflict").toHaveText(/Ben has saved JL-1/);
    expect(".o_sheet_conflict").toHaveText(/Reading, 1: 0\.41/);
    expect(queryAll("input.o_sheet_input")).toHaveLength(0);
    await advanceTime(10000);
    expect(calls).toBe(1);
});
