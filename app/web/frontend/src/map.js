// Picks a position without any map service: the outlines of the grids, and a marker to place.
// [data-map] with data-areas-url, data-lat="#lat", data-lon="#lon" (the inputs). Marks and ways to show are JSON blocks
// of the page: data-points [{lat, lon, name, kind}], data-lines [{name, colour, points: [[lat, lon, time]]}].
import L from 'leaflet';
import 'leaflet/dist/leaflet.css';
import './map.css';
import { areaAt } from './lib/areas.js';
import { readText } from './lib/net.js';
import { element, readBlock } from './lib/page.js';
import { locate } from './lib/position.js';
import { t } from './lib/texts.js';

const OUTLINE = { color: '#7d95b0', weight: 1, fillColor: '#dfe8f2', fillOpacity: 0.55 };
const CHOSEN = { color: '#1f4e82', weight: 2, fillColor: '#a9c4e2', fillOpacity: 0.8 };
const NAMES_FROM_ZOOM = 15;
const BELOW = { direction: 'bottom', offset: [0, 8] };
const AROUND = [{ direction: 'top', offset: [0, -6] }, { direction: 'right', offset: [6, 0] }, { direction: 'left', offset: [-6, 0] }];
const SHAPES = { visits: 'disc', patrols: 'square', must_arrivals: 'diamond' };

class Picker {
  constructor(root) {
    this.root = root;
    this.lat = document.querySelector(root.dataset.lat);
    this.lon = document.querySelector(root.dataset.lon);
    this.locked = root.dataset.readOnly === 'true';
    this.said = element('span', { class: 'map-said', role: 'status' });
    this.stage = element('div', { class: 'map-stage' });
    const here = this.locked ? null : element('button', { type: 'button', class: 'btn btn-sm btn-outline-primary', onclick: () => this.here() }, t('myPosition'));
    root.replaceChildren(this.stage, element('div', { class: 'map-foot' }, here, this.said));
    this.map = L.map(this.stage, { zoomSnap: 0.25, attributionControl: false, keyboard: true });
  }

  async load() {
    const areas = JSON.parse(await readText(this.root.dataset.areasUrl));
    this.features = areas.features;
    this.layer = L.geoJSON(areas, { style: OUTLINE, onEachFeature: (feature, shape) => this.name(feature, shape) }).addTo(this.map);
    this.map.fitBounds(this.layer.getBounds(), { padding: [6, 6] });
    this.map.on('zoomend', () => this.root.classList.toggle('named', this.map.getZoom() >= NAMES_FROM_ZOOM));
    if (!this.locked) this.map.on('click', ({ latlng }) => this.place(latlng.lat, latlng.lng));
    for (const input of [this.lat, this.lon]) input?.addEventListener('change', () => this.fromInputs());
    this.fromInputs(true);
    this.show(readBlock(this.root.dataset.points ?? '', []), readBlock(this.root.dataset.lines ?? '', []));
    new ResizeObserver(() => this.map.invalidateSize()).observe(this.stage);
  }

  /** Marks and ways that only say where somebody was; the map shows all of them. */
  show(points, lines) {
    const named = points.length < 8 && !lines.length;
    const all = [...lines.flatMap((line) => this.way(line)), ...points.map((point, index) => this.mark(point, named, index))];
    if (!all.length) return;
    // names that always show lie below their marks and need room there
    this.map.fitBounds(L.featureGroup(all).getBounds().pad(0.4), { maxZoom: 17, paddingBottomRight: [0, named ? 50 : 0] });
    this.said.textContent = '';
    if (this.locked) this.said.parentElement.hidden = true;
  }

  mark({ lat, lon, name, kind }, permanent, index) {
    const shape = SHAPES[kind];
    const mark = shape
      ? L.marker([lat, lon], { icon: L.divIcon({ className: `map-spot map-${shape}`, iconSize: [16, 16] }), title: name, keyboard: true })
      : L.circleMarker([lat, lon], { radius: kind === 'spot' ? 10 : 7, weight: 2, color: kind === 'spot' ? '#b3261e' : '#1f4e82', fillOpacity: 0.75 });
    // who came may stand on the place itself, and beside each other: their names lie around the marks
    const aside = kind === 'came' ? AROUND[index % AROUND.length] : BELOW;
    // a mark without words would carry an empty box
    return (name ? mark.bindTooltip(element('span', {}, name), { permanent, ...aside }) : mark).addTo(this.map);
  }

