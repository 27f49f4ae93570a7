/** The charts' ink, read from the CSS custom properties; a canvas can't follow a theme by itself. */
const NAMES = { ink1: "--ink-1", ink2: "--ink-2", ink3: "--ink-3", quiet: "--ink-quiet", burn: "--burn", limited: "--limited", surface: "--surface" };

export const palette = {};

/** How much larger than 1440 x 900 this screen draws: lines grow with the type. */
export const magnified = () => parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;

/** Reads the colours again, after a change of theme. */
export function readPalette() {
  const style = getComputedStyle(document.documentElement);
  for (const [name, property] of Object.entries(NAMES)) palette[name] = style.getPropertyValue(property).trim();
}
