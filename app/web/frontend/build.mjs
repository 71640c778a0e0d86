// Builds the pages' scripts and styles: `node build.mjs [--watch]`, output in ../static/dist.
// The new output replaces the old one only when the whole build succeeded, so that a running
// server never sees half of it.
import { build, context } from 'esbuild';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sfnt } from './sfnt.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, '..', 'static', 'dist');
const fresh = join(here, 'node_modules', '.dist');
const watching = process.argv.includes('--watch');

export const ENTRIES = ['app', 'form', 'viewer', 'modeler', 'map', 'report', 'paper', 'phone'];

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
  // copied as they are, see takeFonts
  external: ['./fonts/*'],
  logLevel: 'warning',
};

// The writing of documents: as WOFF2 for the browser's print, as TrueType for PDF.
const WEIGHTS = ['400', '700'];

function takeFonts() {
  const from = join(here, 'node_modules', '@fontsource', 'noto-serif-sc');
  const to = join(fresh, 'fonts');
  mkdirSync(to, { recursive: true });
  for (const weight of WEIGHTS) {
    const name = join(from, 'files', `noto-serif-sc-chinese-simplified-${weight}-normal`);
    copyFileSync(`${name}.woff2`, join(to, `serif-${weight}.woff2`));
    writeFileSync(join(to, `serif-${weight}.ttf`), sfnt(readFileSync(`${name}.woff`)));
  }
  copyFileSync(join(from, 'LICENSE'), join(to, 'OFL.txt'));
}

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
  takeFonts();
  rmSync(target, { recursive: true, force: true });
  renameSync(fresh, target);
}
