// `npm run bench`: every speed figure of the project, one after the other so that they do not disturb each other.
import { reportCliStart } from "./cli-start.ts";
import { reportDashboard } from "./dashboard.ts";
import { reportLossRoute } from "./loss-route.ts";
import { reportSurface } from "./surface.ts";

console.log(`Node ${process.version}, ${process.platform} ${process.arch}\n`);
for (const report of [reportSurface, reportCliStart, reportLossRoute, reportDashboard]) {
  await report();
  console.log();
}
