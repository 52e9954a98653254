// Everything works without this file; it adds keys, zoom, scrolling to the frame, and word of a newer version.
(() => {
  const typing = () => /INPUT|SELECT|TEXTAREA/.test(document.activeElement?.tagName ?? '');
  document.addEventListener('keydown', e => {
    if (typing() || e.altKey || e.ctrlKey || e.metaKey) return;
    if (e.key === '/') { e.preventDefault(); document.querySelector('.find input')?.focus(); }
    const way = {ArrowLeft: 'prev', ArrowRight: 'next'}[e.key];
    const link = way && document.querySelector(`${e.shiftKey ? '.turn' : '.bar'} a[rel=${way}]`); // Shift: pages, else figures
    if (link) { e.preventDefault(); link.click(); }
  });
  // evidence: the current figure in the list and the frame on the page are in sight
  const current = document.querySelector('.ev .list a[aria-current]'), list = document.querySelector('.ev .list');
  if (current && list && list.scrollHeight > list.clientHeight) list.scrollTop = current.offsetTop - list.offsetTop - list.clientHeight / 3;
  const frame = document.querySelector('#frame'), crops = document.querySelector('.pair,.strip .pic');
  if (frame && !crops) {
    const at = frame.getBoundingClientRect();
    if (at.top < 70 || at.bottom > innerHeight - 70) frame.scrollIntoView({block: 'center'});
  }
  const zoom = document.querySelector('#zoom'), page = document.querySelector('.pagefig');
  if (zoom && page) {
    zoom.hidden = false;
    zoom.addEventListener('click', () => {
      zoom.setAttribute('aria-pressed', String(page.classList.toggle('z2')));
      frame?.scrollIntoView({block: 'center', inline: 'center'});
    });
  }
  // a select filters at once
  for (const one of document.querySelectorAll('form.tools select')) one.addEventListener('change', () => one.form.requestSubmit());
  // empty fields stay out of the address
  for (const form of document.querySelectorAll('form.tools')) form.addEventListener('submit', () => {
    for (const field of form.elements) if (field.name && field.value === '') field.disabled = true;
  });
  // phones: the current page's tab in view, filters closed
  const tab = document.querySelector('nav.main a[aria-current]'), tabs = tab?.closest('ul');
  if (tabs) tabs.scrollLeft = tab.offsetLeft - tabs.offsetLeft - 24;
  if (matchMedia('(max-width:640px)').matches) for (const d of document.querySelectorAll('details.more')) d.open = false;
  // a version published while this page is open
  const {base, content} = document.body.dataset;
  const look = async () => {
    if (document.hidden || !content) return;
    try {
      const said = await fetch(`${base}/api/v1`, {headers: {'If-None-Match': `"${content}"`}, cache: 'no-store'});
      if (said.status === 200 && (await said.json()).content !== content) document.querySelector('#newer').hidden = false;
    } catch { /* the server is away: the page stays as it is */ }
  };
  setInterval(look, 60000);
  document.addEventListener('visibilitychange', look);
  addEventListener('focus', look);
})();
