// Keys for people who work through a list all day: / search, j k rows, x chooses, Enter opens, Escape closes.

const typing = (target) => target.closest?.('input:not([type=checkbox]), textarea, select, [contenteditable], .djs-container, .fjs-container, dialog');

function moveRow(step) {
  const rows = [...document.querySelectorAll('table[data-rows] tbody tr')];
  if (!rows.length) return;
  const now = rows.findIndex((row) => row.contains(document.activeElement));
  const row = rows[Math.max(0, Math.min(rows.length - 1, now + step))];
  (row.querySelector('a[href], button') ?? row).focus();
  row.scrollIntoView({ block: 'nearest' });
}

/** Tick the row that is looked at for what is done with several tasks. */
function choose() {
  document.activeElement.closest('table[data-rows] tbody tr')?.querySelector('.pick input')?.click();
}

function press(key) {
  const wanted = document.querySelector(`[data-hotkey="${CSS.escape(key)}"]`);
  if (!wanted) return false;
  if (wanted.matches('input, textarea, select')) wanted.focus();
  else wanted.click();
  return true;
}

export function listenToKeys() {
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      document.querySelectorAll('details[data-drawer][open]').forEach((drawer) => { drawer.open = false; });
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === 'j') moveRow(1);
    else if (event.key === 'k') moveRow(-1);
    else if (event.key === 'x') choose();
    else if (!press(event.key)) return;
    event.preventDefault();
  });
}
