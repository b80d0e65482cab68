// node validate.mjs FOLDER FILE: the Kubernetes objects in FILE (a JSON array) against the schemas that are
// installed below FOLDER. Prints a line for each problem; status 1 if there is one.
//
// The models' own validation finds wrong types, bad values and missing fields. It lets unknown fields pass, as the
// published schemas do; so each object is also given to the TypeScript compiler as a literal of its kind's type,
// which refuses a property that the type does not have.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const [folder, file] = process.argv.slice(2);
const require = createRequire(path.resolve(folder, 'package.json'));
const ts = require('typescript');

const PACKAGES = {  // API group -> where its models are; all others are Kubernetes' own
  'cert-manager.io': '@kubernetes-models/cert-manager/',
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator/',
};

const problems = [];
let literals = '';
const owners = [];  // of each line of `literals`: what object it is part of
const objects = JSON.parse(fs.readFileSync(file, 'utf8'));
for (const object of objects) {
  const name = `${object.kind}/${object.metadata?.name}`;
  const model = (PACKAGES[object.apiVersion.split('/')[0]] ?? 'kubernetes-models/') + `${object.apiVersion}/${object.kind}`;
  let Kind;
  try {
    Kind = require(model)[object.kind];
  } catch {
    problems.push(`${name}: no such kind in ${object.apiVersion}`);
    continue;
  }
  try {
    new Kind(object).validate();
  } catch (error) {
    problems.push(`${name}: ${error.message}`);
  }
  const literal = `{ const x: import('${model}').I${object.kind} = ${JSON.stringify(object, null, 1)}; void x; }\n`;
  literals += literal;
  while (owners.length < literals.split('\n').length - 1) owners.push(name);
}

const generated = path.resolve(folder, `literals-${process.pid}.ts`);
fs.writeFileSync(generated, literals + 'export {};');
const program = ts.createProgram([generated], {
  strict: true, noEmit: true, skipLibCheck: true, types: [],
  module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext,
});
for (const found of ts.getPreEmitDiagnostics(program)) {
  const line = found.file?.getLineAndCharacterOfPosition(found.start).line;
  problems.push(`${owners[line] ?? found.file?.fileName}: ${ts.flattenDiagnosticMessageText(found.messageText, ' ')}`);
}
fs.unlinkSync(generated);

for (const problem of problems) console.log(problem);
console.log(`${objects.length} objects, ${problems.length} problems`);
process.exit(problems.length ? 1 : 0);
