import {describe, expect, test} from "@odoo/hoot";

import {
    cleanNumber,
    isNumber,
    parseBlock,
    pasteBlock,
    readCell,
    typedColumns,
    writeCell,
} from "@metrology_record/record_grid/typed_data";

describe.current.tags("headless");

const block = {
    columns: [
        {name: "p", type: "number"},
        {name: "r", type: "readings", count: 3},
        {name: "error", type: "formula", formula: "mean(r) - p"},
    ],
};

test("full-width digits become plain, zeros stay", () => {
    expect(cleanNumber("　０．４１０ ")).toBe("0.410");
    expect(cleanNumber("－１。５")).toBe("-1.5");
});

test("what is no number is told apart", () => {
    for (const text of ["0.41", "-1", "+2.50", ".5", "1e-3"]) {
        expect(isNumber(text)).toBe(true);
    }
    for (const text of ["abc", "0,41", "1.2.3", "--1", "", "∞"]) {
        expect(isNumber(text)).toBe(false);
    }
});

test("a spreadsheet block is rows of cells", () => {
    expect(parseBlock("1\t2\r\n3\t4\r\n")).toEqual([
        ["1", "2"],
        ["3", "4"],
    ]);
});

test("computed columns are not typed into", () => {
    expect(typedColumns(block).map((cell) => [cell.column.name, cell.index])).toEqual([
        ["p", null],
        ["r", 0],
        ["r", 1],
        ["r", 2],
    ]);
});

test("one of several readings is read and written in its place", () => {
    const row = {};
    const cell = typedColumns(block)[3];
    writeCell(row, cell, "0.42");
    expect(row).toEqual({r: ["", "", "0.42"]});
    expect(readCell(row, cell)).toBe("0.42");
});

test("a pasted block fills rows, makes new ones and says what found no room", () => {
    const rows = [{p: "1"}];
    const pasted = parseBlock("１\t2\n3\t4\n5\t6");
    const left = pasteBlock(rows, typedColumns(block), 0, 2, pasted, 2);
    expect(left).toBe(2);
    expect(rows).toEqual([{p: "1", r: ["", "1", "2"]}, {r: ["", "3", "4"]}]);
});
