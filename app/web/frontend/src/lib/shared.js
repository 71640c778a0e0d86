// What nearly every page needs: the build puts this before each entry, so that it becomes one piece and not seven, each of
// which would be a request of its own.
import './dialog.js';
import './drafts.js';
import './flash.js';
import './net.js';
import './page.js';
import './position.js';
import './texts.js';
