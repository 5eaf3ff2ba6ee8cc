import type { PicturedPlane } from "../measure/pictured-plane.ts";
import { textWidth } from "./chart-parts.ts";
import { escapeMarkup } from "./escape-markup.ts";
import { type ColourScale, fieldImage } from "./field-image.ts";
import { fontFamily } from "./plot-svg.ts";
import { inPicture, significant } from "./wording.ts";

/** A row of pictures: a name, and a frame for each column. Frames that are missing leave their place empty. */
export interface FieldRow {
  readonly name: string;
  readonly frames: readonly (Float32Array | undefined)[];
  readonly scale: ColourScale;
}

/** A drawing and its size in pixels. */
export interface FieldGrid {
  readonly svg: string;
  /** For a telephone: fewer times, the names above their rows. */
  readonly narrow: string;
  readonly width: number;
  readonly height: number;
}

export interface FieldGridOptions {
  readonly title: string;
  readonly plane: PicturedPlane;
  /** Over the columns. */
  readonly heads: readonly string[];
  /** The scales of the rows, each with what it measures. */
  readonly bars: readonly { readonly label: string; readonly scale: ColourScale }[];
}

const gap = 6;
const top = 74;
const right = 12;
const axisRoom = 44;
const barSize = { width: 220, height: 12, room: 62 } as const;

/**
 * Fields under a title, a row for each name and a column for each time, in the proportions of the box. The lowest
 * picture on the left has the axes with their extent; the bars of the colours are below.
 */
export function fieldGrid(rows: readonly FieldRow[], options: FieldGridOptions): FieldGrid {
  const names = rows.map(({ name }) => textWidth(inPicture(name)));
  const every = options.heads.map((_, column) => column);
  const look = { left: 16 + Math.max(...names) + axisRoom, nameRoom: 0, columns: every };
  const [wide, thin] = [draw(rows, options, look), draw(rows, options, thinLook(options))];
  return { ...wide, narrow: thin.svg };
}

interface Look {
  /** Where the first column begins. */
  readonly left: number;
  /** Height for the name above its row; 0 where it stands on the left. */
  readonly nameRoom: number;
  readonly columns: readonly number[];
}

/** Three times at most, and the names above the rows. */
function thinLook({ heads }: FieldGridOptions): Look {
  const last = heads.length - 1;
  const columns = [...new Set([0, Math.round(last / 2), last])];
  return { left: axisRoom, nameRoom: 20, columns };
}

function draw(
  rows: readonly FieldRow[],
  { title, plane, heads, bars }: FieldGridOptions,
  { left, nameRoom, columns }: Look,
): Omit<FieldGrid, "narrow"> {
  const cell = cellSize(plane);
  const at = (row: number, column: number) => ({
    x: left + column * (cell.width + gap),
    y: top + nameRoom + row * (cell.height + gap + nameRoom),
  });
  const isNarrow = nameRoom > 0;
  const fieldsWidth = columns.length * (cell.width + gap);
  const size = isNarrow ? 13 : 15;
  const width = Math.ceil(
    Math.max(left + fieldsWidth + right, textWidth(title, size) + 16, barSize.width + 80),
  );
  const barsTop = at(rows.length, 0).y - nameRoom + 44;
  const height = barsTop + bars.length * barSize.room;
  const parts = [
    text(title, { x: 8, y: 24, size, bold: true }),
    ...columns.map((column, place) =>
      text(heads[column] ?? "", {
        x: at(0, place).x + cell.width / 2,
        y: top - 10,
        anchor: "middle",
      }),
    ),
    ...rows.flatMap(({ name, frames, scale }, row) => [
      text(inPicture(name), {
        x: 8,
        y: isNarrow ? at(row, 0).y - 6 : at(row, 0).y + cell.height / 2 + 4,
      }),
      ...columns.map((column, place) => {
        const frame = frames[column];
        if (frame === undefined) return "";
        return image(fieldImage(frame, plane.shape, scale), at(row, place), cell);
      }),
    ]),
    ...axes(plane, at(rows.length - 1, 0), cell),
    ...bars.flatMap(({ label, scale }, index) =>
      colourBar(label, scale, {
        x: Math.min(left, width - barSize.width - 50),
        y: barsTop + index * barSize.room,
      }),
    ),
  ];
  return { svg: drawing(parts, width, height), width, height };
}

