// Builds the pages' scripts and styles: `node build.mjs [--watch]`, output in ../static/dist.
// The new output replaces the old one only when the whole build succeeded, so that a running
// server never sees half of it. Names hold the hash of the content; built.json says which belong to an entry.
import { build, context } from 'esbuild';
import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { sfnt } from './sfnt.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, '..', 'static', 'dist');
const fresh = join(here, 'node_modules', '.dist');
const watching = process.argv.includes('--watch');
const outdir = watching ? target : fresh;

export const ENTRIES = ['app', 'form', 'viewer', 'modeler', 'map', 'report', 'paper', 'phone'];

/** Every entry begins with what all of them need. */
const shared = {
  name: 'shared',
  setup({ onLoad }) {
    onLoad({ filter: new RegExp(`/src/(${ENTRIES.join('|')})\\.js$`) }, async ({ path }) => (
      { contents: `import './lib/shared.js'; ${await readFile(path, 'utf8')}`, loader: 'js' }));
  },
};

/** Write down what an entry is made of: {entry: {script, style, pieces that the script imports}}. */
const listed = {
  name: 'listed',
  setup({ onEnd }) {
    onEnd(({ metafile, errors }) => {
      if (errors.length) return;
      const outputs = metafile.outputs;
      const name = (path) => relative(outdir, join(here, path));
      const pieces = (path, found = new Set()) => {
        for (const one of outputs[path].imports) {
          if (one.kind !== 'import-statement' || one.external || found.has(one.path)) continue;
          found.add(one.path);
          pieces(one.path, found);
        }
        return [...found];
      };
      const entries = Object.entries(outputs).filter(([path, one]) => one.entryPoint && path.endsWith('.js'));
      const files = Object.fromEntries(entries.map(([path, one]) => [basename(one.entryPoint, '.js'), {
        script: name(path), style: one.cssBundle && name(one.cssBundle), pieces: pieces(path).map(name),
      }]));
      for (const entry of ENTRIES) if (!files[entry]?.style) throw new Error(`${entry} was not built with its style`);
      writeFileSync(join(outdir, 'built.json'), JSON.stringify(files));
    });
  },
};

const options = {
  absWorkingDir: here,
  entryPoints: ENTRIES.map((name) => `src/${name}.js`),
  outdir,
  bundle: true,
  splitting: true,
  metafile: true,
  format: 'esm',
  target: 'es2022',
  minify: !watching,
  charset: 'utf8',
  legalComments: 'linked',
  entryNames: watching ? '[name]' : '[name]-[hash]',
  chunkNames: 'chunks/[name]-[hash]',
  assetNames: 'assets/[name]-[hash]',
  plugins: [shared, listed],
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

/** Put what goes over the line beside each text file, as small as it gets: no server has to do it again. */
function squeeze(outputs) {
  for (const path of Object.keys(outputs).filter((one) => /\.(js|css|svg)$/.test(one))) {
    const content = readFileSync(join(here, path));
    const params = { [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
    writeFileSync(join(here, `${path}.br`), brotliCompressSync(content, { params }));
    writeFileSync(join(here, `${path}.gz`), gzipSync(content, { level: 9 }));
  }
}

if (watching) {
  await (await context(options)).watch();
} else {
  rmSync(fresh, { recursive: true, force: true });
  const { metafile } = await build(options);
  takeFonts();
  squeeze(metafile.outputs);
  rmSync(target, { recursive: true, force: true });
  renameSync(fresh, target);
}
