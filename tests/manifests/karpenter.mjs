// Validates objects of Karpenter, a JSON list on standard input, and prints what is wrong with them, another.
//
// @kubernetes-models/karpenter is made of Karpenter's published Go types: its validators know patterns, words and limits, and
// its types know every field, so that TypeScript refuses those that there are not. What Karpenter checks with CEL, nobody
// checks here.
import { createRequire } from "node:module";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const nodeModules = process.argv[2];
const require = createRequire(join(nodeModules, "_"));
const ts = require("typescript");

const objects = JSON.parse(readFileSync(0, "utf8"));
const directory = mkdtempSync(join(tmpdir(), "karpenter-"));
try {
  // Packages are looked for beside the file that names them.
  symlinkSync(nodeModules, join(directory, "node_modules"));
  writeFileSync(join(directory, "package.json"), '{"type": "module"}');
  const problems = [...(await refused(objects)), ...untyped(objects)];
  process.stdout.write(JSON.stringify(problems));
} finally {
  rmSync(directory, { recursive: true });
}

function model(object) {
  return `@kubernetes-models/karpenter/${object.apiVersion}`;
}

function title(object) {
  return `${object.kind} ${object.metadata?.name}`;
}

/** What the validators refuse. */
async function refused(objects) {
  const file = join(directory, "models.mjs");
  writeFileSync(file, 'export const load = (name) => import(name);\n');
  const { load } = await import(pathToFileURL(file));
  const problems = [];
  for (const object of objects) {
    const Model = (await load(model(object)))[object.kind];
    if (!Model) {
      problems.push(`${title(object)}: Karpenter has no such kind`);
      continue;
    }
    try {
      new Model(object).validate();
    } catch (error) {
      problems.push(`${title(object)}: ${error.message}`);
    }
  }
  return problems;
}

/** What the types refuse: every object is a literal of its type. */
function untyped(objects) {
  const lines = objects.map((object, index) => {
    const type = `import(${JSON.stringify(model(object))}).I${object.kind}`;
    return `export const _${index}: ${type} = ${JSON.stringify(object)};`;
  });
  const file = join(directory, "objects.ts");
  writeFileSync(file, lines.join("\n"));
  const options = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: [],
  };
  const program = ts.createProgram([file], options);
  return ts.getPreEmitDiagnostics(program).map((found) => {
    const line = found.file ? found.file.getLineAndCharacterOfPosition(found.start ?? 0).line : 0;
    return `${title(objects[line])}: ${ts.flattenDiagnosticMessageText(found.messageText, " ")}`;
  });
}
