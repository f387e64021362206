// The page asks for everything once a second and draws what has changed. Nothing is remembered here that the studio
// does not know, but which frame is selected and which uploads are under way.

const PREVIEW = 1000;
const THUMBNAIL = 320;
const REFRESH = 1000;

const $ = id => document.getElementById(id);

let frames = [];
let selected = null;
let uploads = [];
let drawn = '';

// Units

const bytes = n => {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  const power = n < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(n) / 3));
  const value = n / 1000 ** power;
  return `${power && value < 100 ? value.toFixed(1) : Math.round(value)} ${units[power]}`;
};

const micros = n => n < 1000 ? `${n} µs` : n < 1e6 ? `${(n / 1e3).toFixed(n < 1e5 ? 1 : 0)} ms` : `${(n / 1e6).toFixed(2)} s`;

const seconds = s => {
  if (s < 60) {
    return `${Math.floor(s)} s`;
  }
  const [days, hours, minutes] = [Math.floor(s / 86400), Math.floor(s / 3600) % 24, Math.floor(s / 60) % 60];
  return days ? `${days} d ${hours} h` : hours ? `${hours} h ${minutes} min` : `${minutes} min ${Math.floor(s % 60)} s`;
};

// ISO 8601 as Java writes it: PT1H2M3.4S
const duration = iso => {
  const [, hours = 0, minutes = 0, secs = 0] = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?$/.exec(iso) ?? [];
  return hours * 3600 + minutes * 60 + Number(secs);
};

const count = n => n.toLocaleString('en');

// Drawing

const element = (tag, properties = {}, ...children) => {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
};

const drawFrames = () => {
  const state = JSON.stringify([uploads, frames.map(frame => frame.id), selected]);
  if (state === drawn) {
    return;
  }
  drawn = state;
  const focused = document.activeElement?.dataset?.frame;
  $('frames').replaceChildren(
    ...uploads.map(upload => element('li', {},
      element('div', { className: 'pick' },
        element('div', { className: 'waiting' }),
        element('span', { className: 'name', textContent: upload.name }),
        element('span', { className: 'pixels', textContent: 'being decoded' })))),
    ...frames.map(frame => {
      const pick = element('button', { type: 'button', className: 'pick', onclick: () => select(frame.id) },
        element('img', { src: `${frame.image}?width=${THUMBNAIL}`, alt: '' }),
        element('span', { className: 'name', textContent: frame.name || frame.id }),
        element('span', { className: 'pixels', textContent: `${count(frame.width)} × ${count(frame.height)}` }));
      pick.dataset.frame = frame.id;
      pick.setAttribute('aria-pressed', frame.id === selected);
      const remove = element('button', { type: 'button', className: 'delete', textContent: '×', onclick: () => letGo(frame) });
      remove.setAttribute('aria-label', `Delete ${frame.name || frame.id}`);
      return element('li', {}, pick, remove);
    }));
  $('frames').querySelector(`[data-frame="${focused}"]`)?.focus();
  drawStage(frames.find(frame => frame.id === selected));
};

const drawStage = frame => {
  $('stage').hidden = !frame;
  if (!frame) {
    return;
  }
  $('decode').textContent = micros(frame.decodeMicros);
  $('handoff').textContent = micros(frame.handoffMicros);
  $('process').textContent = micros(frame.processMicros);
  $('pid').textContent = frame.workerPid;
  $('key').textContent = frame.key;
  $('sent').textContent = bytes(frame.key.length);
  $('bytes').textContent = bytes(frame.bytes);
  drawPicture($('original'), frame.image, `${frame.name}, the original`);
  drawPicture($('edges'), frame.edges, `${frame.name}, its edges`);
  $('original').classList.toggle('transparent', frame.bytes > 4 * frame.width * frame.height);
  $('original').querySelector('span').textContent =
    `${count(frame.width)} × ${count(frame.height)}, ${(frame.width * frame.height / 1e6).toFixed(1)} megapixels`;
  drawHistogram(frame.histogram);
};

const drawPicture = (figure, address, text) => {
  const image = figure.querySelector('img');
  const source = `${address}?width=${PREVIEW}`;
  if (image.getAttribute('src') !== source) {
    image.src = source;
  }
  image.alt = text;
  figure.querySelector('a').href = address;
};

