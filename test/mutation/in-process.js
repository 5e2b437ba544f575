// Stryker's way to run tests here: in its own process, with node's loader and vitest's `expect`. All tests are loaded once,
// and a mutant is tried in milliseconds; vitest would start anew and load everything for each, which takes a second.
// MUTATION_TESTS are the patterns of the files; those after a "!" are left out.
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { performance } from "node:perf_hooks";
import { pathToFileURL } from "node:url";
import { beginFile, ending, tests } from "./collect.js";

export const strykerPlugins = [{ kind: "TestRunner", name: "in-process", factory: inProcess }];

/** An endless loop is one that reaches the mutant five times as often as all tests do without it; Stryker waits for a hundred. */
const HITS = 5 / 100;

/** How long each test takes, for the processes that have not run them all: quick ones first. */
const TIMES = "mutation-times.json";

function inProcess() {
  globalThis.__stryker__ ??= {};
  const stryker = globalThis.__stryker__;
  let mutants = 0;
  let changed = false;
  return {
    // What is evaluated when a module loads is evaluated again in another process only.
    capabilities: () => ({ reloadEnvironment: true }),

    async dryRun() {
      stryker.mutantCoverage = { static: {}, perTest: {} };
      await load();
      const results = [];
      for (const { id, ...test } of tests) {
        stryker.currentTestId = id;
        const began = performance.now();
        const failureMessage = await failureOf(test);
        const status = test.skipped ? 2 : failureMessage === undefined ? 0 : 1;
        const [fileName] = id.split("#");
        results.push({ id, name: id.slice(fileName.length + 1), fileName, status, failureMessage });
        results.at(-1).timeSpentMs = performance.now() - began;
      }
      stryker.currentTestId = undefined;
      writeFileSync(TIMES, JSON.stringify(Object.fromEntries(results.map(({ id, timeSpentMs }) => [id, timeSpentMs]))));
      const { mutantCoverage } = stryker;
      return { status: "complete", tests: results, mutantCoverage };
    },

    async mutantRun({ activeMutant, mutantActivation, testFilter, hitLimit }) {
      const isStatic = mutantActivation === "static";
      if (changed || (isStatic && tests.length > 0)) throw new Error("what is loaded cannot be tested: start again");
      changed = isStatic;
      if (isStatic) stryker.activeMutant = activeMutant.id;
      await load();
      const chosen = testFilter ? tests.filter(({ id }) => testFilter.includes(id)) : tests;
      const isFirst = mutants++ === 0;
      stryker.hitCount = 0;
      stryker.hitLimit = hitLimit === undefined ? undefined : Math.max(1000, hitLimit * HITS);
      let nrOfTests = 0;
      for (const test of chosen) {
        nrOfTests++;
        stryker.activeMutant = activeMutant.id;
        const failureMessage = await failureOf(test);
        if (!isStatic) stryker.activeMutant = undefined;
        if (stryker.hitCount > stryker.hitLimit) return { status: "timeout", reason: "hit limit" };
        if (failureMessage === undefined) continue;
        // A test that also fails without the mutant fails by what a mutant has left behind, in a cache say.
        changed ||= (await failureOf(test)) !== undefined;
        if (changed && !isFirst) throw new Error("the test may fail by a mutant before this one: start again");
        return { status: "killed", killedBy: [test.id], failureMessage, nrOfTests };
      }
      return { status: "survived", nrOfTests };
    },

    async dispose() {
      for (const hook of ending.reverse()) await hook();
    },
  };

  async function load() {
    if (tests.length > 0) return;
    process.env.NODE_ENV = "test";
    registerHooks({ resolve, load: lighter });
    await import(pathToFileURL("test/mutation/setup.ts").href);
    const patterns = (process.env.MUTATION_TESTS ?? "test/**/*.test.ts").split(" ");
    const without = patterns.filter((pattern) => pattern.startsWith("!")).map((pattern) => pattern.slice(1));
    const files = patterns.filter((pattern) => !pattern.startsWith("!")).flatMap((pattern) => globSync(pattern));
    for (const file of files.filter((file) => !globSync(without).includes(file)).sort()) {
      beginFile();
      await import(pathToFileURL(file).href);
    }
    const times = existsSync(TIMES) ? JSON.parse(readFileSync(TIMES, "utf8")) : {};
    tests.sort((a, b) => (times[a.id] ?? 0) - (times[b.id] ?? 0));
  }
}

async function failureOf({ skipped, run }) {
  if (skipped) return undefined;
  try {
    await run();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Tests get vitest's `expect`, and everything else from collect.js. */
function resolve(specifier, context, next) {
  const isTest = specifier === "vitest" && !context.parentURL.startsWith(new URL(".", import.meta.url).href);
  return isTest ? { url: new URL("collect.js", import.meta.url).href, shortCircuit: true } : next(specifier, context);
}

/** What a test reaches is counted in the run without a mutant only. */
function lighter(url, context, next) {
  const loaded = next(url, context);
  if (!loaded.source || !url.endsWith(".ts")) return loaded;
  const source = String(loaded.source).replace(/function cover\(\) \{/, "$& if (ns.hitLimit !== undefined) return;");
  return { ...loaded, source };
}
