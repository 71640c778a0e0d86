// In which polygon a point lies (GeoJSON, even-odd rule); the server decides for good.

function inRing(ring, x, y) {
  let inside = false;
  for (let now = 0, before = ring.length - 1; now < ring.length; before = now, now += 1) {
    const [x1, y1] = ring[now];
    const [x2, y2] = ring[before];
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
  }
  return inside;
}

const inPolygon = (rings, x, y) => inRing(rings[0], x, y) && !rings.slice(1).some((hole) => inRing(hole, x, y));

/** The feature that holds the point, or undefined. */
export function areaAt(features, x, y) {
  return features.find(({ geometry }) => {
    if (geometry?.type === 'Polygon') return inPolygon(geometry.coordinates, x, y);
    if (geometry?.type === 'MultiPolygon') return geometry.coordinates.some((rings) => inPolygon(rings, x, y));
    return false;
  });
}
