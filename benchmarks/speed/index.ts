// `npm run bench`: every speed figure of the project, one after the other so that they do not disturb each other;
// `npm run bench -- site` only those named.
import { reportCliStart } from "./cli-start.ts";
import { reportDashboard } from "./dashboard.ts";
import { reportEarlierSurface } from "./earlier-surface.ts";
import { reportEarlierTournament } from "./earlier-tournament.ts";
import { reportJobs } from "./jobs.ts";
import { reportLossRoute } from "./loss-route.ts";
import { reportSite } from "./site.ts";
import { reportSurface } from "./surface.ts";
import { reportTournament } from "./tournament.ts";

const REPORTS: Readonly<Record<string, () => Promise<void> | void>> = {
  surface: reportSurface,
  earlier: reportEarlierSurface,
  "earlier-tournament": reportEarlierTournament,
  jobs: reportJobs,
  cli: reportCliStart,
  loss: reportLossRoute,
  dashboard: reportDashboard,
  site: reportSite,
  tournament: reportTournament,
};

const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(REPORTS);
const unknown = names.find((name) => !(name in REPORTS));
if (unknown !== undefined) {
  console.error(`no figures named "${unknown}"; there are ${Object.keys(REPORTS).join(", ")}`);
  process.exit(2);
}
console.log(`Node ${process.version}, ${process.platform} ${process.arch}\n`);
for (const name of names) {
  await REPORTS[name]!();
  console.log();
}
