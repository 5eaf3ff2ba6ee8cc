// What a person's application does first. Runs where the packages are installed, without the checkout.
import { useBackend } from "@eddyflow/backend";
import { conv2d, grad, sum, tensor4d } from "@tensorflow/tfjs-core";

const expected = JSON.stringify([10, 10, 10, 10]);
for (const name of ["wasm", "cpu"]) {
  await useBackend(name);
  const image = tensor4d([1, 2, 3, 4], [1, 2, 2, 1]);
  const weight = tensor4d([10], [1, 1, 1, 1]);
  const slope = grad((x) => sum(conv2d(x, weight, 1, "same")))(image);
  const found = JSON.stringify([...(await slope.data())]);
  if (found !== expected) throw new Error(`${name}: the gradient is ${found}, not ${expected}`);
}
const { name, refused } = await useBackend("auto");
const native = refused.find((refusal) => refusal.name === "tensorflow");
if (name !== "wasm") throw new Error(`auto took ${name}`);
if (native === undefined) throw new Error("auto did not say why there is no native TensorFlow");
const { reason, remedy } = native;
if (/pnpm|checkout/u.test(`${reason} ${remedy}`))
  throw new Error(`not for a person with npm: ${remedy}`);
console.log(`${reason}; ${remedy}`);
