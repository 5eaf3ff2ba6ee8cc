import { useBackend } from "../backend/src/index.ts"; await useBackend("cpu");
import type { VelocityField } from "@eddyflow/core";
import { euler, integrate, midpoint, nfeOf, rk4, uniformGrid } from "@eddyflow/samplers";
import { ones } from "@tensorflow/tfjs-core";

// dx/dt = x from x = 1, so that the end point is e = 2.71828…
const velocity: VelocityField = (x) => x;
const start = ones([1, 1, 1, 1]);
const grid = uniformGrid(8);

for (const tableau of [euler, midpoint, rk4]) {
  const end = integrate(velocity, start, null, { tableau, grid });
  const [value] = await end.data();
  if (tableau === rk4) console.log(value?.toFixed(3)); // 2.718
}
console.log(nfeOf({ method: "midpoint", steps: 8, grid })); // 16
console.log(nfeOf({ method: "flow", steps: 1, grid: [0, 1] })); // 1
