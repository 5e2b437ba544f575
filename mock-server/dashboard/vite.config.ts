import { fileURLToPath } from "node:url";
import { defineConfig, type UserConfig } from "vite";

/** Builds `page/` into what `isoflop serve` has at /dashboard: one page for each edition. */
const config: UserConfig = defineConfig({
  root: fileURLToPath(new URL("page", import.meta.url)),
  base: "/dashboard/",
  logLevel: "warn",
  build: {
    outDir: fileURLToPath(new URL("../../dist/dashboard", import.meta.url)),
    emptyOutDir: true,
    rolldownOptions: {
      input: ["index.html", "jobs.html"].map((name) => fileURLToPath(new URL(`page/${name}`, import.meta.url))),
    },
    target: "es2024",
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    modulePreload: false,
    assetsInlineLimit: 0,
  },
  worker: { format: "es" },
  // The entry for Node takes its Buffer.
  resolve: { alias: { "csv-parse/sync": "csv-parse/browser/esm/sync" } },
});

export default config;
