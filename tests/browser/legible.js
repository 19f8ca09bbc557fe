// What cannot be read or used on a page: words too faint, controls without a name, focus unseen.
(root) => {
  const parts = (colour) => {
    const [r, g, b, a = 1] = colour.match(/[\d.]+/g).map(Number);
    return [r, g, b, a];
  };
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((each) => {
      const s = each / 255;
      return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const contrast = (one, other) => {
    const [high, low] = [light(one), light(other)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };
  const behind = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = parts(getComputedStyle(each).backgroundColor);
      if (colour[3] === 1) return colour;
    }
    return [255, 255, 255, 1];
  };
  const seen = (element) => element.checkVisibility({ visibilityProperty: true });
  const faint = [];
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const words = texts.currentNode.textContent.trim();
    const element = texts.currentNode.parentElement;
    if (!words || !seen(element) || element.closest("template, script, style, noscript")) continue;
    const ratio = contrast(parts(getComputedStyle(element).color), behind(element));
    if (ratio < 4.5) faint.push(`${words.slice(0, 40)}: ${ratio.toFixed(2)}`);
  }
  const controls = [...root.querySelectorAll("button, select, textarea, input")].filter(seen);
  for (const each of controls) {
    const style = getComputedStyle(each);
    const edged = parseFloat(style.borderTopWidth) > 0 && !each.matches(".below, .tabs button");
    const around = behind(each.parentElement);
    const solid = contrast(behind(each), around) >= 3;
    if (edged && !solid && contrast(parts(style.borderTopColor), around) < 3)
      faint.push(`the edge of ${each.tagName} ${each.innerText.slice(0, 30)}`);
  }
  const hidden = [];
  for (const each of [...controls, ...root.querySelectorAll(".log")].filter(seen)) {
    each.focus({ preventScroll: true, focusVisible: true });
    const style = getComputedStyle(each);
    const ring = parts(style.outlineColor);
    const drawn = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    if (!drawn || contrast(ring, behind(each.parentElement)) < 3)
      hidden.push(each.getAttribute("aria-label") || each.innerText || each.tagName);
  }
  return { faint, hidden, controls: controls.length };
}
