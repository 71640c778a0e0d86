// Builds the pages' scripts and styles: `node build.mjs [--watch]`, output in ../static/dist.
// The new output replaces the old one only when the whole build succeeded, so that a running
// server never sees half of it.
import { build, context } from 'esbuild';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, '..', 'static', 'dist');
const fresh = join(here, 'node_modules', '.dist');
const watching = process.argv.includes('--watch');

export const ENTRIES = ['app', 'form', 'viewer', 'modeler', 'map', 'report'];

const options = {
  absWorkingDir: here,
  entryPoints: ENTRIES.map((name) => `src/${name}.js`),
  outdir: watching ? target : fresh,
  bundle: true,
  splitting: true,
  format: 'esm',
  target: 'es2022',
  minify: !watching,
  charset: 'utf8',
  legalComments: 'linked',
  entryNames: '[name]',
  chunkNames: 'chunks/[name]-[hash]',
  assetNames: 'assets/[name]-[hash]',
  // CodeMirror writes <style> elements, which the Content-Security-Policy refuses.
  alias: { 'style-mod': './src/lib/style-sheets.js' },
  loader: Object.fromEntries(
    ['.woff', '.woff2', '.ttf', '.eot', '.svg', '.png'].map((ending) => [ending, 'file']),
  ),
  logLevel: 'warning',
};

if (watching) {
  await (await context(options)).watch();
} else {
  rmSync(fresh, { recursive: true, force: true });
  await build(options);
  for (const name of ENTRIES) {
    for (const ending of ['js', 'css']) {
      if (!existsSync(join(fresh, `${name}.${ending}`))) throw new Error(`${name}.${ending} was not built`);
    }
  }
  rmSync(target, { recursive: true, force: true });
  renameSync(fresh, target);
}
