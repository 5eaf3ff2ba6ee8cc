import { resample } from "@eddyflow/spectral";
import type { Palette } from "./colours.ts";
import { regime } from "./regime.ts";

/** Points drawn along each side: four for each of the models', by Fourier interpolation. */
const drawn = 128;

const { seen } = regime;

function refine(state: Float32Array | Float64Array): Float32Array {
  return Float32Array.from(resample(Float64Array.from(state), [seen, seen], [drawn, drawn]));
}

/** A field on the page that blends from one state to the next. */
export interface FieldView {
  /** The state to blend to; from what is shown, or at once. */
  show(state: Float32Array | Float64Array, atOnce: boolean): void;
  /** Changes what is shown at once, on the points that are drawn. */
  change(disturb: (field: Float32Array) => void): void;
  /** Draws the part of the way to the newest state. */
  draw(part: number, scale: Scale): void;
}

/** Which value has which colour. */
interface Scale {
  readonly palette: Palette;
  readonly low: number;
  readonly high: number;
}

/** A view on a canvas. */
export function fieldView(canvas: HTMLCanvasElement): FieldView {
  canvas.width = drawn;
  canvas.height = drawn;
  const context = canvas.getContext("2d", { alpha: false }) as CanvasRenderingContext2D;
  const image = context.createImageData(drawn, drawn);
  const words = new Uint32Array(image.data.buffer);
  let from: Float32Array = new Float32Array(drawn * drawn);
  let to = from;
  return {
    show(state, atOnce) {
      const next = refine(state);
      from = atOnce ? next : to;
      to = next;
    },
    change(disturb) {
      disturb(to);
      if (from !== to) disturb(from);
    },
    draw(part, { palette, low, high }) {
      const factor = 255 / (high - low);
      for (let i = 0; i < words.length; i++) {
        const start = from[i] as number;
        const value = start + part * ((to[i] as number) - start);
        const index = (value - low) * factor;
        words[i] = palette[index < 0 ? 0 : index > 255 ? 255 : Math.round(index)] as number;
      }
      context.putImageData(image, 0, 0);
    },
  };
}
