import type * as Plot from "@observablehq/plot";
import { INK } from "../colors.ts";
import { textWidth } from "../text-width.ts";
import { svgElement, textElement } from "./svg.ts";

interface Point {
  readonly x: number;
  readonly y: number;
}

/** A label of a point, in the units of the data. */
interface Label extends Point {
  readonly text: string;
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const SIZE = 11.5;
/** Half of a mark, with the gap around it. */
const MARK = 7;

/**
 * Labels beside their points: inside the frame, none over another, off the points to avoid and off curves as far as can
 * be. A label that finds no place near its point stands farther off, with a line to it.
 */
export function placedLabels(
  labels: readonly Label[],
  avoid: readonly Point[],
  curves: readonly Point[] = [],
): Plot.Markish {
  return (_index, { x, y }, _values, dimensions, { document }) => {
    const at = (point: Point) => ({
      x: (x as (value: number) => number)(point.x),
      y: (y as (value: number) => number)(point.y),
    });
    const frame: Box = {
      left: dimensions.marginLeft,
      right: dimensions.width - dimensions.marginRight,
      top: dimensions.marginTop,
      bottom: dimensions.height - dimensions.marginBottom,
    };
    const obstacles = { marks: avoid.map(at), own: labels.map(at), curves: curves.map(at) };
    const place = (order: readonly Label[]) => {
      const placed: Placed[] = [];
      for (const label of order) {
        const anchor = at(label);
        const boxes = placed.map(({ box }) => box);
        const best = bestPlace(anchor, label.text, frame, boxes, obstacles);
        if (best) placed.push({ ...best, anchor, text: label.text });
      }
      const lost = (order.length - placed.length) * NOT_PLACED;
      return { placed, cost: placed.reduce((sum, { cost }) => sum + cost, lost) };
    };
    // The label placed first gets the best place, so two orders are tried.
    const fromLeft = labels.toSorted((a, b) => a.x - b.x);
    const [left, right] = [place(fromLeft), place(fromLeft.toReversed())];
    const { placed } = right.cost < left.cost ? right : left;
    const halo = { stroke: "white", "stroke-width": 3.5, "stroke-linejoin": "round", "paint-order": "stroke" };
    const style = { "text-anchor": "start", "font-weight": "bold", fill: INK, ...halo };
    const lines = placed
      .filter(({ far }) => far)
      .map(({ anchor, box }) =>
        svgElement(document, "path", { d: lineTo(anchor, box), stroke: INK, "stroke-width": 0.7 }),
      );
    const texts = placed.map(({ box, text }) =>
      textElement(document, text, box.left, box.bottom - 0.24 * SIZE, SIZE, style),
    );
    return svgElement(document, "g", { class: "labels" }, [...lines, ...texts]);
  };
}

/** Where a label goes; `far` from its point it needs a line. */
interface Place {
  readonly box: Box;
  readonly far: boolean;
  readonly cost: number;
}

interface Placed extends Place {
  readonly anchor: Point;
  readonly text: string;
}

const NOT_PLACED = 100;

/** How far labels are tried from their point, in marks, and in which directions, the preferred first. */
const DISTANCES = [1, 2.2, 3.6, 5.4, 8, 11];
const DIRECTIONS: readonly (readonly [x: number, y: number])[] = [
  [-1, -1],
  [1, -1],
  [0, -1],
  [1, 1],
  [-1, 1],
  [0, 1],
  [1, 0],
  [-1, 0],
];

function bestPlace(
  anchor: Point,
  text: string,
  frame: Box,
  placed: readonly Box[],
  { marks, own, curves }: Record<"marks" | "own" | "curves", readonly Point[]>,
): Place | undefined {
  const width = textWidth(text, SIZE, true);
  const height = 1.15 * SIZE;
  let best: Place | undefined;
  for (const [ring, distance] of DISTANCES.entries())
    for (const [order, [dx, dy]] of DIRECTIONS.entries()) {
      const x = anchor.x + dx * (distance * MARK * (dy === 0 ? 1 : 0.7) + width / 2);
      const y = anchor.y + dy * (distance * MARK * (dx === 0 ? 1 : 0.7) + height / 2);
      const box = { left: x - width / 2, right: x + width / 2, top: y - height / 2, bottom: y + height / 2 };
      if (box.left < frame.left + 2 || box.right > frame.right - 2) continue;
      if (box.top < frame.top + 2 || box.bottom > frame.bottom - 2) continue;
      if (placed.some((other) => overlap(box, other))) continue;
      const hides = (points: readonly Point[]) => points.filter((point) => overlap(box, around(point))).length;
      const cost = 3 * hides(marks) + 30 * hides(own) + (hides(curves) > 0 ? 2 : 0) + 1.5 * ring + 0.1 * order;
      if (!best || cost < best.cost) best = { box, far: ring > 0, cost };
    }
  return best;
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

function around({ x, y }: Point): Box {
  const half = 0.6 * MARK;
  return { left: x - half, right: x + half, top: y - half, bottom: y + half };
}

/** From a point to the nearest place on a label's edge. */
function lineTo({ x, y }: Point, { left, right, top, bottom }: Box): string {
  return `M${x},${y}L${Math.min(Math.max(x, left), right)},${Math.min(Math.max(y, top), bottom)}`;
}
