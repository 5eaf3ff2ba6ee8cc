import { isEddyflowError } from "@eddyflow/core";
import { key } from "@eddyflow/random";
import { energySpectrum, resample } from "@eddyflow/spectral";
import { expect, test } from "vitest";
import { randomFourierField } from "./random-fourier-field.ts";

test("a random field has mean 0 and the standard deviation asked for", () => {
  for (const shape of [[16], [12, 15], [11, 12, 13]]) {
    const field = randomFourierField(key(1), shape, { std: 2.5 });
    const mean = field.reduce((sum, u) => sum + u, 0) / field.length;
    const square = field.reduce((sum, u) => sum + u * u, 0) / field.length;
    expect(mean).toBeCloseTo(0, 12);
    expect(square).toBeCloseTo(6.25, 10);
  }
});

test("it holds every wavenumber up to `modes` and none above", () => {
  const shells = energySpectrum(randomFourierField(key(2), [24, 24], { modes: 4 }), [24, 24]);
  shells.forEach((energy, shell) => {
    if (shell >= 1 && shell <= 4) expect(energy).toBeGreaterThan(0.01);
    if (shell > 6) expect(energy).toBeLessThan(1e-20);
  });
});

test("another grid samples the same function", () => {
  const coarse = randomFourierField(key(3), [12, 16]);
  const fine = randomFourierField(key(3), [24, 48]);
  resample(coarse, [12, 16], [24, 48]).forEach((u, i) => {
    expect(u).toBeCloseTo(fine[i] ?? Number.NaN, 12);
  });
});

test("all directions have the same energy on average", () => {
  const total = { x: 0, y: 0 };
  for (let seed = 0; seed < 200; seed++) {
    const field = randomFourierField(key(seed), [8, 8], { modes: 1 });
    for (let i = 0; i < 64; i++) {
      const right = field[8 * Math.floor(i / 8) + ((i + 1) % 8)] ?? 0;
      const below = field[(i + 8) % 64] ?? 0;
      total.x += (right - (field[i] ?? 0)) ** 2;
      total.y += (below - (field[i] ?? 0)) ** 2;
    }
  }
  expect(Math.abs(total.x / total.y - 1)).toBeLessThan(0.15);
});

test("the field depends on the key and on nothing else", () => {
  expect(randomFourierField(key(4), [12, 12])).toEqual(randomFourierField(key(4), [12, 12]));
  expect(randomFourierField(key(4), [12, 12])).not.toEqual(randomFourierField(key(5), [12, 12]));
});

test("more modes than the grid can hold are an ArgumentError", () => {
  for (const modes of [0, 1.5, 4]) {
    try {
      randomFourierField(key(6), [8, 16], { modes });
      expect.unreachable();
    } catch (error) {
      expect(isEddyflowError(error, "ArgumentError")).toBe(true);
    }
  }
});
