// Sends one file; the answer names it: {id, name?, url?, media_type?}.
import { Problem, send } from './net.js';
import { t } from './texts.js';

export const pending = new Set();

/** "8 MB" from a number of bytes. */
export function sizeText(bytes) {
  return bytes >= 1048576 ? `${Math.round(bytes / 1048576)} MB` : `${Math.ceil(bytes / 1024)} KB`;
}

/** Upload `file` with extra fields (phase, lat, lon); throws Problem. */
export async function upload(url, file, { extra = {}, limit = 0, key } = {}) {
  if (limit && file.size > limit) throw new Problem(413, { detail: t('tooLarge', { limit: sizeText(limit) }) });
  const form = new FormData();
  form.append('file', file, file.name);
  for (const [name, value] of Object.entries(extra)) {
    if (value !== undefined && value !== null && value !== '') form.append(name, value);
  }
  const task = send(url, { form, key });
  pending.add(task);
  try {
    const answer = await task;
    if (!answer?.id) throw new Problem(500, { detail: t('uploadFailed') });
    return { name: file.name, media_type: file.type, ...answer };
  } finally {
    pending.delete(task);
  }
}
