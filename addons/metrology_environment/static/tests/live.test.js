import {describe, expect, test} from "@odoo/hoot";
import {queryAll, queryFirst} from "@odoo/hoot-dom";
import {advanceTime, animationFrame, mockDate} from "@odoo/hoot-mock";
import {WebClient} from "@web/webclient/webclient";
import {
    contains,
    getService,
    MockServer,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import {waitForChannels} from "@bus/../tests/bus_test_helpers";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";

describe.current.tags("desktop");
defineMailModels();

const ROOMS = [
    {
        id: 1,
        name: "101 Pressure",
        department: "Mechanics",
        valid_minutes: 30,
        stopped: false,
        values: [
            {
                element: 7,
                name: "Temperature",
                unit: "℃",
                value: "20.1",
                time: "2026-05-12 08:00:00",
                out: false,
                limit: "18…22",
                trace: [20, 20.1],
            },
        ],
    },
    {
        id: 2,
        name: "102 Mass",
        department: "Mechanics",
        valid_minutes: 30,
        stopped: false,
        values: [
            {
                element: 7,
                name: "Temperature",
                unit: "℃",
                value: false,
                time: false,
                out: false,
                limit: false,
                trace: [],
            },
        ],
    },
];

async function openPage() {
    mockDate("2026-05-12 08:10:00", 0);
    onRpc("metrology.room", "get_live_rooms", () => {
        expect.step("load");
        return structuredClone(ROOMS);
    });
    await mountWithCleanup(WebClient);
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "metrology_environment.live",
    });
    await animationFrame();
    await waitForChannels(["metrology_environment"]);
    expect.verifySteps(["load"]);
}

test("a reading that is posted is shown without reloading", async () => {
    await openPage();
    expect("[data-room='1'] .o_live_number").toHaveText("20.1");
    expect("[data-room='1']").toHaveClass("o_live_ok");
    MockServer.env["bus.bus"]._sendone(
        "metrology_environment",
        "metrology_environment/reading",
        {
            room: 1,
            stopped: true,
            values: [
                {element: 7, value: "22.5", time: "2026-05-12 08:09:00", out: true},
            ],
        },
    );
    await advanceTime(1000);
    await animationFrame();
    expect("[data-room='1'] .o_live_number").toHaveText("22.5");
    expect("[data-room='1']").toHaveClass("o_live_out");
    expect("[data-room='1'] .o_live_badge").toHaveText("Work stopped");
    expect("[data-room='1'] .o_live_value").toHaveClass("o_live_exceeded");
    expect.verifySteps([]);
});

test("a value turns grey when it is older than its room allows", async () => {
    await openPage();
    expect("[data-room='1'] .o_live_value").not.toHaveClass("o_live_old");
    expect("[data-room='2'] .o_live_value").toHaveClass("o_live_old");
    await advanceTime(25 * 60 * 1000);
    await animationFrame();
    expect("[data-room='1'] .o_live_value").toHaveClass("o_live_old");
    expect("[data-room='1']").toHaveClass("o_live_stale");
    expect.verifySteps([]);
});

test("an older reading that comes late does not replace a newer one", async () => {
    await openPage();
    MockServer.env["bus.bus"]._sendone(
        "metrology_environment",
        "metrology_environment/reading",
        {
            room: 1,
            stopped: false,
            values: [
                {element: 7, value: "19.0", time: "2026-05-12 07:00:00", out: false},
            ],
        },
    );
    await advanceTime(1000);
    await animationFrame();
    expect(queryFirst("[data-room='1'] .o_live_number")).toHaveText("20.1");
    expect.verifySteps([]);
});

test("rooms are found by name and by status", async () => {
    await openPage();
    await contains(".o_metrology_live input[type=search]").edit("mass");
    expect(queryAll("[data-room]")).toHaveCount(1);
    await contains(".o_metrology_live input[type=search]").edit("");
    await contains(".btn-outline-success").click();
    expect(queryAll("[data-room]").map((card) => card.dataset.room)).toEqual(["1"]);
    expect.verifySteps([]);
});
