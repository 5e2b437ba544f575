import fc from "fast-check";

// What kills a mutant today kills it tomorrow; and a killed mutant needs no smallest counterexample.
fc.configureGlobal({ seed: 20_250_422, endOnFailure: true });
