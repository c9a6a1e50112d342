// What is typed into a record: pure functions, no component, easy to test.

const SIGNS = {"－": "-", "—": "-", "–": "-", "−": "-", "。": ".", "·": "."};
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$/;

/**
 * Write a typed number in plain characters; digits and zeros stay as typed.
 *
 * @param {string} text
 */
export function cleanNumber(text) {
    return String(text ?? "")
        .replace(/[－—–−。·]/g, (char) => SIGNS[char])
        .normalize("NFKC")
        .trim();
}

/** @param {string} text */
export function isNumber(text) {
    return NUMBER.test(text);
}

/**
 * Split a block copied from a spreadsheet into rows of cells.
 *
 * @param {string} text
 * @returns {string[][]}
 */
export function parseBlock(text) {
    const lines = text.replace(/\r\n?/g, "\n").split("\n");
    while (lines.length && lines[lines.length - 1] === "") {
        lines.pop();
    }
    return lines.map((line) => line.split("\t").map((cell) => cell.trim()));
}

/**
 * Return the cells of a table one can type into, from left to right.
 *
 * @returns {{column: Object, index: number|null}[]} index: which of several readings
 */
export function typedColumns(block) {
    const result = [];
    for (const column of block.columns) {
        if (column.type === "readings") {
            for (let index = 0; index < (column.count || 3); index++) {
                result.push({column, index});
            }
        } else if (column.type !== "formula") {
            result.push({column, index: null});
        }
    }
    return result;
}

/** Read one cell of a row. */
export function readCell(row, cell) {
    const value = row?.[cell.column.name];
    if (cell.index === null) {
        return value ?? "";
    }
    return value?.[cell.index] ?? "";
}

/** Write one cell of a row (in place). */
export function writeCell(row, cell, text) {
    const name = cell.column.name;
    if (cell.index === null) {
        row[name] = text;
        return;
    }
    const readings = [...(row[name] || [])];
    while (readings.length <= cell.index) {
        readings.push("");
    }
    readings[cell.index] = text;
    row[name] = readings;
}

/** Whether texts of this cell are numbers. */
export function isNumeric(item) {
    return ["number", "readings", undefined].includes(item.type);
}

/**
 * Put a pasted block into the rows of a table (in place), from one cell on.
 *
 * @param {Object[]} rows
 * @param {{column: Object, index: number|null}[]} cells typed columns
 * @param {number} rowIndex
 * @param {number} cellIndex
 * @param {string[][]} block
 * @param {number} maximum rows the table may have
 * @returns {number} how many cells were left out for want of room
 */
export function pasteBlock(rows, cells, rowIndex, cellIndex, block, maximum) {
    let left = 0;
    block.forEach((line, y) => {
        line.forEach((text, x) => {
            const cell = cells[cellIndex + x];
            if (!cell || rowIndex + y >= maximum) {
                left += text ? 1 : 0;
                return;
            }
            while (rows.length <= rowIndex + y) {
                rows.push({});
            }
            writeCell(
                rows[rowIndex + y],
                cell,
                isNumeric(cell.column) ? cleanNumber(text) : text,
            );
        });
    });
    return left;
}
