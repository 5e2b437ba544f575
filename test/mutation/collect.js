// What a test file imports from "vitest" when mutants are tried: it collects the tests, for in-process.js.
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { format } from "node:util";

export { assert, chai, expect, expectTypeOf, vi } from "vitest";

/** All tests of the files that are loaded: id, whether they are skipped, and `run`. */
export const tests = [];

const suite = (name, above) => ({
  name,
  above,
  skipped: above?.skipped ?? false,
  before: [],
  each: [[], []],
});
let current = suite("");
let finished = [];
/** What is to be done at the end of the process. */
export const ending = [];

export const beginFile = () => {
  current = suite("");
};

export const describe = variants((name, body, skipped) => {
  const above = current;
  current = suite(nameOf(name), above);
  current.skipped ||= skipped;
  try {
    body();
  } finally {
    current = above;
  }
});

export const it = variants((name, body, skipped) => {
  const file = fileHere();
  const within = current;
  const suites = [];
  for (let at = within; at; at = at.above) suites.unshift(at);
  const title = [...suites.map(({ name }) => name).slice(1), nameOf(name)].join(" > ");
  const same = tests.filter(({ id }) => id.startsWith(`${file}#${title}`)).length;
  const run = async () => {
    for (const { before } of suites) while (before.length > 0) await before.shift()();
    for (const { each } of suites) for (const hook of each[0]) await hook();
    finished = [];
    try {
      await body({ onTestFinished, skip: () => undefined });
    } finally {
      for (const hook of finished.reverse()) await hook();
      for (const { each } of suites.toReversed()) for (const hook of each[1]) await hook();
    }
  };
  tests.push({ id: `${file}#${title}${same === 0 ? "" : ` (${same})`}`, skipped: skipped || within.skipped, run });
});
export const test = it;

/** Runs once; what it makes is kept until the process ends, and so for `afterAll`. */
export const beforeAll = (hook) => current.before.push(hook);
export const afterAll = (hook) => ending.push(hook);
export const beforeEach = (hook) => current.each[0].push(hook);
export const afterEach = (hook) => current.each[1].push(hook);
export const onTestFinished = (hook) => finished.push(hook);

function variants(declare) {
  const plain =
    (skipped) =>
    (name, ...rest) =>
      declare(name, bodyOf(rest), skipped);
  const each =
    (skipped) =>
    (first, ...values) =>
    (name, ...rest) => {
      const body = bodyOf(rest);
      for (const row of rowsOf(first, values)) {
        const args = Array.isArray(row) ? row : [row];
        declare(titleOf(name, args), () => body(...args), skipped);
      }
    };
  const all = (skipped) => Object.assign(plain(skipped), { each: each(skipped), concurrent: plain(skipped) });
  const skip = all(true);
  return Object.assign(all(false), {
    skip,
    skipIf: (condition) => all(Boolean(condition)),
    runIf: (condition) => all(!condition),
  });
}

function bodyOf(rest) {
  return rest.find((part) => typeof part === "function") ?? (() => undefined);
}

/** The rows of a list, or of a template with a heading. */
function rowsOf(first, values) {
  if (!first.raw) return first;
  const names = first[0].split("|").map((name) => name.trim());
  return Array.from({ length: values.length / names.length }, (_, row) =>
    Object.fromEntries(names.map((name, column) => [name, values[row * names.length + column]])),
  );
}

function titleOf(name, args) {
  const [first] = args;
  const filled = name.replace(/\$(\w+)/g, (all, key) =>
    Object(first) === first && key in first ? String(first[key]) : all,
  );
  const places = filled.match(/%[sdifjoOc#$]/g)?.length ?? 0;
  return format(filled, ...args.slice(0, places));
}

function nameOf(name) {
  return typeof name === "function" ? name.name : name;
}

/** The test file that is being loaded. */
function fileHere() {
  const [url] = /file:[^\s()]*\.test\.ts/.exec(new Error().stack);
  return relative(process.cwd(), fileURLToPath(url)).replaceAll("\\", "/");
}
