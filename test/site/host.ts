import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".png": "image/png",
};

export interface StaticHost {
  /** Where the folder is served, with a slash at the end. */
  readonly url: string;
  close(): Promise<void>;
}

/** Serves a folder as a static host does, below a path of its own, with 404.html for what does not exist. */
export async function hostFolder(folder: string, below: string): Promise<StaticHost> {
  const server = createServer(({ url = "/" }, response) => {
    const { pathname } = new URL(url, "http://host");
    const name = pathname.startsWith(below) ? pathname.slice(below.length) || "index.html" : "none";
    const found = existsSync(join(folder, name)) && statSync(join(folder, name)).isFile();
    response.writeHead(found ? 200 : 404, { "content-type": TYPES[found ? extname(name) : ".html"] ?? "text/plain" });
    response.end(readFileSync(join(folder, found ? name : "404.html")));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${below}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
