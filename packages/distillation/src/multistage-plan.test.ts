import { isEddyflowError } from "@eddyflow/core";
import { expect, test } from "vitest";
import { multistagePlan } from "./multistage-plan.ts";

test("two stages go from a velocity model to two Euler steps to one", () => {
  expect(multistagePlan({ stages: 2, iterations: [1000, 1500] })).toEqual([
    {
      index: 0,
      teacher: "initial",
      teacherTableau: "midpoint",
      teacherSteps: 8,
      substeps: 4,
      studentSteps: 2,
      times: [0, 0.5, 1],
      iterations: 1000,
    },
    {
      index: 1,
      teacher: 0,
      teacherTableau: "euler",
      teacherSteps: 2,
      substeps: 2,
      studentSteps: 1,
      times: [0, 1],
      iterations: 1500,
    },
  ]);
});

test("each teacher after the first is run as its own stage trained it, and each stage has its whole budget", () => {
  const plan = multistagePlan({ stages: 4, iterations: 300, finalSteps: 3 });
  expect(plan.map(({ studentSteps }) => studentSteps)).toEqual([24, 12, 6, 3]);
  for (const stage of plan.slice(1)) {
    const teacher = plan[stage.teacher as number];
    expect(stage.teacher).toBe(stage.index - 1);
    expect(stage.teacherSteps).toBe(teacher?.studentSteps);
    expect(stage.teacherTableau).toBe("euler");
  }
  expect(plan.every(({ iterations }) => iterations === 300)).toBe(true);
});

test("students of another Runge–Kutta method teach by that method", () => {
  const plan = multistagePlan({ stages: 3, iterations: 10, studentTableau: "heun" });
  expect(plan.map(({ teacherTableau }) => teacherTableau)).toEqual(["midpoint", "heun", "heun"]);
});

test("the plan is plain JSON", () => {
  const plan = multistagePlan({ stages: 3, iterations: 10 });
  expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
});

test("numbers that make no plan are refused", () => {
  for (const options of [
    { stages: 0, iterations: 10 },
    { stages: 1, iterations: 0.5 },
    { stages: 2, iterations: [10] },
    { stages: 1, iterations: 10, finalSteps: 0 },
    { stages: 1, iterations: 10, initialSubsteps: -1 },
  ]) {
    try {
      multistagePlan(options);
      expect.unreachable();
    } catch (error) {
      expect(isEddyflowError(error, "ArgumentError")).toBe(true);
    }
  }
});
