// The file field of our forms. A file is uploaded when it is chosen, so that a slow line or a refused
// answer never costs it; the field's value is the list of attachment ids.
import { FormContext, Label, Description, Errors } from '@bpmn-io/form-js-viewer';
import { h } from 'preact';
import { useContext, useEffect, useRef, useState } from 'preact/hooks';
import { newKey } from '../lib/net.js';
import { t } from '../lib/texts.js';
import { drawThumbnail } from '../lib/thumbnail.js';
import { upload } from '../lib/upload.js';
import { showPicture } from '../lib/dialog.js';
import { askVoice } from '../lib/recorder.js';
import { askSignature } from './signature.js';

const PICTURES = /\.(jpe?g|png|webp|gif|heic|heif)$/i;
const PHASES = ['before', 'during', 'after'];
const phaseOf = (field) => (PHASES.includes(field.properties?.phase) ? field.properties.phase : '');
/** When a picture, voice or film was taken, for one that does not say it itself. */
const takenAt = (file) => (/^(image|audio|video)\//.test(file.type) && file.lastModified ? new Date(file.lastModified).toISOString() : '');
const onlyPictures = (accept) => accept !== '' && accept.split(',').every((one) => one.trim().startsWith('image/'));
/** A field that takes any file, or says that it takes sounds. */
const takesVoice = (accept) => !accept || accept.split(',').some((one) => one.trim().startsWith('audio/'));
/** Fields in which one signs: they say so, or are called so. */
const isSigned = (field) => String(field.properties?.signature) === 'true' || /(^|_)signatures?$/.test(field.key ?? '');
const chosen = new Map(); // attachment id -> File of this page's life, for the thumbnail

/** A voice or a film that can be played right here. */
function Player({ file, known }) {
  const kind = (file?.type || known?.media_type || '').split('/')[0];
  const [url, setUrl] = useState('');
  useEffect(() => {
    if (!file || !['audio', 'video'].includes(kind)) return undefined;
    const made = URL.createObjectURL(file);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  const src = url || known?.url;
  return ['audio', 'video'].includes(kind) && src ? h(kind, { controls: true, preload: 'metadata', src, class: 'file-player' }) : null;
}

function Thumbnail({ file, known }) {
  const canvas = useRef(null);
  const [drawn, setDrawn] = useState(true);
  useEffect(() => {
    if (file) drawThumbnail(file, canvas.current).then(setDrawn);
  }, [file]);
  const isPicture = known?.url && ((known.media_type ?? '').startsWith('image/') || PICTURES.test(known.name ?? ''));
  if (!file && isPicture) return h('img', { src: known.thumbnail ?? known.url, alt: '', class: 'file-picture' });
  if (!file || !drawn) return h('span', { class: 'file-picture file-icon', 'aria-hidden': true }, '🗎');
  return h('canvas', { ref: canvas, class: 'file-picture', 'aria-hidden': true });
}

function FileRow({ file, known, state, problem, onRemove, onRetry, locked }) {
  const name = known?.name ?? file?.name ?? '';
  const open = (event) => {
    if ((known.media_type ?? '').startsWith('image/')) { event.preventDefault(); showPicture(known.url, name); }
  };
  return h('li', { class: `file-row file-${state}` },
    h(Thumbnail, { file, known }),
    h('span', { class: 'file-name' },
      known?.url ? h('a', { href: known.url, target: '_blank', rel: 'noopener', onClick: open }, name) : name,
      state === 'sending' && h('small', {}, t('uploading')),
      problem && h('small', { class: 'file-problem', role: 'alert' }, problem),
      h(Player, { file, known })),
    state === 'failed' && h('button', { type: 'button', class: 'fjs-button file-button', onClick: onRetry }, t('retry')),
    !locked && h('button', { type: 'button', class: 'fjs-button file-button', onClick: onRemove, 'aria-label': `${t('remove')} ${name}` }, '×'));
}

function useUploads(form, field, value, onChange) {
  const { uploadUrl, belongsTo, maxBytes, attachments = {}, readGeo } = form.get('config.yongzhi');
  const [waiting, setWaiting] = useState([]);
  const latest = useRef(value);
  latest.current = value;
  const single = field.multiple !== true && !String(field.multiple ?? '').startsWith('=');

  const change = (item, news) => setWaiting((all) => all.map((one) => (one === item ? Object.assign(one, news) : one)).slice());
  const start = async (item) => {
    change(item, { state: 'sending', problem: '' });
    try {
      const extra = { ...belongsTo, phase: phaseOf(field), taken_at: takenAt(item.file), ...(await readGeo(field)) };
      const known = await upload(uploadUrl, item.file, { extra, limit: maxBytes, key: item.key });
      attachments[known.id] = known;
      chosen.set(known.id, item.file);
      setWaiting((all) => all.filter((one) => one !== item));
      const next = single ? [known.id] : [...latest.current, known.id];
      latest.current = next;
      onChange({ value: next });
    } catch (problem) {
      change(item, { state: 'failed', problem: problem.message });
    }
  };
  const add = (files) => {
    const items = [...files].slice(0, single ? 1 : files.length).map((file) => ({ file, key: newKey(), state: 'sending', problem: '' }));
    setWaiting((all) => [...(single ? [] : all), ...items]);
    items.forEach(start);
  };
  const drop = (item) => setWaiting((all) => all.filter((one) => one !== item));
  return { attachments, waiting, single, add, start, drop };
}

export function Attachments({ field, value, onChange, errors = [], disabled, readonly, domId }) {
  const form = useContext(FormContext).getService('form');
  const ids = Array.isArray(value) ? value : [];
  const { attachments, waiting, single, add, start, drop } = useUploads(form, field, ids, onChange);
  const input = useRef(null);
  const locked = disabled || readonly;
  const accept = field.accept || (field.properties?.kind === 'photo' ? 'image/*' : '');
  const described = errors.length ? `${domId}-error-message` : undefined;
  return h('div', { class: `fjs-form-field fjs-form-field-filepicker${errors.length ? ' fjs-has-errors' : ''}${locked ? ' fjs-readonly' : ''}` },
    h(Label, { htmlFor: domId, label: field.label, required: field.validate?.required }),
    h('input', {
      type: 'file', id: domId, class: 'fjs-hidden', ref: input, accept: accept || undefined, multiple: !single, disabled: locked,
      capture: field.properties?.capture, onChange: () => { add(input.current.files); input.current.value = ''; },
    }),
    h('ul', { class: 'file-list' },
      ids.map((id) => h(FileRow, {
        key: id, file: chosen.get(id), known: attachments[id] ?? { name: id }, state: 'kept', locked,
        onRemove: () => onChange({ value: ids.filter((one) => one !== id) }),
      })),
      waiting.map((item) => h(FileRow, { key: item.key, ...item, locked, onRemove: () => drop(item), onRetry: () => start(item) }))),
    locked ? (!ids.length && h('span', { class: 'file-none' }, t('noFiles'))) : h('button', {
      type: 'button', class: 'fjs-button file-add', 'aria-describedby': described, onClick: () => input.current.click(),
    }, onlyPictures(accept) ? t('addPhoto') : t('addFile')),
    !locked && takesVoice(accept) && h('button', {
      type: 'button', class: 'fjs-button file-add', 'data-record': true, onClick: () => askVoice().then((file) => file && add([file])),
    }, t('recordVoice')),
    !locked && isSigned(field) && h('button', {
      type: 'button', class: 'fjs-button file-add', onClick: () => askSignature().then((file) => file && add([file])),
    }, t('signHere')),
    h(Description, { description: field.description }),
    h(Errors, { id: described, errors }));
}

Attachments.config = {
  type: 'filepicker',
  keyed: true,
  name: 'File picker',
  group: 'basic-input',
  emptyValue: [],
  sanitizeValue: ({ value }) => (Array.isArray(value) ? value.filter((one) => typeof one === 'string' || typeof one === 'number') : []),
  create: (options = {}) => ({ ...options }),
};