const drawHistogram = histogram => {
  const total = histogram.reduce((sum, n) => sum + n, 0);
  const mean = histogram.reduce((sum, n, level) => sum + n * level, 0) / total;
  const highest = Math.max(...histogram);
  const steps = histogram.map((n, level) => `V${(100 - 100 * n / highest).toFixed(2)}H${level + 1}`).join('');
  const svg = $('histogram').querySelector('svg');
  svg.querySelector('path').setAttribute('d', `M0 100${steps}V100Z`);
  const mode = histogram.indexOf(highest);
  svg.setAttribute('aria-label', `Histogram of luminance: mean ${mean.toFixed(0)}, most frequent ${mode}, of 0 to 255`);
  $('histogram').querySelector('span').textContent = `mean ${mean.toFixed(0)}, most frequent ${mode}`;
};

const drawSegments = ipc => {
  const key = frames.find(frame => frame.id === selected)?.key;
  $('directory').textContent = ipc.directory;
  const { total, free } = ipc.capacity;
  $('capacity').textContent = total ? ` · ${bytes(free)} of ${bytes(total)} free` : '';
  $('used').hidden = !total;
  $('used').value = total ? 1 - free / total : 0;
  $('segments').replaceChildren(...ipc.segments.map(segment => {
    const age = duration(segment.age);
    const left = segment.ttl ? Math.max(0, (new Date(segment.expiresAt) - Date.now()) / 1000) : null;
    const row = element('tr', { className: key && segment.key.startsWith(key) ? 'selected' : '' },
      element('td', {}, element('code', { textContent: segment.key })),
      element('td', { className: 'number', textContent: segment.refcount }),
      element('td', { className: 'number', textContent: bytes(segment.size) }),
      element('td', { className: 'number', textContent: seconds(age) }),
      element('td', { className: 'number', textContent: left === null ? '–' : segment.expired ? 'expired' : seconds(left) }),
      element('td', { className: 'quiet', textContent: segment.kind.replace('-', ' ') }),
      element('td', { className: 'quiet', textContent: segment.state }));
    row.dataset.key = segment.key;
    return row;
  }));
};

// Talking to the studio

const answer = async response => {
  if (response.ok) {
    return response.status === 204 ? null : response.json();
  }
  const problem = await response.json().catch(() => ({}));
  throw new Error(problem.detail ?? `The studio answered ${response.status}.`);
};

const live = on => {
  $('live').className = `live ${on ? 'on' : 'off'}`;
  const text = on ? 'live' : 'studio does not answer';
  if ($('live').textContent !== text) {
    $('live').textContent = text;
  }
};

const refresh = async () => {
  try {
    const [list, ipc] = await Promise.all(['frames', 'actuator/ipc'].map(path => fetch(path).then(answer)));
    frames = list;
    if (!frames.some(frame => frame.id === selected)) {
      selected = frames[0]?.id ?? null;
    }
    drawFrames();
    drawSegments(ipc);
    live(true);
  } catch {
    live(false);
  }
};

const report = error => {
  $('problem').hidden = !error;
  $('problem-text').textContent = error ?? '';
};

const upload = async file => {
  const waiting = { name: file.name };
  uploads.unshift(waiting);
  drawFrames();
  try {
    const body = new FormData();
    body.append('file', file);
    const frame = await fetch('frames', { method: 'POST', body }).then(answer, () => {
      throw new Error('The studio does not answer.');
    });
    selected = frame.id;
    $('news').textContent = `${frame.name} is ready.`;
  } catch (error) {
    report(`${file.name}: ${error.message}`);
  } finally {
    uploads = uploads.filter(other => other !== waiting);
    await refresh();
  }
};

const letGo = async frame => {
  try {
    await fetch(`frames/${frame.id}`, { method: 'DELETE' }).then(answer);
  } catch (error) {
    report(error.message);
  }
  await refresh();
};

const select = id => {
  selected = id;
  drawFrames();
  refresh();
};

// What people do

const add = files => {
  report(null);
  for (const file of files) {
    upload(file);
  }
};

$('file').addEventListener('change', event => {
  add([...event.target.files]);
  event.target.value = '';
});

$('problem-close').addEventListener('click', () => report(null));

// A drag passes over many elements, and each tells that it comes and goes.
let depth = 0;
const dragging = change => {
  depth = change ? depth + change : 0;
  document.body.classList.toggle('dragging', depth > 0);
};
addEventListener('dragenter', event => { event.preventDefault(); dragging(1); });
addEventListener('dragleave', () => dragging(-1));
addEventListener('dragover', event => event.preventDefault());
addEventListener('drop', event => { event.preventDefault(); dragging(0); add([...event.dataTransfer.files]); });

const tick = async () => {
  if (!document.hidden) {
    await refresh();
  }
  setTimeout(tick, REFRESH);
};
tick();
