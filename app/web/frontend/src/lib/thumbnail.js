// Small pictures of chosen files, drawn on a canvas: `blob:` images are not allowed by our policy.

const EDGE = 192;

/** Draw `file` into `canvas`, cropped to a square; false when it is no picture that the browser reads. */
export async function drawThumbnail(file, canvas) {
  if (!file.type.startsWith('image/')) return false;
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' }).catch(() => null);
  if (!picture) return false;
  const side = Math.min(picture.width, picture.height);
  canvas.width = EDGE;
  canvas.height = EDGE;
  canvas.getContext('2d').drawImage(
    picture, (picture.width - side) / 2, (picture.height - side) / 2, side, side, 0, 0, EDGE, EDGE,
  );
  picture.close();
  return true;
}
