/** Calls back before the next frame; a hidden page has no frames, so a timer is used. */
export function nextFrame(callback) {
  if (document.hidden) {
    setTimeout(callback, 250);
  } else {
    requestAnimationFrame(callback);
  }
}

/** Combines the calls before the next frame into one. */
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
