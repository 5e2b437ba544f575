import { formatCount } from "../../../src/task/quantity.ts";
import type { RunPoint } from "../../../src/task/run-point.ts";
import { byId, make } from "./element.ts";
import type { FitResult, Method } from "./fit-results.ts";
import type { Store } from "./store.ts";

/** What the page calls the methods. */
const METHOD_TITLES: Readonly<Record<Method, string>> = {
  minimum: "Minima",
  parabola: "Parabolas",
  parametric: "Parametric",
  "variable-projection": "Projection",
};

/** Fits runs up to a target, in FLOPs, off the main thread. */
export type FitRuns = (runs: readonly RunPoint[], target: number) => Promise<readonly FitResult[]>;

/** The fits of the selected key's runs, made anew as runs arrive, and which of them is drawn. */
export function fitsPanel(store: Store, fitRuns: FitRuns): void {
  let asked = 0;
  let busy = false;

  const refit = async () => {
    busy = true;
    for (let done = 0; done < asked; ) {
      done = asked;
      const runs = store.points().map(({ N, D, C, loss }) => ({ N, D, C, loss }));
      const results = await fitRuns(runs, store.state!.task.target);
      // Results of runs that are no longer the latest would only flicker.
      if (done < asked) continue;
      store.fits = results;
      store.tell("fits");
    }
    busy = false;
  };
  store.on(["world", "runs", "selection"], () => {
    asked++;
    if (!busy) refit();
  });
  store.on(["fits"], () => drawFits(store));
}

function drawFits(store: Store): void {
  const body = byId("fits", HTMLTableSectionElement);
  const focused = document.activeElement instanceof HTMLInputElement ? document.activeElement.value : undefined;
  body.replaceChildren(...store.fits.map((fit) => row(fit, store)));
  if (focused) body.querySelector<HTMLInputElement>(`input[value="${focused}"]`)?.focus();
  const chosen = store.chosenFit();
  byId("fit-explanation", HTMLElement).textContent = chosen
    ? [
        `${METHOD_TITLES[chosen.method]}: ${chosen.explanation}.`,
        ...chosen.warnings.map((line) => `${capital(line)}.`),
      ].join(" ")
    : "";
  byId("fit-law", HTMLElement).textContent = chosen ? LAWS[chosen.method] : "";
  byId("fit-parameters", HTMLElement).replaceChildren(
    ...Object.entries(chosen?.parameters ?? {}).map(([name, value]) =>
      make("div", "", make("dt", "", name), make("dd", "", make("b", "", digits(value)))),
    ),
  );
  byId("use-fit", HTMLButtonElement).disabled = !chosen?.target;
}

function row({ method, status, target, a }: FitResult, store: Store): HTMLElement {
  const radio = make("input");
  radio.type = "radio";
  radio.name = "method";
  radio.value = method;
  radio.checked = method === store.method;
  radio.addEventListener("change", () => {
    store.method = method as Method;
    store.tell("fits");
  });
  const line = make("tr", "", make("td", "", make("label", "choice", radio, METHOD_TITLES[method])));
  line.append(
    make("td", "", target ? formatCount(target.N) : "–"),
    make("td", "", target?.loss?.toFixed(4) ?? "–"),
    make("td", "", a?.toFixed(3) ?? "–"),
    make("td", `status ${status === "converged" ? "good" : "doubtful"}`, status),
  );
  return line;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const ALLOCATION = "Nopt = k_N · C^a, Dopt = k_D · C^b";
const CHINCHILLA = "L = E + A/N^alpha + B/D^beta";
const LAWS: Readonly<Record<Method, string>> = {
  minimum: ALLOCATION,
  parabola: ALLOCATION,
  parametric: CHINCHILLA,
  "variable-projection": CHINCHILLA,
};

/** Four digits that mean something. */
function digits(value: number): string {
  const plain = Math.abs(value) >= 1e-3 && Math.abs(value) < 1e5;
  return plain ? String(Number(value.toPrecision(4))) : value.toExponential(2).replace("e+", "e");
}
