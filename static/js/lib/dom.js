const SVG = "http://www.w3.org/2000/svg";

/**
 * An element with attributes (`class`, `data-…`, or an `onclick` listener) and children.
 * @param {string} tag @param {Record<string, any>} [attributes] @param {...(Node | string)} children
 */
export function el(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same in SVG. @param {string} tag @param {Record<string, any>} [attributes] @param {...(Node | string)} children */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

/** A glyph of the page's sprite. @param {string} name */
export function icon(name) {
  return svg("svg", { class: "icon", "aria-hidden": "true" }, svg("use", { href: `#i-${name}` }));
}

/** Writes only what changed, so that nothing is laid out, or read aloud, again for nothing. @param {Element} node @param {string} text */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Exactly one of `classes` (or none) on the node. @param {Element} node @param {string[]} classes @param {string | null} on */
export function oneOf(node, classes, on) {
  for (const name of classes) node.classList.toggle(name, name === on);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children);
  return node;
}
