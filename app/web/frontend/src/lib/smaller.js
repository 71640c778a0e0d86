// Photos of a phone have twelve million points; a case needs two. On a bad network that is a minute less.
const LONGEST = 1920;
const ENOUGH = 600_000;

/** Give a smaller JPEG of a photo, or the file itself where it is small or no picture that the browser reads. */
export async function smaller(file) {
  if (!file.type.startsWith('image/') || file.size < ENOUGH) return file;
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' }).catch(() => null);
  if (!picture) return file;
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const made = await new Promise((done) => { canvas.toBlob(done, 'image/jpeg', 0.85); });
  return made && made.size < file.size ? new File([made], file.name.replace(/\.\w+$/, '.jpg'), { type: 'image/jpeg' }) : file;
}
