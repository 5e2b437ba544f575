import { gzipSync } from "node:zlib";
import { nextRuns } from "../../../src/experiment/next/plan.ts";
import { parseColumns } from "../../../src/table/columns.ts";
import { readTableFile } from "../../../src/table/files.ts";
import { readRows } from "../../../src/table/rows.ts";
import { categoriesOf, groupDropped, groupRows, readRunsTable, runsTable } from "../../../src/table/runs.ts";
import { parseCondition } from "../../../src/table/where.ts";
import { parseJsonDocument } from "../../../src/task/document.ts";
import { givenSpaceSchema } from "../../../src/task/task-schema.ts";
import { type Parser, throughFile } from "./parser.ts";

const TABLE =
  "N,C,loss\n5e6,1e17,4.86\n2e7,1e17,4.69\n8e7,1e17,4.87\n1e7,1e18,4.26\n8e7,1e18,3.78\n3e8,1e18,3.93\n3e7,1e19,3.56\n3e8,1e19,3.16\n1e9,1e19,3.27\n";
const ANSWERS =
  "d_model,num_layers,num_heads,batch_size,learning_rate,train_flops,loss\n256,4,4,128,1e-3,1e16,4.6\n384,6,6,128,1e-3,1e16,4.5\n512,8,8,128,1e-3,1e16,4.7\n384,6,6,128,1e-3,1e17,3.9\n512,8,8,256,1e-3,1e17,3.7\n768,12,12,128,5e-4,1e17,3.8\n";
const UNITS = "params_M\ttokens (B)\tval loss\tset\tstate\n1.5\t2\t3.2\ta\tfinished\n2.5\t2\t3.1\tb\tcrashed\n";

/** Tables as the options of the commands have them read: first `--columns`, then `--where`, then one table or two. */
export const TABLE_PARSERS: readonly Parser[] = [
  {
    name: "table door",
    seeds: [
      `N=1e6*"size, m",loss=loss\nset=a\n"size, m",D,loss,set\n1,2e9,3.2,a\n2,2e9,3.1,b\n`,
      `\nC<1e21\n${TABLE}`,
      `\nstate=finished\n${UNITS}`,
      `C=1e9*gflops,loss=L\nN>=1e6\nparams,gflops,L\n1M,1e7,3.2\n\fparams;gflops;L\n2e6;1e7;3,1\n`,
    ],
    read(text) {
      const [columns = "", where = "", ...lines] = text.split("\n");
      const sources = lines
        .join("\n")
        .split("\f")
        .map((part, i) => ({ name: `table ${i + 1}`, text: part }));
      const rows = readRows(sources, {
        ...(columns && { columns: parseColumns(columns) }),
        ...(where && { where: [parseCondition(where)] }),
      });
      runsTable(rows, { keepAll: true });
      const table = runsTable(rows);
      groupDropped(table.dropped);
      return categoriesOf(table).map(({ column }) => groupRows(rows, [column]));
    },
  },
  {
    name: "packed table",
    seeds: [gzipSync(TABLE, { level: 0 }), gzipSync(UNITS), Buffer.from(`\ufeff${TABLE}`, "utf16le")].map((bytes) =>
      bytes.toString("latin1"),
    ),
    read: throughFile("runs.csv.gz", (file) => readRunsTable(readTableFile(file, "table").text)),
  },
  {
    name: "search space",
    seeds: [
      JSON.stringify({
        searchSpace: {
          batchSize: { kind: "choice", values: [128, 256] },
          learningRate: { kind: "range", minimum: 1e-4, maximum: 1e-3, integer: false },
        },
        admissible: { batchSizes: [128], learningRate: [1e-4, 1e-3] },
        sequenceLength: 512,
      }),
    ],
    read: (text) => parseJsonDocument(givenSpaceSchema, text, "space.json"),
  },
  {
    name: "next",
    // Budget and target, then the table.
    seeds: [`5e19 1e21\n${TABLE}`, `1e18 1e19\n${ANSWERS}`],
    oneIn: 20,
    read(text) {
      const [first = "", ...lines] = text.split("\n");
      const [budget = 0, target = 0] = first.split(" ").map(Number);
      const { runs } = readRunsTable(lines.join("\n"), { keepAll: true });
      return nextRuns(runs, { budget, target, parallel: 1 });
    },
  },
];
