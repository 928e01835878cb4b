/** Calls back before the next frame is painted; a page that is hidden paints none, and is called now and then. */
export function nextFrame(callback) {
  if (document.hidden) {
    setTimeout(callback, 250);
  } else {
    requestAnimationFrame(callback);
  }
}

/** Of many calls before the next frame, one is made. */
export function oncePerFrame(callback) {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    nextFrame(() => {
      waiting = false;
      callback();
    });
  };
}
