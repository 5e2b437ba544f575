// The script of the leaderboard page, bundled into one file and written into the page (see src/report/bundles.ts).
import { showRuns } from "./run-chart.ts";

sortTables();
openOnArrival();
void showRuns();

/** Opens what a link leads to, and everything before the page is printed. */
function openOnArrival(): void {
  const open = () => {
    const target =
      location.hash.length > 1 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
    for (let node = target; node; node = node.parentElement) if (node instanceof HTMLDetailsElement) node.open = true;
    target?.scrollIntoView();
  };
  addEventListener("hashchange", open);
  addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("details")) details.open = true;
  });
  // A second click on the same link changes no hash.
  document.querySelector("nav")?.addEventListener("click", () => setTimeout(open));
  open();
}

/**
 * Makes tables of the class `sortable` sort by the clicked column: ascending first, then descending; missing values
 * last.
 */
function sortTables(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("table.sortable th button"))
    button.addEventListener("click", () => sortBy(button.closest("th") as HTMLTableCellElement));
}

function sortBy(header: HTMLTableCellElement): void {
  const body = header.closest("table")?.tBodies[0] as HTMLTableSectionElement;
  const direction = header.getAttribute("aria-sort") === "ascending" ? -1 : 1;
  for (const other of (header.parentElement as HTMLTableRowElement).cells) other.removeAttribute("aria-sort");
  header.setAttribute("aria-sort", direction === 1 ? "ascending" : "descending");
  const keyOf = (row: HTMLTableRowElement) => row.cells[header.cellIndex]?.dataset.value ?? "";
  const order = (a: string, b: string): number => {
    if (a === "" || b === "") return Number(a === "") - Number(b === "");
    const [x, y] = [Number(a), Number(b)];
    return direction * (Number.isNaN(x) || Number.isNaN(y) ? a.localeCompare(b) : x - y);
  };
  body.append(...[...body.rows].sort((a, b) => order(keyOf(a), keyOf(b))));
}
