import { themeButton } from "../../mock-server/dashboard/page/theme.ts";
import { menu } from "./navigation.ts";
import { search } from "./search.ts";

themeButton("site-theme");
menu();
search();
if (location.protocol !== "file:") void findBase();

/**
 * This page may be served under any address, so its links must lead from where the site begins: the nearest folder
 * above that has the site's script.
 */
async function findBase(): Promise<void> {
  const base = document.createElement("base");
  for (let folder = new URL(".", location.href); ; folder = new URL("..", folder)) {
    base.href = folder.href;
    const { ok } = await fetch(new URL("site.js", folder), { method: "HEAD" }).catch(() => ({ ok: false }));
    if (ok || folder.pathname === "/") break;
  }
  document.head.append(base);
}
