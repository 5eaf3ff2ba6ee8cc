import { expect, test } from "vitest";
import { shareImages } from "./shared-images.ts";

const image = (x: number, y: number, data: string) =>
  `<image x="${x}" y="${y}" width="10" height="10" xlink:href="data:image/png;base64,${data}"/>`;

test("an image that comes again is a reference, moved from its first place to its second", () => {
  const { first, second } = shareImages("frames", image(100, 50, "AA=="), image(40, 80, "AA=="));
  expect(first).toContain('id="frames-0"');
  expect(second).toBe('<use href="#frames-0" x="-60" y="30"/>');
});

test("an image that is in the second drawing only stays there whole", () => {
  const alone = image(0, 0, "BB==");
  expect(shareImages("frames", image(0, 0, "AA=="), alone).second).toBe(alone);
});
