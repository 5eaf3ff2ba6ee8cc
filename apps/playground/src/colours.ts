import { interpolateRdBu, interpolateYlGnBu } from "d3-scale-chromatic";

/** 256 colours as 32-bit words, as ImageData holds them. */
export type Palette = Uint32Array;

const word = (r: number, g: number, b: number): number =>
  ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;

const paletteOf = (colour: (part: number) => readonly [number, number, number]): Palette =>
  Uint32Array.from({ length: 256 }, (_, i) => word(...colour(i / 255)));

const parsed = (text: string): readonly [number, number, number] => {
  const [r = 0, g = 0, b = 0] = (text.match(/\d+/gu) ?? []).map(Number);
  return [r, g, b];
};

/** A colour of OKLCH, where equal steps look equal (Ottosson 2020), in sRGB. */
function fromOklch(lightness: number, chroma: number, hue: number): [number, number, number] {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const linear = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  const [red = 0, green = 0, blue = 0] = linear.map((x) => {
    const clamped = Math.min(1, Math.max(0, x));
    const coded = clamped <= 0.0031308 ? 12.92 * clamped : 1.055 * clamped ** (1 / 2.4) - 0.055;
    return Math.round(255 * coded);
  });
  return [red, green, blue];
}

/** From blue over nearly black to orange: the average does not glare on a dark page. */
function darkDiverging(part: number): [number, number, number] {
  const away = Math.abs(2 * part - 1);
  return fromOklch(
    0.2 + 0.65 * away,
    0.16 * Math.sin(Math.PI * Math.min(0.75, 0.75 * away)),
    part < 0.5 ? 250 : 55,
  );
}

const darkSequential = (part: number): [number, number, number] =>
  fromOklch(0.2 + 0.7 * part, 0.13 * Math.sin(Math.PI * (0.15 + 0.7 * part)), 250 - 150 * part);

/** Colours of a field (blue below its average) and of a spread, on a light and on a dark page. */
export const palettes: Readonly<
  Record<"light" | "dark", { readonly field: Palette; readonly spread: Palette }>
> = {
  light: {
    field: paletteOf((part) => parsed(interpolateRdBu(1 - part))),
    spread: paletteOf((part) => parsed(interpolateYlGnBu(part))),
  },
  dark: { field: paletteOf(darkDiverging), spread: paletteOf(darkSequential) },
};

/** A palette as the background of a legend. */
export const gradientOf = (palette: Palette): string => {
  const stops = Array.from({ length: 17 }, (_, i) => {
    const colour = palette[i * 15 + Math.round(i / 1.07 / 16)] as number;
    return `rgb(${colour & 255} ${(colour >> 8) & 255} ${(colour >> 16) & 255})`;
  });
  return `linear-gradient(to right, ${stops.join(", ")})`;
};
