// Says what the recommended rules of bpmnlint find in diagrams: node check.mjs FILE… prints {file: [{rule, id, text}]}.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { BpmnModdle } from 'bpmn-moddle';
import { Linter } from 'bpmnlint';

const require = createRequire(import.meta.url);
const NodeResolver = require('bpmnlint/lib/resolver/node-resolver');
const resolver = new NodeResolver({ require });
const found = {};

for (const file of process.argv.slice(2)) {
  const { rootElement, warnings } = await new BpmnModdle().fromXML(await readFile(file, 'utf8'));
  // some rules remember what they have seen: a new linter for each file
  const linter = new Linter({ config: { extends: 'bpmnlint:recommended' }, resolver });
  const rows = warnings.map((one) => ({ rule: 'xml', id: one.element?.id ?? '', text: one.message }));
  for (const [rule, reports] of Object.entries(await linter.lint(rootElement))) {
    rows.push(...reports.map((one) => ({ rule, id: one.id ?? '', text: one.message })));
  }
  found[file] = rows;
}
console.log(JSON.stringify(found));
