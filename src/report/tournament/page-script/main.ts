// The script of the leaderboard page, bundled into one file and written into the page (see src/report/bundles.ts).
import { showRuns } from "./run-chart.ts";
import { sortTables } from "./sort-tables.ts";

sortTables();
showRuns();
