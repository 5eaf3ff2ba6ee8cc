import { isEddyflowError } from "@eddyflow/core";
import { expect, test } from "vitest";
import { z } from "zod";
import { applyOverrides } from "./apply-overrides.ts";

const schema = z.strictObject({
  name: z.string(),
  rate: z.strictObject({
    max: z.number().positive().describe("the largest rate"),
    min: z.number().default(0),
  }),
  features: z.array(z.number()),
  norm: z
    .discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("l2") }),
      z.strictObject({
        kind: z.literal("sobolev"),
        alpha: z.number().default(1),
        beta: z.number().nonnegative().default(1),
      }),
    ])
    .prefault({ kind: "l2" }),
  seen: z.union([z.strictObject({ stride: z.number() }), z.array(z.string())]),
  on: z.boolean(),
  position: z.array(z.int()).exactOptional(),
});

const config = {
  name: "a",
  rate: { max: 1e-3, min: 0 },
  features: [8, 16],
  norm: { kind: "l2" },
  seen: { stride: 2 },
  on: false,
};

const messageOf = (...overrides: readonly string[]) => {
  try {
    applyOverrides(schema, config, overrides);
  } catch (error) {
    expect(isEddyflowError(error, "ArgumentError")).toBe(true);
    expect((error as Error).message).not.toContain("\n");
    return (error as Error).message;
  }
  return "no error";
};

test("overrides replace what they name, in turn, and leave the configuration alone", () => {
  const before = structuredClone(config);
  expect(
    applyOverrides(schema, config, [
      "rate.max=2e-4",
      "features=[4]",
      "features.0=6",
      "on=true",
      "name=7",
      'norm={"kind":"sobolev","alpha":1}',
      "seen.stride=3",
    ]),
  ).toEqual({
    name: "7",
    rate: { max: 2e-4, min: 0 },
    features: [6],
    norm: { kind: "sobolev", alpha: 1 },
    seen: { stride: 3 },
    on: true,
  });
  expect(config).toEqual(before);
});

test("a key that the schema allows can be set, whether it is there or not", () => {
  expect(applyOverrides(schema, config, ["position=[0]"])).toEqual({ ...config, position: [0] });
  const { norm: _, ...without } = config;
  expect(applyOverrides(schema, without, ["norm.kind=sobolev", "norm.beta=2"])).toEqual({
    ...without,
    norm: { kind: "sobolev", beta: 2 },
  });
});

test("another kind brings its own defaults, the same kind keeps what was said", () => {
  const changed = applyOverrides(schema, config, ["norm.kind=sobolev", "norm.beta=3"]);
  expect(schema.parse(changed).norm).toEqual({ kind: "sobolev", alpha: 1, beta: 3 });
  expect(applyOverrides(schema, changed, ["norm.kind=sobolev"])).toEqual(changed);
  expect(applyOverrides(schema, changed, ["norm.kind=l2"]).norm).toEqual({ kind: "l2" });
});

test("a key of another kind says which kind has it, an unknown kind the nearest one", () => {
  expect(messageOf("norm.beta=1")).toContain('unknown key "norm.beta" while norm.kind is l2');
  expect(messageOf("norm.beta=1")).toContain("write norm.kind=sobolev first");
  expect(messageOf("norm.kind=sobolef")).toContain('did you mean "sobolev"?');
});

test("an unknown key is named with the nearest one", () => {
  expect(messageOf("rate.mx=1")).toContain('unknown key "rate.mx"');
  expect(messageOf("rate.mx=1")).toContain('did you mean "rate.max"?');
  expect(messageOf("nam=b")).toContain('did you mean "name"?');
  expect(messageOf("features.2=1")).toContain("unknown key");
  expect(messageOf("features.length=1")).toContain("unknown key");
  expect(messageOf("rate.max.x=1")).toContain("a shorter key, because rate.max is 0.001");
});

test("a value that the key's schema refuses is refused with what the key is", () => {
  for (const override of ["rate.max=fast", "on=1", "features=[1,null]", "features=3", "rate=1"]) {
    expect(messageOf(override)).toContain("cannot be");
  }
  expect(messageOf("rate.max=")).toContain('rate.max cannot be ""');
  expect(messageOf("rate.max=-1")).toContain("expected the largest rate");
  expect(messageOf("norm.kind=sobolev", "norm.beta=-1")).toContain("norm.beta cannot be -1");
  expect(messageOf("position=[0.5]")).toContain("position cannot be [0.5] (at 0:");
  expect(messageOf("=1")).toContain("is not an override");
});

test("prototypes are out of reach", () => {
  for (const key of ["__proto__.polluted", "constructor.prototype.polluted", "toString"]) {
    expect(messageOf(`${key}=1`)).toContain("unknown key");
  }
  messageOf('norm={"__proto__":{"polluted":1}}');
  expect("polluted" in {}).toBe(false);
});
