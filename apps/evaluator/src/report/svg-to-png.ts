import { fileURLToPath } from "node:url";
import { Resvg } from "@resvg/resvg-js";
import { fontFamily } from "./plot-svg.ts";

const fontFiles = [
  import.meta.resolve("dejavu-fonts-ttf/ttf/DejaVuSans.ttf"),
  import.meta.resolve("dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf"),
].map((url) => fileURLToPath(url));

/** Renders an SVG document as PNG at twice its size, dark on white, with the fonts that are shipped. */
export function svgToPng(svg: string): Uint8Array {
  // A machine may have no fonts at all, and a picture must look the same everywhere.
  const resvg = new Resvg(onPaper(svg), {
    background: "#ffffff",
    fitTo: { mode: "zoom", value: 2 },
    font: {
      loadSystemFonts: false,
      fontFiles,
      defaultFontFamily: fontFamily,
      sansSerifFamily: fontFamily,
    },
  });
  return resvg.render().asPng();
}

/** With the colours that a page gives to ink and paper. */
const onPaper = (svg: string): string =>
  svg.replaceAll("currentColor", "#1a1a1a").replaceAll("var(--paper)", "#ffffff");
