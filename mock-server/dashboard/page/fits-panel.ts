import { formatCount } from "../../../src/task/quantity.ts";
import type { RunPoint } from "../../../src/task/run-point.ts";
import { sourceColor } from "./chart.ts";
import { byId, make } from "./element.ts";
import type { FitResult } from "./fit-results.ts";
import { METHOD_LAWS, METHOD_TITLES } from "./methods.ts";
import type { Source, Store } from "./store.ts";

/** Fits runs up to a target, in FLOPs, off the main thread. */
export type FitRuns = (runs: readonly RunPoint[], target: number) => Promise<readonly FitResult[]>;

/** The fits of everything drawn, made anew as runs arrive, and which of them are drawn. */
export function fitsPanel(store: Store, fitRuns: FitRuns): void {
  const fitted = new Map<string, { readonly runs: unknown; readonly target: number }>();
  const waiting = new Map<string, Source>();
  let busy = false;

  const refit = async () => {
    busy = true;
    for (;;) {
      const [next] = waiting.values();
      if (!next) break;
      waiting.delete(next.id);
      const points = next.best.map(({ N, D, C, loss, weight }) => ({
        ...{ N, D, C, loss },
        ...(weight !== undefined && { weight }),
      }));
      const results = await fitRuns(points, store.state!.task.target);
      // Results of runs that are no longer the latest would only flicker.
      if (waiting.has(next.id) || fitted.get(next.id)?.runs !== next.runs) continue;
      store.fits.set(next.id, results);
      store.tell("fits");
    }
    busy = false;
  };
  store.on(["world", "runs", "selection", "tables"], () => {
    const { target } = store.state!.task;
    const sources = store.sources();
    const [selected] = sources;
    if (store.selected !== undefined && selected?.id !== store.selected) {
      fitted.delete(store.selected);
      store.fits.delete(store.selected);
    }
    for (const source of sources) {
      const before = fitted.get(source.id);
      if (before?.runs === source.runs && before.target === target) continue;
      fitted.set(source.id, { runs: source.runs, target });
      waiting.set(source.id, source);
    }
    if (!busy) refit();
  });
  store.on(["world", "runs", "fits", "selection", "names", "tables"], () => drawFits(store));
}

function drawFits(store: Store): void {
  const table = byId("fits", HTMLTableElement);
  const focused = document.activeElement instanceof HTMLInputElement ? document.activeElement.dataset.fit : undefined;
  const sources = store.sources();
  const bodies = sources.map(({ id, name }, i) => {
    const rows = (store.fits.get(id) ?? []).map((fit) => row(fit, store, i === 0));
    return make("tbody", "", ...(sources.length > 1 ? [heading(name, sourceColor(i))] : []), ...rows);
  });
  for (const body of [...table.tBodies]) body.remove();
  table.append(...bodies);
  if (focused) table.querySelector<HTMLInputElement>(`input[data-fit="${focused}"]`)?.focus();
  const chosen = store.chosenFit();
  byId("fit-explanation", HTMLElement).textContent = chosen
    ? [
        `${METHOD_TITLES[chosen.method]}: ${chosen.explanation}.`,
        ...chosen.warnings.map((line) => `${capital(line)}.`),
      ].join(" ")
    : "";
  byId("fit-law", HTMLElement).textContent = chosen ? METHOD_LAWS[chosen.method] : "";
  byId("fit-parameters", HTMLElement).replaceChildren(
    ...Object.entries(chosen?.parameters ?? {}).map(([name, value]) =>
      make("div", "", make("dt", "", name), make("dd", "", make("b", "", digits(value)))),
    ),
  );
  byId("use-fit", HTMLButtonElement).disabled = !chosen?.target;
}

function heading(name: string, color: string): HTMLElement {
  const swatch = make("span", "swatch");
  swatch.style.background = color;
  const cell = make("th", "", swatch, name);
  cell.colSpan = 6;
  cell.scope = "rowgroup";
  return make("tr", "", cell);
}

/** A method's row; which method is chosen and drawn is the same for every source, and said with the first. */
function row({ method, status, target, a }: FitResult, store: Store, isFirst: boolean): HTMLElement {
  const title = METHOD_TITLES[method];
  const radio = input("radio", `use-${method}`, method === store.method, () => store.choose(method));
  radio.name = "method";
  const check = input("checkbox", `draw-${method}`, store.drawn.has(method), () => {
    if (check.checked) store.drawn.add(method);
    else store.drawn.delete(method);
    store.tell("fits");
  });
  check.setAttribute("aria-label", `Draw ${title}`);
  const line = make(
    "tr",
    "",
    make("td", "", ...(isFirst ? [check] : [])),
    make("td", "", isFirst ? make("label", "choice", radio, title) : title),
  );
  line.append(
    make("td", "", target ? formatCount(target.N) : "–"),
    make("td", "", target?.loss?.toFixed(4) ?? "–"),
    make("td", "", a?.toFixed(3) ?? "–"),
    make("td", `status ${status === "converged" ? "good" : "doubtful"}`, status),
  );
  return line;
}

function input(type: "radio" | "checkbox", name: string, checked: boolean, change: () => void): HTMLInputElement {
  const made = make("input");
  made.type = type;
  made.dataset.fit = name;
  made.checked = checked;
  made.addEventListener("change", change);
  return made;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Four digits that mean something. */
function digits(value: number): string {
  const plain = value === 0 || (Math.abs(value) >= 1e-3 && Math.abs(value) < 1e5);
  return plain ? String(Number(value.toPrecision(4))) : value.toExponential(2).replace("e+", "e");
}
