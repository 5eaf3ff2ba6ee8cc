/** The element of the page that a selector names. */
export const get = <E extends HTMLElement>(selector: string): E =>
  document.querySelector(selector) as E;
