import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { crc32c } from "./crc32c.ts";
import { jsonLinesLogger } from "./json-lines-logger.ts";
import { allLoggers } from "./logger.ts";
import { tensorBoardLogger } from "./tensor-board-logger.ts";
import { terminalLogger } from "./terminal-logger.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "eddyflow-"));
});
afterEach(() => rm(folder, { recursive: true }));

function recorded(isTTY: boolean) {
  const written: string[] = [];
  let now = 0;
  return {
    written,
    pass: (ms: number) => {
      now += ms;
    },
    stream: { isTTY, write: (text: string) => written.push(text) },
    clock: () => now,
  };
}

test("the terminal's line says step, loss, learning rate, rate and remaining time", async () => {
  const { written, pass, stream, clock } = recorded(false);
  const logger = terminalLogger(stream, { steps: 2000, from: 1000, clock });
  pass(500);
  logger.log(1010, { loss: 0.0123456, learningRate: 0.00032, norm: 3 });
  expect(written).toEqual(["step 1010/2000  loss 0.01235  lr 3.2e-4  50.0 ms/step  50 s left\n"]);
  pass(990 * 50);
  logger.log(2000, { loss: 1 });
  await logger.close();
  expect(written[1]).toBe("step 2000/2000  loss 1.000  50.0 ms/step\n");
});

test("what follows the training is added for the time to the very end", () => {
  const { written, pass, stream, clock } = recorded(false);
  const logger = terminalLogger(stream, { steps: 100, later: 60, laterSteps: 200, clock });
  pass(1000);
  logger.log(10, {});
  expect(written).toEqual(["step 10/100  100 ms/step  9 s left (1 min 29 s in all)\n"]);
});

test("a slow first step weighs no more than the others in the remaining time", async () => {
  const { written, pass, stream, clock } = recorded(true);
  const logger = terminalLogger(stream, { steps: 100, clock });
  for (let step = 1; step <= 50; step++) {
    pass(step === 1 ? 5000 : 100);
    logger.log(step, {});
  }
  const [, rate] = /([0-9.]+) ms\/step/.exec(written.at(-1) ?? "") ?? [];
  expect(Number(rate)).toBeGreaterThan(150);
  expect(Number(rate)).toBeLessThan((5000 + 49 * 100) / 50);
});

test("away from a terminal there is a line every ten seconds, on one the line is redrawn", async () => {
  const steps = Array.from({ length: 55 }, (_, i) => i + 1);
  for (const isTTY of [false, true]) {
    const { written, pass, stream, clock } = recorded(isTTY);
    const logger = terminalLogger(stream, { steps: 10_000, clock });
    for (const step of steps) {
      pass(1000);
      logger.log(step, { loss: Number.NaN });
    }
    await logger.close();
    const shown = [...written.join("").matchAll(/step ([0-9]+)\/10000/g)].map(([, step]) => step);
    expect(shown).toEqual((isTTY ? steps : [1, 11, 21, 31, 41, 51, 55]).map(String));
    expect(written.at(isTTY ? -2 : -1)).toBe(
      isTTY
        ? "\r\u001b[2Kstep 55/10000  loss NaN  1000 ms/step  2 h 45 min left"
        : "step 55/10000  loss NaN  1000 ms/step  2 h 45 min left\n",
    );
  }
});

test("values are one line of JSON each, in several places at once", async () => {
  const paths = ["a/x.jsonl", "b.jsonl"].map((name) => join(folder, name));
  const logger = allLoggers(paths.map((path) => jsonLinesLogger(path)));
  logger.log(1, { loss: 0.5, norm: Number.NaN });
  logger.log(2, { loss: 0.25 });
  await logger.close();
  for (const path of paths) {
    expect(await readFile(path, "utf8")).toBe(
      '{"step":1,"loss":0.5,"norm":null}\n{"step":2,"loss":0.25}\n',
    );
  }
});

test("on resume the lines are cut back to the checkpoint, also behind a torn one", async () => {
  const path = join(folder, "metrics.jsonl");
  const resume = async (content: string, from: number) => {
    await writeFile(path, content);
    const logger = jsonLinesLogger(path, { from });
    logger.log(from + 1, {});
    await logger.close();
    return await readFile(path, "utf8");
  };
  const lines = '{"step":1}\n{"step":2}\n{"step":3}\n';
  expect(await resume(lines, 2)).toBe(lines);
  expect(await resume(lines, 3)).toBe(`${lines}{"step":4}\n`);
  expect(await resume('{"step":1}\n{"step":2}\n{"ste', 2)).toBe(lines);
  expect(await resume('{"step":1}\n{"step":2}\n{"step":3}', 2)).toBe(lines);
  expect(await resume("", 0)).toBe('{"step":1}\n');
});