  /** A way: its line, and where it began and ended. */
  way({ name, colour, points }) {
    const spots = points.map(([lat, lon]) => [lat, lon]);
    const ends = [points[0], points[points.length - 1]];
    const said = `${name} ${ends[0][2]}–${ends[1][2]}`;
    const line = L.polyline(spots, { color: colour, weight: 4, opacity: 0.85 }).bindTooltip(element('span', {}, said), { sticky: true });
    const stops = points.map(([lat, lon, at], index) => L.circleMarker([lat, lon], {
      radius: index === 0 || index === points.length - 1 ? 6 : 3, weight: 2, color: colour, fillColor: index === 0 ? '#fff' : colour, fillOpacity: 1,
    }).bindTooltip(element('span', {}, `${name} ${at}`)));
    return [line, ...stops].map((one) => one.addTo(this.map));
  }

  name(feature, shape) {
    const name = feature.properties?.name;
    if (name) shape.bindTooltip(element('span', {}, name), { sticky: true });
  }

  fromInputs(first = false) {
    const lat = Number.parseFloat(this.lat?.value ?? this.root.dataset.at?.split(',')[0]);
    const lon = Number.parseFloat(this.lon?.value ?? this.root.dataset.at?.split(',')[1]);
    if (Number.isFinite(lat) && Number.isFinite(lon)) this.place(lat, lon, { quiet: true, show: first });
  }

  async here() {
    this.said.textContent = t('positioning');
    try {
      const { lat, lon, accuracy } = await locate();
      // on a slow line people ask for their place before the map is there; without a map the place counts as well
      if (await this.loaded) {
        this.place(lat, lon, { show: true });
        this.said.append(` · ${t('positionFound', { n: accuracy })}`);
        return;
      }
      this.write(lat, lon);
      this.said.textContent = t('positionFound', { n: accuracy });
    } catch (reason) {
      this.said.textContent = reason.message;
    }
  }

  /** Put the marker there, fill the inputs, and say in which grid it is. */
  place(lat, lon, { quiet = false, show = false } = {}) {
    const spot = L.latLng(lat, lon);
    if (!this.marker) {
      const icon = L.divIcon({ className: 'map-pin', iconSize: [26, 34], iconAnchor: [13, 33] });
      this.marker = L.marker(spot, { icon, draggable: !this.locked, autoPan: true, keyboard: true }).addTo(this.map);
      this.marker.getElement()?.setAttribute('aria-label', t('pin'));
      this.marker.on('dragend', () => { const at = this.marker.getLatLng(); this.place(at.lat, at.lng); });
    } else this.marker.setLatLng(spot);
    if (show) this.map.setView(spot, Math.max(this.map.getZoom(), NAMES_FROM_ZOOM));
    const area = areaAt(this.features, lon, lat);
    this.layer.eachLayer((shape) => shape.setStyle(shape.feature === area ? CHOSEN : OUTLINE));
    this.said.textContent = area ? t('positionIn', { name: area.properties?.name ?? '' }) : t('positionOutside');
    this.root.classList.toggle('outside', !area);
    if (!quiet) this.write(lat, lon);
  }

  write(lat, lon) {
    for (const [input, value] of [[this.lat, lat], [this.lon, lon]]) {
      if (!input) continue;
      input.value = value.toFixed(6);
      input.dispatchEvent(new Event('input', { bubbles: true }));
    }
  }
}

for (const root of document.querySelectorAll('[data-map]')) {
  const picker = new Picker(root);
  const loading = picker.load();
  picker.loaded = loading.then(() => true, () => false);
  loading.then(() => { root.dataset.ready = 'true'; }, (reason) => {
    picker.said.textContent = t('mapBroken');
    throw reason;
  });
}
