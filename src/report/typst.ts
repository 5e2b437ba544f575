import { NodeCompiler, type NodeError } from "@myriaddreamin/typst-ts-node-compiler";
import { assetFolder } from "./assets.ts";

/** A virtual folder: sources and pictures are passed in memory. */
const FOLDER = "/typst";

/** What Typst made of a source. */
export interface Typeset {
  readonly pdf: Uint8Array;
  /** The values of the source's metadata with this label, in order. */
  metadata(label: string): readonly unknown[];
}

let shared: NodeCompiler | undefined;

/**
 * Typst's source as PDF: the same bytes for the same source. `files` lie beside it.
 *
 * @throws Error with the diagnostics of Typst.
 */
export function typeset(source: string, files: Readonly<Record<string, string | Uint8Array>> = {}): Typeset {
  // One compiler for the process: reading its fonts takes most of the time that a figure does.
  shared ??= NodeCompiler.create({ workspace: FOLDER, fontArgs: [{ fontPaths: [assetFolder("fonts")] }] });
  const compiler = shared;
  compiler.resetShadow();
  for (const [name, content] of Object.entries(files)) compiler.mapShadow(`${FOLDER}/${name}`, Buffer.from(content));
  compiler.addSource(`${FOLDER}/main.typ`, source);
  const compiled = compiler.compile({ mainFilePath: `${FOLDER}/main.typ` });
  const error = compiled.takeError();
  const { result } = compiled;
  if (error || !result) throw new Error(`Typst could not set this: ${diagnostics(compiler, error)}`);
  return {
    pdf: compiler.pdf(result, { creationTimestamp: 0 }),
    metadata: (label) =>
      (compiler.query(result, { selector: `<${label}>` }) as { readonly value: unknown }[]).map(({ value }) => value),
  };
}

function diagnostics(compiler: NodeCompiler, error: NodeError | null): string {
  return error ? JSON.stringify(compiler.fetchDiagnostics(error)) : "no diagnostics";
}

/** A string of Typst: nothing in it is read as markup. */
export function typstString(content: string): string {
  return `"${content.replace(/[\\"]/g, "\\$&").replace(/\n/g, "\\n")}"`;
}