const drawing = (parts: readonly string[], width: number, height: number): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" fill="currentColor" font-family="${fontFamily}, sans-serif" role="img" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${parts.join("")}</svg>`;

/** The bar of a colour scale as a drawing of its own. */
export function colourBarSvg(label: string, scale: ColourScale): string {
  const { low, high } = scale;
  const svg = drawing(colourBar(label, scale, { x: 0, y: 20 }), barSize.width, 50);
  const said = `Colours of ${label}, from ${significant(low)} to ${significant(high)}`;
  return svg.replace("<svg ", `<svg aria-label="${escapeMarkup(said)}" `);
}

/** Height over width of the box, but no more than 2 and no less than ⅓, so that something is seen of a long one. */
export const proportionsOf = ({ axes: [upright, level] }: PicturedPlane): number =>
  Math.min(2, Math.max(1 / 3, upright.extent / level.extent));

function cellSize(plane: PicturedPlane): { width: number; height: number } {
  const ratio = proportionsOf(plane);
  const width = Math.round(Math.min(96, 130 / ratio));
  return { width, height: Math.round(width * ratio) };
}

interface Point {
  readonly x: number;
  readonly y: number;
}

interface TextOptions extends Point {
  readonly anchor?: "start" | "middle" | "end";
  readonly size?: number;
  readonly bold?: boolean;
}

const text = (
  content: string,
  { x, y, anchor = "start", size = 13, bold = false }: TextOptions,
): string =>
  `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" font-size="${size}"${bold ? ' font-weight="bold"' : ""}>${escapeMarkup(content)}</text>`;

/** Sharp edges, in a browser and in the PNG. */
const image = (source: string, { x, y }: Point, size: { width: number; height: number }): string =>
  `<image x="${round(x)}" y="${round(y)}" width="${size.width}" height="${size.height}" preserveAspectRatio="none" image-rendering="optimizeSpeed" xlink:href="${source}"/>`;

function axes(
  { axes: [upright, level] }: PicturedPlane,
  { x, y }: Point,
  { width, height }: { width: number; height: number },
): string[] {
  const [under, beside] = [y + height + 14, x - 6];
  const small = { size: 11 } as const;
  return [
    text("0", { ...small, x, y: under }),
    text(level.name, { ...small, x: x + width / 2, y: under, anchor: "middle" }),
    text(length(level.extent), { ...small, x: x + width, y: under, anchor: "end" }),
    text(length(upright.extent), { ...small, x: beside, y: y + 10, anchor: "end" }),
    text(upright.name, { ...small, x: beside, y: y + height / 2 + 4, anchor: "end" }),
    text("0", { ...small, x: beside, y: y + height, anchor: "end" }),
  ];
}

const length = (extent: number): string => String(Number(extent.toPrecision(4)));

function colourBar(label: string, scale: ColourScale, { x, y }: Point): string[] {
  const { low, high } = scale;
  const ramp = Float32Array.from({ length: 128 }, (_, i) => low + ((high - low) * i) / 127);
  const { width, height } = barSize;
  const ticks = [low, (low + high) / 2, high];
  return [
    text(label, { x, y: y - 6, size: 11 }),
    image(fieldImage(ramp, [1, 128], scale), { x, y }, { width, height }),
    ...ticks.map((value, index) =>
      text(significant(value), {
        x: x + (index * width) / 2,
        y: y + height + 14,
        size: 11,
        anchor: index === 0 ? "start" : index === 1 ? "middle" : "end",
      }),
    ),
  ];
}

const round = (value: number): number => Math.round(10 * value) / 10;
