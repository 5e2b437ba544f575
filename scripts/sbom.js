// Prints the bill of materials of the package, as CycloneDX: npm's own of the whole lock file, cut down to what is
// installed with the package and what its build contains. (`npm sbom --omit dev` loses packages that a tool of the
// checkout needs too.)
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Licenses that npm cannot name, in words. */
const LICENSES = {
  "dejavu-fonts-ttf": "Bitstream Vera and Arev; the changes of DejaVu are in the public domain",
};

const { name, packages } = readLock();
const all = JSON.parse(
  execFileSync("npm", ["sbom", "--sbom-format", "cyclonedx", "--package-lock-only"], {
    encoding: "utf8",
    maxBuffer: 1e8,
    shell: process.platform === "win32",
  }),
);
const shipped = new Set(
  Object.entries(packages).flatMap(([path, { version, dev }]) =>
    path === "" || dev ? [] : [`${path.split("node_modules/").at(-1)}@${version}`],
  ),
);
for (const [, id] of readFileSync(new URL("../dist/THIRD-PARTY.txt", import.meta.url), "utf8").matchAll(
  /^={80}\n\n(\S+ \S+): /gm,
))
  shipped.add(id.replace(" ", "@"));
const refs = new Set(all.components.filter((part) => shipped.has(idOf(part))).map((part) => part["bom-ref"]));
const root = all.metadata.component["bom-ref"];
const document = {
  ...all,
  metadata: { ...all.metadata, component: { ...all.metadata.component, name } },
  components: all.components.filter((part) => refs.has(part["bom-ref"])).map(licensed),
  dependencies: all.dependencies
    .filter(({ ref }) => ref === root || refs.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((each) => refs.has(each)) })),
};
process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);

function readLock() {
  return JSON.parse(readFileSync(new URL("../package-lock.json", import.meta.url), "utf8"));
}

function idOf({ name, group, version }) {
  return `${group ? `${group}/` : ""}${name}@${version}`;
}

function licensed(part) {
  if (part.licenses?.length > 0) return part;
  const license = LICENSES[part.name];
  if (!license) throw new Error(`${idOf(part)} names no license: look it up, and add it to scripts/sbom.js`);
  return { ...part, licenses: [{ license: { name: license } }] };
}
