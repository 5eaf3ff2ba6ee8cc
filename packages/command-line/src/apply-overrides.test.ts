import { isEddyflowError } from "@eddyflow/core";
import { expect, test } from "vitest";
import { applyOverrides } from "./apply-overrides.ts";

const config = {
  name: "a",
  rate: { max: 1e-3, min: 0 },
  features: [8, 16],
  norm: { kind: "l2" },
  on: false,
};

const messageOf = (override: string) => {
  try {
    applyOverrides(config, [override]);
  } catch (error) {
    expect(isEddyflowError(error, "ArgumentError")).toBe(true);
    return (error as Error).message;
  }
  return "no error";
};

test("overrides replace what they name, in turn, and leave the configuration alone", () => {
  const before = structuredClone(config);
  expect(
    applyOverrides(config, [
      "rate.max=2e-4",
      "features=[4]",
      "features.0=6",
      "on=true",
      "name=7",
      'norm={"kind":"sobolev","alpha":1}',
    ]),
  ).toEqual({
    name: "7",
    rate: { max: 2e-4, min: 0 },
    features: [6],
    norm: { kind: "sobolev", alpha: 1 },
    on: true,
  });
  expect(config).toEqual(before);
});

test("an unknown key is named with the nearest one", () => {
  expect(messageOf("rate.mx=1")).toContain('unknown key "rate.mx"');
  expect(messageOf("rate.mx=1")).toContain('did you mean "rate.max"?');
  expect(messageOf("nam=b")).toContain('did you mean "name"?');
  expect(messageOf("features.2=1")).toContain("unknown key");
  expect(messageOf("features.length=1")).toContain("unknown key");
  expect(messageOf("rate.max.x=1")).toContain(
    "expected a shorter key, because rate.max is a number",
  );
});

test("a value of another kind is refused", () => {
  for (const override of ["rate.max=fast", "on=1", "features=[1,null]", "features=3", "rate=1"]) {
    expect(messageOf(override)).toContain("cannot be");
  }
  expect(messageOf("rate.max=")).toContain('rate.max cannot be ""');
  expect(messageOf("=1")).toContain("is not an override");
});

test("prototypes are out of reach", () => {
  for (const key of ["__proto__.polluted", "constructor.prototype.polluted", "toString"]) {
    expect(messageOf(`${key}=1`)).toContain("unknown key");
  }
  applyOverrides(config, ['norm={"__proto__":{"polluted":1}}']);
  expect("polluted" in {}).toBe(false);
});
