// Colours as numbers.

export const clamp = (v) => (Number.isNaN(v) ? NaN : Math.max(-1, Math.min(1, v)));

export function channels(colour) {
  const found = colour.trim().match(/^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})/i);
  return found ? found.slice(1).map((part) => parseInt(part, 16)) : (colour.match(/\d+/g) ?? [255, 255, 255]).slice(0, 3).map(Number);
}

/** Relative luminance (WCAG 2.2). */
export function luminance(rgb) {
  const [r, g, b] = rgb.map((c) => { const v = c / 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

export const dark = (colour) => luminance(channels(colour)) < 0.2;