test("a log that cannot be written is a StorageError", async () => {
  await writeFile(join(folder, "file"), "");
  const refused = expect.objectContaining({ name: "StorageError" });
  expect(() => jsonLinesLogger(join(folder, "file", "metrics.jsonl"))).toThrow(refused);
  expect(() => tensorBoardLogger(join(folder, "file", "logs"))).toThrow(refused);
});

test("CRC-32C has its check value", () => {
  expect(crc32c(new TextEncoder().encode("123456789"))).toBe(0xe3069283);
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
});

/** Reads an event file by the record and protocol buffers' rules alone. */
function readEvents(file: Buffer): readonly Record<string, unknown>[] {
  const unmask = (masked: number) => {
    const rotated = (masked - 0xa282ead8) >>> 0;
    return ((rotated << 15) | (rotated >>> 17)) >>> 0;
  };
  const events: Record<string, unknown>[] = [];
  let at = 0;
  while (at < file.length) {
    const length = Number(file.readBigUInt64LE(at));
    const event = file.subarray(at + 12, at + 12 + length);
    expect(unmask(file.readUInt32LE(at + 8))).toBe(crc32c(file.subarray(at, at + 8)));
    expect(unmask(file.readUInt32LE(at + 12 + length))).toBe(crc32c(event));
    events.push(readEvent(event));
    at += 16 + length;
  }
  return events;
}

/** The fields of a message: numbers as they are, counted ones as bytes. */
function* fieldsOf(message: Buffer): Generator<readonly [number, number | Buffer]> {
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message[at++] as number;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return Number(value);
    }
  };
  while (at < message.length) {
    const head = varint();
    const wireType = head & 7;
    if (wireType === 0) yield [head >> 3, varint()];
    else if (wireType === 1) {
      yield [head >> 3, message.readDoubleLE(at)];
      at += 8;
    } else if (wireType === 5) {
      yield [head >> 3, message.readFloatLE(at)];
      at += 4;
    } else {
      const length = varint();
      yield [head >> 3, message.subarray(at, at + length)];
      at += length;
    }
  }
}

function readEvent(message: Buffer): Record<string, unknown> {
  const event: Record<string, unknown> = {};
  for (const [field, value] of fieldsOf(message)) {
    if (field === 1) event["wallTime"] = value;
    else if (field === 2) event["step"] = value;
    else if (field === 3) event["fileVersion"] = String(value);
    else if (field === 7) event["sessionStatus"] = [...fieldsOf(value as Buffer)][0]?.[1];
    else if (field === 5) {
      const values = [...fieldsOf(value as Buffer)].map(([, part]) => {
        const [tag, simple] = [...fieldsOf(part as Buffer)];
        return [String(tag?.[1]), simple?.[1]];
      });
      event["scalars"] = Object.fromEntries(values);
    }
  }
  return event;
}

test("TensorBoard's file holds what was logged, and a resumed run voids what came after", async () => {
  const clock = () => 1_700_000_000_250;
  const first = tensorBoardLogger(folder, { clock });
  first.log(1, { loss: 0.5, ø: -2 });
  first.log(300, { loss: 0.25 });
  await first.close();
  const second = tensorBoardLogger(folder, { clock, from: 299 });
  second.log(2 ** 40, { loss: 0.125 });
  await second.close();
  const names = (await readdir(folder)).sort();
  expect(names[0]).toMatch(/^events\.out\.tfevents\.1700000000\..*\.0$/);
  const [before, after] = await Promise.all(
    names.map(async (name) => readEvents(await readFile(join(folder, name)))),
  );
  const wallTime = 1_700_000_000.25;
  const version = { wallTime, step: 0, fileVersion: "brain.Event:2" };
  expect(before).toEqual([
    version,
    { wallTime, step: 1, scalars: { loss: 0.5, ø: -2 } },
    { wallTime, step: 300, scalars: { loss: 0.25 } },
  ]);
  expect(after).toEqual([
    version,
    { wallTime, step: 300, sessionStatus: 1 },
    { wallTime, step: 2 ** 40, scalars: { loss: 0.125 } },
  ]);
});
