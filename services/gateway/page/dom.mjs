// Elements without markup in strings: every text goes in as text, so nothing that an article says can become code.

export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key === "class") element.className = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== ""));
  return element;
}

export function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

// A link out, for http and https alone.
export function out(url, text) {
  return /^https?:\/\//.test(url ?? "") ? el("a", {href: url, rel: "noopener noreferrer external"}, text) : text;
}

// Control characters and those that turn the direction of writing are not shown.
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;
const LONG = 1200;

export function clean(text) {
  const plain = (text ?? "").replace(HIDDEN, "");
  return plain.length > LONG ? plain.slice(0, LONG) + " …" : plain;
}

export function day(time) {
  return (time ?? "").slice(0, 10);
}

export function words(name) {
  return (name ?? "").toLowerCase().replaceAll("_", " ");
}
