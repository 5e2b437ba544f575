import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { requires } from "../requires.ts";
import { ROOT } from "./pages.ts";
import { Sandbox } from "./sandbox.ts";

const PYTHON = ["/usr/bin/python3", "python3"].find(
  (python) => spawnSync(python, ["-c", "import nbconvert, ipykernel, scipy"]).status === 0,
);
const jupyter = requires("Jupyter (Debian: jupyter-nbconvert, python3-ipykernel, python3-scipy)", PYTHON !== undefined);

interface Notebook {
  readonly cells: readonly { readonly outputs?: readonly { readonly text?: readonly string[] }[] }[];
}

describe("docs/notebook.ipynb", () => {
  it.skipIf(jupyter.skip)(`prints what it shows when it runs in an empty folder${jupyter.note}`, async () => {
    const notebook = readFileSync(join(ROOT, "docs/notebook.ipynb"), "utf8");
    const sandbox = await Sandbox.open();
    sandbox.write("shown.ipynb", notebook);
    const { code, err } = await sandbox.run(
      `"${PYTHON}" -m nbconvert --to notebook --execute --output executed.ipynb shown.ipynb`,
    );
    expect(code, err).toBe(0);
    expect(printed(readFileSync(join(sandbox.folder, "executed.ipynb"), "utf8"))).toEqual(printed(notebook));
  });
});

/** What each cell prints. */
function printed(notebook: string): string[] {
  const { cells } = JSON.parse(notebook) as Notebook;
  return cells.map(({ outputs = [] }) => outputs.flatMap(({ text = [] }) => text).join(""));
}
