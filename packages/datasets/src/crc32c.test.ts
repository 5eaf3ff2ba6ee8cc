import { expect, test } from "vitest";
import { crc32c, fitsCrc32c, withCrc32c } from "./crc32c.ts";

test("the checksums are those of RFC 3720", () => {
  const ramp = Uint8Array.from({ length: 32 }, (_, i) => i);
  expect(crc32c(new TextEncoder().encode("123456789"))).toBe(0xe3069283);
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
  expect(crc32c(ramp)).toBe(0x46dd794e);
  expect(crc32c(ramp.toReversed())).toBe(0x113fdb5c);
  expect(crc32c(new Uint8Array(0))).toBe(0);
});

test("bytes at any place and of any length have the checksum of their copy", () => {
  const long = Uint8Array.from({ length: 64 }, (_, i) => (37 * i) % 251);
  for (let start = 0; start < 9; start++) {
    for (let end = start; end < 40; end++) {
      expect(crc32c(long.subarray(start, end))).toBe(crc32c(long.slice(start, end)));
    }
  }
});

test("every flipped bit is found, and so is a missing byte", () => {
  const whole = withCrc32c(Uint8Array.from({ length: 19 }, (_, i) => i));
  expect(fitsCrc32c(whole)).toBe(true);
  for (let bit = 0; bit < 8 * whole.length; bit++) {
    const flipped = whole.slice();
    flipped[bit >> 3] = (whole[bit >> 3] as number) ^ (1 << (bit & 7));
    expect(fitsCrc32c(flipped)).toBe(false);
  }
  expect(fitsCrc32c(whole.subarray(0, 22))).toBe(false);
  expect(fitsCrc32c(new Uint8Array(3))).toBe(false);
});
