// CodeMirror mounts its styles as <style> elements, which the Content-Security-Policy refuses.
// A root without `head` makes style-mod use constructed style sheets, which are allowed.
import { StyleModule } from '../../node_modules/style-mod/src/style-mod.js';

const mount = StyleModule.mount;
const roots = new WeakMap();

function withoutHead(root) {
  if (!root.head) return root;
  if (!roots.has(root)) {
    roots.set(root, {
      ownerDocument: root,
      get adoptedStyleSheets() { return root.adoptedStyleSheets; },
      set adoptedStyleSheets(sheets) { root.adoptedStyleSheets = sheets; },
    });
  }
  return roots.get(root);
}

StyleModule.mount = (root, modules, options) => mount.call(StyleModule, withoutHead(root), modules, options);

export { StyleModule };
