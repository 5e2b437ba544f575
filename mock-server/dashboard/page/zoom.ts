import type { Scale } from "@observablehq/plot";
import { make } from "./element.ts";

type Range = readonly [low: number, high: number];

/** The part of a chart that is shown, in its own units. */
export interface View {
  readonly x: Range;
  readonly y: Range;
}

/** The scales of the chart that was drawn last. */
interface Scales {
  readonly x: Scale;
  readonly y: Scale;
}

/** How much a step zooms, and the share of a view that an arrow key moves by. */
const STEP = { zoom: 0.7, move: 0.15 };
/** Pixels a pointer must have moved for a frame to be one. */
const LEAST = 6;

/**
 * Zooming into a chart: by dragging a frame, by the keys + − 0 and arrows, or by its three buttons. Touch leaves dragging to
 * the page's scrolling.
 */
export class Zoom {
  /** What is shown; undefined for everything. */
  view: View | undefined;
  readonly #host: HTMLElement;
  /** Draws the chart as it is to be shown. */
  readonly redraw: () => void;
  readonly #reset = button("Show all", "Show all of the chart");
  #whole: View | undefined;
  #scales: Scales | undefined;

  /** @param tools where the buttons go. */
  constructor(host: HTMLElement, tools: HTMLElement, name: string, redraw: () => void) {
    this.#host = host;
    this.redraw = redraw;
    host.tabIndex = 0;
    host.setAttribute("role", "group");
    host.setAttribute("aria-label", `${name}: plus and minus zoom, arrow keys move, 0 shows all`);
    const [closer, wider] = [button("+", "Zoom in"), button("−", "Zoom out")];
    closer.onclick = () => this.#scale(STEP.zoom);
    wider.onclick = () => this.#scale(1 / STEP.zoom);
    this.#reset.onclick = () => this.#show(undefined);
    this.#reset.hidden = true;
    tools.append(this.#reset, wider, closer);
    host.addEventListener("keydown", (event) => this.#key(event));
    host.addEventListener("dblclick", () => this.#show(undefined));
    // Before Plot, which would pin its tooltip.
    host.addEventListener("pointerdown", (event) => this.#drag(event), { capture: true });
  }

  /** To be told what was drawn, and with which scales. */
  drawn(whole: View, scales: Scales): void {
    this.#whole = whole;
    this.#scales = scales;
    this.#reset.hidden = this.view === undefined;
  }

  #show(view: View | undefined): void {
    this.view = view;
    this.redraw();
  }

  #key(event: KeyboardEvent): void {
    const moves: Readonly<Record<string, () => void>> = {
      "+": () => this.#scale(STEP.zoom),
      "=": () => this.#scale(STEP.zoom),
      "-": () => this.#scale(1 / STEP.zoom),
      "0": () => this.#show(undefined),
      Escape: () => this.#show(undefined),
      ArrowLeft: () => this.#move(-STEP.move, 0),
      ArrowRight: () => this.#move(STEP.move, 0),
      ArrowUp: () => this.#move(0, STEP.move),
      ArrowDown: () => this.#move(0, -STEP.move),
    };
    const move = moves[event.key];
    if (!move || event.ctrlKey || event.metaKey || event.altKey) return;
    // An arrow scrolls the page while everything is shown.
    if (event.key.startsWith("Arrow") && !this.view) return;
    event.preventDefault();
    move();
  }

  #scale(factor: number): void {
    const ends = [0.5 - factor / 2, 0.5 + factor / 2] as const;
    this.#take(
      (range, scale) => between(range, ends, scale),
      (range, scale) => between(range, ends, scale),
    );
  }

  #move(x: number, y: number): void {
    this.#take(
      (range, scale) => between(range, [x, 1 + x], scale),
      (range, scale) => between(range, [y, 1 + y], scale),
    );
  }

  #take(x: (range: Range, scale: Scale) => Range, y: (range: Range, scale: Scale) => Range): void {
    const [now, scales, whole] = [this.view ?? this.#whole, this.#scales, this.#whole];
    if (!now || !scales || !whole) return;
    const view = { x: x(now.x, scales.x), y: y(now.y, scales.y) };
    const isAll = (["x", "y"] as const).every(
      (axis) => view[axis][0] <= whole[axis][0] && view[axis][1] >= whole[axis][1],
    );
    this.#show(isAll ? undefined : view);
  }

  #drag(start: PointerEvent): void {
    const scales = this.#scales;
    if (start.button !== 0 || start.pointerType === "touch" || !scales) return;
    const host = this.#host;
    const box = make("div", "zoom-box");
    const svg = host.querySelector("svg")!;
    // The picture may be shown smaller than it was drawn.
    const at = ({ clientX, clientY }: PointerEvent) => {
      const { left, top, width } = svg.getBoundingClientRect();
      const shrunk = Number(svg.getAttribute("width")) / width;
      return { x: (clientX - left) * shrunk, y: (clientY - top) * shrunk, shrunk };
    };
    const from = at(start);
    const move = (event: PointerEvent) => {
      const to = at(event);
      if (!box.isConnected && Math.hypot(to.x - from.x, to.y - from.y) < LEAST) return;
      if (!box.isConnected) host.append(box);
      const { shrunk } = to;
      Object.assign(box.style, {
        left: `${Math.min(from.x, to.x) / shrunk}px`,
        top: `${Math.min(from.y, to.y) / shrunk}px`,
        width: `${Math.abs(to.x - from.x) / shrunk}px`,
        height: `${Math.abs(to.y - from.y) / shrunk}px`,
      });
    };
    const end = (event: PointerEvent) => {
      host.removeEventListener("pointermove", move);
      host.removeEventListener("pointerup", end);
      host.removeEventListener("pointercancel", end);
      const dragged = box.isConnected;
      box.remove();
      const to = at(event);
      if (!dragged || event.type !== "pointerup") return;
      if (Math.abs(to.x - from.x) < LEAST || Math.abs(to.y - from.y) < LEAST) return;
      this.#show({ x: inverted(scales.x, from.x, to.x), y: inverted(scales.y, from.y, to.y) });
    };
    host.setPointerCapture(start.pointerId);
    host.addEventListener("pointermove", move);
    host.addEventListener("pointerup", end);
    host.addEventListener("pointercancel", end);
    start.stopPropagation();
    host.focus({ preventScroll: true });
  }
}

/** The part of a range between two shares of it; both may lie outside it. */
function between([low, high]: Range, [from, to]: Range, { type }: Scale): Range {
  if (type !== "log") return [low + from * (high - low), low + to * (high - low)];
  const span = Math.log(high / low);
  return [low * Math.exp(from * span), low * Math.exp(to * span)];
}

function inverted(scale: Scale, a: number, b: number): Range {
  const [first, last] = (scale.range ?? [0, 0]) as [number, number];
  const inside = (pixels: number) => Math.min(Math.max(pixels, Math.min(first, last)), Math.max(first, last));
  const [low, high] = [scale.invert!(inside(a)), scale.invert!(inside(b))];
  return low < high ? [low, high] : [high, low];
}

function button(text: string, label: string): HTMLButtonElement {
  const made = make("button", "quiet", text);
  made.type = "button";
  made.setAttribute("aria-label", label);
  return made;
}
