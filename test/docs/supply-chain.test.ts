import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "./pages.ts";

interface Locked {
  readonly version: string;
  readonly dev?: boolean;
  readonly hasInstallScript?: boolean;
}

const json = (file: string) => JSON.parse(readFileSync(join(ROOT, file), "utf8"));
const manifest = json("package.json");
const packages = Object.entries(json("package-lock.json").packages as Record<string, Locked>)
  .filter(([path]) => path !== "")
  .map(([path, its]) => ({ ...its, name: path.split("node_modules/").at(-1) as string }));

describe("install scripts", () => {
  const scripted = packages.filter(({ hasInstallScript }) => hasInstallScript);
  const namesOf = (list: typeof packages) => [...new Set(list.map(({ name }) => name))].sort();
  const shipped = namesOf(scripted.filter(({ dev }) => !dev));

  it("run for nothing that is installed with the package", () => {
    expect(shipped).toEqual([]);
  });

  it("of fewer than 20 packages could run: no more come with the package, but for a platform's binaries", () => {
    const elsewhere = /-(android|darwin|freebsd|linux|openharmony|win32)-/;
    const installed = packages.filter(({ dev, name }) => !dev && !elsewhere.test(name));
    expect(installed.length).toBeLessThan(20);
  });

  it("are denied in a checkout, but for the bundler's", () => {
    const tools = Object.fromEntries(namesOf(scripted).map((name) => [name, name === "esbuild"]));
    expect(manifest.allowScripts).toEqual(tools);
  });

  it("report nothing, wherever the package is installed", () => {
    expect(manifest.scarfSettings).toEqual({ enabled: false });
  });

  it("of our own are there in a checkout only", () => {
    const run = ["preinstall", "install", "postinstall", "prepare"].filter((name) => name in manifest.scripts);
    expect(run).toEqual([]);
  });
});

describe("npm run sbom", () => {
  interface Part {
    readonly name: string;
    readonly group?: string;
    readonly version: string;
    readonly purl: string;
    readonly hashes?: readonly { readonly alg: string }[];
    readonly licenses: readonly { readonly license?: { readonly id?: string; readonly name?: string } }[];
  }
  const script = join(ROOT, "scripts/sbom.js");
  const sbom = JSON.parse(execFileSync(process.execPath, [script], { cwd: ROOT, encoding: "utf8", maxBuffer: 1e8 }));
  const parts: readonly Part[] = sbom.components;
  const licenseOf = ({ licenses }: Part) => licenses.map(({ license }) => license?.id ?? license?.name).join(" AND ");

  it("names the package, everything that is installed with it or built into it, and nothing else", () => {
    expect([sbom.bomFormat, sbom.metadata.component.name]).toEqual(["CycloneDX", manifest.name]);
    const ids = parts.map(({ name, group, version }) => `${group ? `${group}/` : ""}${name}@${version}`);
    const installed = packages.filter(({ dev }) => !dev).map(({ name, version }) => `${name}@${version}`);
    const notice = readFileSync(join(ROOT, "dist/THIRD-PARTY.txt"), "utf8");
    const built = [...notice.matchAll(/^={80}\n\n(\S+) (\S+): /gm)].map(([, name, version]) => `${name}@${version}`);
    expect([...new Set(ids)].sort()).toEqual([...new Set([...installed, ...built])].sort());
    for (const name of Object.keys(manifest.dependencies))
      expect(installed.some((id) => id.startsWith(`${name}@`))).toBe(true);
    for (const name of ["express", "@observablehq/plot", "commander", "swagger-ui-dist"])
      expect(built.some((id) => id.startsWith(`${name}@`))).toBe(true);
  });

  it("has a license, an address and a hash of each, and refers only to parts that exist", () => {
    expect(parts.filter((part) => !licenseOf(part) || !part.purl || !part.hashes?.length)).toEqual([]);
    const refs = new Set([
      sbom.metadata.component["bom-ref"],
      ...sbom.components.map((part: object) => Reflect.get(part, "bom-ref")),
    ]);
    const all = sbom.dependencies.flatMap(({ ref, dependsOn }: { ref: string; dependsOn: string[] }) => [
      ref,
      ...dependsOn,
    ]);
    expect(all.filter((ref: string) => !refs.has(ref))).toEqual([]);
  });

  it("has permissive licenses, except one library under MPL-2.0", () => {
    const permissive = new Set(["MIT", "ISC", "0BSD", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "Unlicense"]);
    const others = parts.filter((part) => !permissive.has(licenseOf(part)));
    const families = new Set(
      others.map((part) => `${part.name.replace(/^(@resvg\/resvg-js).*/, "$1")}: ${licenseOf(part)}`),
    );
    expect([...families].sort()).toEqual([
      "@resvg/resvg-js: MPL-2.0",
      "dejavu-fonts-ttf: Bitstream Vera and Arev; the changes of DejaVu are in the public domain",
    ]);
  });
});
