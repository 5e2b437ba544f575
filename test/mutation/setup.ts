import fc from "fast-check";

// What kills a mutant today kills it tomorrow; and a killed mutant needs no smallest counterexample.
fc.configureGlobal({ seed: 20_250_422, endOnFailure: true });

// An endless loop is one that reaches the mutant five times as often as all tests do without it. Stryker waits for a
// hundred times, which is minutes in the loops of a fit.
const stryker = (globalThis as { __stryker__?: { hitLimit?: number } }).__stryker__;
if (stryker?.hitLimit !== undefined) stryker.hitLimit = Math.max(1000, stryker.hitLimit / 20);
