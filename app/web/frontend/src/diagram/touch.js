// Pan with one finger and pinch with two; diagram-js itself only listens to the mouse.

const SMALLEST = 0.2;
const LARGEST = 4;

function Touch(canvas, eventBus) {
  const fingers = new Map();
  let before = null;

  function grip() {
    const points = [...fingers.values()];
    const mean = (axis) => points.reduce((sum, point) => sum + point[axis], 0) / points.length;
    const spread = points.length > 1 ? Math.hypot(points[0].x - points[1].x, points[0].y - points[1].y) : 0;
    return { x: mean('x'), y: mean('y'), spread, count: points.length };
  }

  function follow(container) {
    const now = grip();
    if (before?.count === now.count) {
      canvas.scroll({ dx: now.x - before.x, dy: now.y - before.y });
      if (now.count > 1 && before.spread > 0) {
        const box = container.getBoundingClientRect();
        const zoom = Math.min(LARGEST, Math.max(SMALLEST, canvas.zoom() * (now.spread / before.spread)));
        canvas.zoom(zoom, { x: now.x - box.left, y: now.y - box.top });
      }
    }
    before = now;
  }

  eventBus.on('canvas.init', ({ svg }) => {
    const container = svg.parentNode;
    const down = (event) => {
      if (event.pointerType !== 'touch') return;
      fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      before = grip();
    };
    const move = (event) => {
      if (!fingers.has(event.pointerId)) return;
      fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      follow(container);
    };
    const up = (event) => {
      fingers.delete(event.pointerId);
      before = fingers.size ? grip() : null;
    };
    container.classList.add('touchable');
    container.addEventListener('pointerdown', down);
    container.addEventListener('pointermove', move);
    for (const end of ['pointerup', 'pointercancel', 'pointerleave']) container.addEventListener(end, up);
  });
}
Touch.$inject = ['canvas', 'eventBus'];

export default { __init__: ['touch'], touch: ['type', Touch] };
