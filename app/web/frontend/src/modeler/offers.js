// Takes out of the menus what the server refuses anyway (bpmn/README.md, "What the server refuses").

const REFUSED = /compensation|complex-gateway|link-intermediate|ad-?hoc|transaction|event-sub-?process|signal-end|cancel/i;
const AFTER_OTHERS = 1;

class Offers {
  constructor(popupMenu) {
    for (const menu of ['bpmn-replace', 'bpmn-append', 'bpmn-create']) popupMenu.registerProvider(menu, AFTER_OTHERS, this);
  }

  getPopupMenuEntries() {
    return (entries) => Object.fromEntries(Object.entries(entries).filter(([id]) => !REFUSED.test(id)));
  }

  getPopupMenuHeaderEntries() {
    return (entries) => Object.fromEntries(Object.entries(entries).filter(([id]) => !REFUSED.test(id)));
  }
}
Offers.$inject = ['popupMenu'];

export default { __init__: ['offers'], offers: ['type', Offers] };
