import { readFileSync } from "node:fs";
import { type DefaultTheme, defineConfig } from "vitepress";
import { slugOf } from "../../tooling/site/src/slug.ts";

const sidebar: DefaultTheme.SidebarItem[] = JSON.parse(
  readFileSync(new URL("../.site/sidebar.json", import.meta.url), "utf8"),
);

/** What the home page shows above its text. */
const home = {
  layout: "home",
  title: "Eddyflow",
  titleTemplate: "forecasts of fluids",
  hero: {
    name: "Eddyflow",
    text: "Forecasts of fluids with honest uncertainty",
    tagline:
      "Train a flow-matching model on simulations or recordings, distil it to one or two network evaluations, and run it in Node or in a web page.",
    actions: [
      { theme: "brand", text: "Begin in five minutes", link: "/guides/flow-matching" },
      {
        theme: "alt",
        text: "Open the playground",
        link: "/playground/index.html",
        target: "_self",
      },
    ],
  },
  features: [
    {
      title: "Flow matching and distillation",
      details: "The idea, with pictures, and an example to run.",
      link: "/guides/flow-matching",
    },
    {
      title: "Your own data",
      details: "From a file to a student that was compared with its teacher, in five commands.",
      link: "/guides/own-data",
    },
    {
      title: "A model in a web page",
      details: "Export it, load it, and draw its forecasts, on WebGPU or WebAssembly.",
      link: "/guides/web-page",
    },
  ],
};

export default defineConfig({
  title: "Eddyflow",
  description: "Flow matching for fluids, distilled to one or two network evaluations.",
  srcDir: ".site",
  outDir: "dist",
  // The playground has files of its own there.
  srcExclude: ["public/**"],
  ignoreDeadLinks: "localhostLinks",
  transformPageData: ({ relativePath }) =>
    relativePath === "index.md" ? { frontmatter: home, title: home.title } : undefined,
  markdown: {
    anchor: { slugify: slugOf },
    // Braces at the end of a line are text here.
    attrs: { disable: true },
  },
  themeConfig: {
    nav: [
      { text: "Guides", link: "/guides/flow-matching" },
      { text: "Packages", link: "/readme#the-packages" },
      { text: "Reference", link: "/reference/" },
      // A page of its own: the router of this one does not know it.
      { text: "Playground", link: "/playground/index.html", target: "_self" },
    ],
    sidebar,
    outline: { level: [2, 3] },
    search: { provider: "local" },
    socialLinks: [{ icon: "github", link: "https://github.com/eddyflow/eddyflow" }],
    footer: { message: "Apache-2.0" },
  },
});
