import { link, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
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

describe("on resume", () => {
  const path = () => join(folder, "metrics.jsonl");
  const resume = async (content: string, from: number) => {
    await writeFile(path(), content);
    let unreadable = 0;
    const logger = jsonLinesLogger(path(), {
      from,
      onUnreadable: (lines) => {
        unreadable = lines;
      },
    });
    logger.log(from + 1, {});
    await logger.close();
    const text = await readFile(path(), "utf8");
    return { steps: text.split("\n").map((line) => line && JSON.parse(line).step), unreadable };
  };
  const lines = '{"step":1}\n{"step":2}\n{"step":3}\n';

  test("the lines are cut back to the checkpoint, also before a torn one", async () => {
    expect((await resume(lines, 2)).steps).toEqual([1, 2, 3, ""]);
    expect((await resume(lines, 3)).steps).toEqual([1, 2, 3, 4, ""]);
    expect(await resume('{"step":1}\n{"step":2}\n{"ste', 2)).toEqual({
      steps: [1, 2, 3, ""],
      unreadable: 0,
    });
    expect((await resume("", 0)).steps).toEqual([1, ""]);
  });

  test("a line that only lacks its end is kept", async () => {
    expect((await resume('{"step":1}\n{"step":2}', 2)).steps).toEqual([1, 2, 3, ""]);
  });

  test("a damaged line is dropped and told of, and the lines behind it stay", async () => {
    const damaged = lines.replace('"step":2', '"st\u0000p":2');
    expect(await resume(damaged, 3)).toEqual({ steps: [1, 3, 4, ""], unreadable: 1 });
  });

  test("what was found too late for the step's line is put into it, once however often it is told", async () => {
    await writeFile(path(), lines);
    for (let i = 0; i < 2; i++) {
      const at = { from: 3, missing: { score: 0.5 } };
      await jsonLinesLogger(path(), at).close();
      await tensorBoardLogger(folder, { ...at, clock }).close();
    }
    expect(await readFile(path(), "utf8")).toBe(lines.replace("3}", '3,"score":0.5}'));
    const names = (await readdir(folder)).filter((name) => name.startsWith("events"));
    const events = await Promise.all(
      names.map(async (name) => readEvents(await readFile(join(folder, name)))),
    );
    expect(events.flat().filter(({ scalars }) => scalars)).toEqual([
      { wallTime, step: 3, scalars: { score: 0.5 } },
    ]);
  });

  test("a log that a backup shares by a hard link is copied, and the backup stays as it is", async () => {
    await writeFile(path(), lines);
    const backup = join(folder, "backup.jsonl");
    await link(path(), backup);
    const logger = jsonLinesLogger(path(), { from: 3 });
    logger.log(4, {});
    await logger.close();
    expect(await readFile(backup, "utf8")).toBe(lines);
    expect(await readFile(path(), "utf8")).toBe(`${lines}{"step":4}\n`);
  });

  test("of two lines of one step the later one stays", async () => {
    await resume('{"step":1,"loss":1}\n{"step":2}\n{"step":1,"loss":2}\n', 2);
    expect(await readFile(path(), "utf8")).toBe('{"step":2}\n{"step":1,"loss":2}\n{"step":3}\n');
  });
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

const wallTime = 1_700_000_000.25;
const clock = () => 1000 * wallTime;
const version = { wallTime, step: 0, fileVersion: "brain.Event:2" };

/** The events of all files of the folder, file by file. */
const eventsOf = async (folder: string) => {
  const names = (await readdir(folder)).sort();
  return Promise.all(names.map(async (name) => readEvents(await readFile(join(folder, name)))));
};

test("TensorBoard's file holds what was logged, and a resumed run drops what came after", async () => {
  const first = tensorBoardLogger(folder, { clock });
  first.log(1, { loss: 0.5, ø: -2 });
  first.log(300, { loss: 0.25 });
  await first.close();
  expect((await readdir(folder)).join()).toMatch(/^events\.out\.tfevents\.1700000000\..*\.0$/);
  const one = { wallTime, step: 1, scalars: { loss: 0.5, ø: -2 } };
  expect(await eventsOf(folder)).toEqual([
    [version, one, { wallTime, step: 300, scalars: { loss: 0.25 } }],
  ]);
  const second = tensorBoardLogger(folder, { clock, from: 299 });
  second.log(2 ** 40, { loss: 0.125 });
  await second.close();
  expect(await eventsOf(folder)).toEqual([
    [version, one],
    [
      version,
      { wallTime, step: 300, sessionStatus: 1 },
      { wallTime, step: 2 ** 40, scalars: { loss: 0.125 } },
    ],
  ]);
});

test("of a damaged file of TensorBoard every whole record stays", async () => {
  const first = tensorBoardLogger(folder, { clock });
  for (const step of [1, 2, 3, 4]) first.log(step, { loss: step });
  await first.close();
  const path = join(folder, (await readdir(folder))[0] as string);
  const bytes = await readFile(path);
  const head = 16 + Number(bytes.readBigUInt64LE(0));
  const size = (bytes.length - head) / 4;
  const flip = (at: number, bit: number) => bytes.writeUInt8(bytes.readUInt8(at) ^ bit, at);
  // One bit in the length of the first record, one in the values of the third, and half of the fourth is gone.
  flip(head, 16);
  flip(head + 3 * size - 5, 1);
  await writeFile(path, bytes.subarray(0, head + 3.5 * size));
  await tensorBoardLogger(folder, { clock, from: 4 }).close();
  expect((await eventsOf(folder))[0]).toEqual([
    version,
    { wallTime, step: 2, scalars: { loss: 2 } },
  ]);
});
