// Where this device is.
import { t } from './texts.js';

const REFUSED = 1;

/** Find the position: {lat, lon, accuracy}, WGS84, six decimals (0.1 m). Rejects with a text for people. */
export function locate(timeout = 12000) {
  if (!window.isSecureContext) return Promise.reject(new Error(t('positionInsecure')));
  if (!navigator.geolocation) return Promise.reject(new Error(t('positionUnknown')));
  return new Promise((resolve, reject) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve({
        lat: Number(coords.latitude.toFixed(6)),
        lon: Number(coords.longitude.toFixed(6)),
        accuracy: Math.round(coords.accuracy),
      }),
      (failure) => reject(new Error(t(failure.code === REFUSED ? 'positionRefused' : 'positionUnknown'))),
      { enableHighAccuracy: true, timeout, maximumAge: 15000 },
    );
  });
}
