/**
 * A guard against accidents, not a sandbox: while a strategy thinks, what would make its runs unrepeatable or reach
 * outside throws. It does not stop malicious code: run untrusted strategies in isolation.
 */
let thinking = false;

/** Thrown where a strategy calls what it may not. */
export class ForbiddenError extends Error {
  override readonly name = "ForbiddenError";
}

/** Runs a piece of a strategy under the guard. */
export function whileThinking<T>(call: () => T): T {
  const before = thinking;
  thinking = true;
  try {
    return call();
  } finally {
    thinking = before;
  }
}

let installed = false;

/** Installs the guard on this thread's globals, once; outside `whileThinking` they work normally, but for web sockets. */
export function installGuard(): void {
  if (installed) return;
  installed = true;
  guardDate();
  guard(Math, "Math.", ["random"], RANDOM);
  guard(performance, "performance.", ["now"], CLOCK);
  guard(crypto, "crypto.", ["getRandomValues", "randomUUID"], RANDOM);
  guard(process, "process.", ["hrtime", "uptime", "cpuUsage", "threadCpuUsage"], CLOCK);
  guard(process.hrtime, "process.hrtime.", ["bigint"], CLOCK);
  guard(process, "process.", ["getBuiltinModule", "exit", "kill", "abort", "chdir", "dlopen"], OUTSIDE);
  guard(globalThis, "", ["fetch", "BroadcastChannel"], OUTSIDE);
  forbidAlways(["WebSocket", "EventSource"], OUTSIDE);
  // All strategies share this object; a replacement by one would affect the others and the scores.
  Object.freeze(Math);
  guard(globalThis, "", ["setTimeout", "setInterval", "setImmediate", "queueMicrotask"], LATER);
}

const RANDOM = "draw from the rng it is given";
const CLOCK = "its runs must not depend on the clock";
const OUTSIDE = "it may not use files, the network or processes";
const LATER = "it must decide synchronously, without waiting";

function forbid(name: string, advice: string): never {
  throw new ForbiddenError(`${name} is not available to a strategy: ${advice}`);
}

function guard(owner: object, prefix: string, names: readonly string[], advice: string): void {
  for (const name of names) {
    const original: unknown = Reflect.get(owner, name);
    if (typeof original !== "function") continue;
    const guarded = new Proxy(original as (...args: unknown[]) => unknown, {
      apply(target, self, args) {
        if (thinking) forbid(`${prefix}${name}`, advice);
        return Reflect.apply(target, self, args);
      },
      construct(target, args, newTarget) {
        if (thinking) forbid(`${prefix}${name}`, advice);
        return Reflect.construct(target, args, newTarget) as object;
      },
    });
    // Assigned, not defined anew: that would turn Math into a dictionary, and every Math.exp of a strategy into a look-up.
    if (!Reflect.set(owner, name, guarded) || Reflect.get(owner, name) !== guarded)
      Object.defineProperty(owner, name, { value: guarded, writable: true, configurable: true, enumerable: true });
  }
}

/** Forbids classes always. The originals are not read: for that Node would load all of its web classes. */
function forbidAlways(names: readonly string[], advice: string): void {
  for (const name of names)
    if (name in globalThis)
      Reflect.set(globalThis, name, function forbidden() {
        forbid(name, advice);
      });
}

/** A date of given numbers is arithmetic; the date of today is not. */
function guardDate(): void {
  guard(Date, "Date.", ["now"], CLOCK);
  globalThis.Date = new Proxy(Date, {
    apply(target, self, args) {
      if (thinking) forbid("Date()", CLOCK);
      return Reflect.apply(target as unknown as () => string, self, args);
    },
    construct(target, args, newTarget) {
      if (thinking && args.length === 0) forbid("new Date()", CLOCK);
      return Reflect.construct(target, args, newTarget) as object;
    },
  });
}
