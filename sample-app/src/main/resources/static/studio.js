// The studio sends its whole state four times a second (server-sent events), and the page draws what has changed. Nothing is
// remembered here that the studio does not know, but which picture is selected and which uploads are under way.

const PREVIEW = 1000;
const THUMBNAIL = 320;

const $ = id => document.getElementById(id);

let frames = [];
let selected = null;
let uploads = [];
let version = null;
let shown = 0;
let measured = false;

// Somebody who wants less motion gets a new picture once a second.
const calm = matchMedia('(prefers-reduced-motion: reduce)');
let nextPicture = 0;

// Units

const bytes = n => {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  const power = n < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(n) / 3));
  const value = n / 1000 ** power;
  return `${power && value < 100 ? value.toFixed(1) : Math.round(value)} ${units[power]}`;
};

// By what is shown, so that nothing takes 1000 µs.
const micros = n => {
  const ms = n / 1e3;
  return Math.round(n) < 1000 ? `${Math.round(n)} µs` : Math.round(ms) < 1000 ? `${ms.toFixed(ms < 99.95 ? 1 : 0)} ms` : `${(ms / 1e3).toFixed(2)} s`;
};

const millis = n => n < 60e3 ? `${(n / 1e3).toFixed(n < 10e3 ? 1 : 0)} s` : `${Math.floor(n / 60e3)} min`;

const count = n => n.toLocaleString('en');

// Drawing

const element = (tag, properties = {}, ...children) => {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
};

const text = (node, value) => {
  if (node.textContent !== value) {
    node.textContent = value;
  }
};

// Keeps the nodes of items that stay, so that focus and clicks are not lost while the page draws.
const keyed = (parent, items, key, create, update) => {
  const present = new Map([...parent.children].map(node => [node.dataset.key, node]));
  items.forEach((item, index) => {
    const id = String(key(item));
    let node = present.get(id);
    if (node) {
      present.delete(id);
    } else {
      node = create(item);
      node.dataset.key = id;
    }
    update(node, item);
    if (parent.children[index] !== node) {
      parent.insertBefore(node, parent.children[index] ?? null);
    }
  });
  present.forEach(node => node.remove());
};

// What is said above the pictures. In a second studio they come from another one, until a person has frames drawn here.
const showFigures = ({ generator, workers, arrivals }) => {
  const came = generator.paused ? arrivals : null;
  if (generator.paused && !came) {
    return 'paused';
  }
  if (generator.nobody || !workers.some(worker => worker.state === 'READY')) {
    return 'no worker takes frames; start one, or wait until it is ready';
  }
  if (came) {
    return came.frames ? `${count(came.frames)} frames came as claims, ${bytes(came.fetched)} fetched` : 'waiting for the first frame';
  }
  return generator.answered ? `${count(generator.answered)} frames, there and back in ${micros(generator.micros)}` : 'waiting for the first frame';
};

const drawShow = state => {
  const { generator, arrivals } = state;
  const came = arrivals && generator.paused;
  text($('show-figures'), showFigures(state));
  text($('show-title'), came ? 'Frames of another host, fetched once' : 'Thirty frames a second, through shared memory');
  text($('source'), came ? 'Fetched' : 'Drawn here');
  text($('source-what'), came ? 'from the first studio, into a segment of this host' : 'by the studio, into a segment');
  text($('pause'), arrivals ? (came ? 'Draw frames here instead' : 'Show those that come') : generator.paused ? 'Resume' : 'Pause');
  // A frame that was fetched loses its name soon, even if somebody holds it.
  $('hold').hidden = came;
  // One studio tells it all.
  $('comparison').hidden = arrivals;
  if (arrivals && $('from').hidden) {
    document.title = 'Far studio · ResourceLink';
    $('title').textContent = 'Far studio';
    $('tagline').hidden = true;
    $('from').hidden = false;
    $('from').querySelector('a').href = arrivals.from;
    $('live-frame').alt = 'The latest frame that came from the first studio, or was drawn here';
  }
  $('pause').dataset.paused = generator.paused;
  if (state.thumbnail !== shown && performance.now() >= nextPicture && $('live-frame').complete && $('live-edges').complete) {
    shown = state.thumbnail;
    nextPicture = performance.now() + (calm.matches ? 1000 : 0);
    $('live-frame').src = `live/frame.png?${shown}`;
    $('live-edges').src = `live/edges.png?${shown}`;
  }
  const highest = Math.max(1, ...state.colours.flat());
  $('colours').querySelectorAll('path').forEach((path, colour) => path.setAttribute('d',
    `M0 100${state.colours[colour].map((n, bin) => `V${(100 - 100 * Math.sqrt(n / highest)).toFixed(1)}H${bin + 1}`).join('')}V100Z`));
};

const drawBar = (id, figures, most, note) => {
  const bar = $(id);
  bar.querySelector('.fill').style.width = `${Math.max(0.5, 100 * figures.micros / most)}%`;
  text(bar.querySelector('strong'), micros(figures.micros));
  text(bar.querySelector('.note'), note);
};

// All on one scale. What was not measured yet has no bar.
const drawComparison = comparison => {
  if (comparison) {
    const { bytes: size, row, all } = comparison;
    const most = Math.max(...[row, all].flatMap(pair => pair ? [pair.shared.micros, pair.http.micros] : []));
    const rate = figures => `${bytes(figures.megabytesPerSecond * 1e6)}/s`;
    const fastest = figures => `; fastest ${micros(figures.fastest)}`;
    const times = ({ http, shared }) => (http.micros / shared.micros).toFixed(http.micros / shared.micros < 10 ? 1 : 0);
    drawBar('shared-row', row.shared, most, `all ${bytes(size)} mapped, nothing copied: in memory once${fastest(row.shared)}`);
    drawBar('http-row', row.http, most, `all ${bytes(size)} copied, at ${rate(row.http)}: in memory twice${fastest(row.http)}`);
    if (all) {
      drawBar('shared-all', all.shared, most, `${bytes(all.bytes)} read at ${rate(all.shared)}, in memory once${fastest(all.shared)}`);
      drawBar('http-all', all.http, most, `${bytes(all.bytes)} copied and read at ${rate(all.http)}, in memory twice${fastest(all.http)}`);
    }
    text($('comparison-what'), `A frame of two megapixels, ${bytes(size)}: HTTP takes ${times(row)} times as long`
      + (all ? `, ${times(all)} times where all of it is read.` : '.'));
    text($('measure'), 'Measure again');
  }
};

const drawWorkers = workers => {
  keyed($('workers'), workers, worker => worker.pid, worker => element('li', { className: 'card' },
    element('p', {}, element('strong', { textContent: `Worker ${worker.pid}` }), element('span', { className: 'state' })),
    element('p', { className: 'answered' }),
    element('p', { className: 'actions' },
      element('button', { type: 'button', className: 'kill', textContent: 'Kill', ariaLabel: `Kill worker ${worker.pid}`, onclick: event => act(event, 'POST', `workers/${worker.pid}/kill`) }),
      element('button', { type: 'button', className: 'stop', textContent: 'Stop gracefully', ariaLabel: `Stop worker ${worker.pid} gracefully`, onclick: event => act(event, 'POST', `workers/${worker.pid}/stop`) }))),
  (node, worker) => {
    const silent = worker.state === 'READY' && worker.silent >= 2000;
    text(node.querySelector('.state'), silent ? `does not answer (${millis(worker.silent)})` : worker.state.toLowerCase());
    node.querySelector('.state').className = `state ${silent ? 'killed' : worker.state.toLowerCase()}`;
    text(node.querySelector('.answered'), `${count(worker.answered)} frames`);
    node.querySelectorAll('button').forEach(button => { button.disabled = worker.state !== 'READY'; });
  });
  $('no-workers').hidden = workers.length > 0;
  $('start').disabled = workers.length >= 4;
};

const TITLES = { NEAR: 'Near: the studio’s own directory', FAR: 'Far: a directory of its own, as on another host' };

const drawHosts = hosts => {
  $('hosts').hidden = !hosts;
  keyed($('host-cards'), hosts ?? [], host => host.host, host => element('li', { className: 'card', id: host.host.toLowerCase() },
    element('h3', { textContent: TITLES[host.host] }),
    element('div', { className: 'view' }, element('img', { alt: `The latest frame, as the ${host.host.toLowerCase()} host has it`, width: 320, height: 180 })),
    element('dl', {},
      element('dt', { textContent: 'until it had the frame' }), element('dd', { className: 'micros' }),
      element('dt', { textContent: 'copied to this host' }), element('dd', { className: 'fetched' }),
      element('dt', { textContent: 'frames, all bytes compared' }), element('dd', { className: 'seen' })),
    element('p', { className: 'where' }),
    element('p', { className: 'actions' },
      element('button', { type: 'button', className: 'kill', textContent: 'Kill', ariaLabel: `Kill the ${host.page ? 'studio' : 'viewer'} of the ${host.host.toLowerCase()} host`, onclick: event => act(event, 'POST', `hosts/${host.host}/kill`) }),
      element('a', { className: 'page', textContent: 'Open its page', target: '_blank' }),
      element('span', { className: 'viewer' }))),
  (node, host) => {
    const picture = node.querySelector('img');
    const source = `hosts/${host.host}.png?${host.picture}`;
    if (host.picture && picture.complete && picture.getAttribute('src') !== source && performance.now() >= (node.nextPicture ?? 0)) {
      node.nextPicture = performance.now() + (calm.matches ? 1000 : 0);
      picture.src = source;
    }
    text(node.querySelector('.micros'), host.frames ? micros(host.micros) : '–');
    text(node.querySelector('.fetched'), host.frames ? host.fetched ? bytes(host.fetched) : 'nothing' : '–');
    text(node.querySelector('.seen'), `${count(host.frames)}${host.again ? `, ${host.again} delivered again` : ''}${host.wrong ? `, ${host.wrong} WRONG` : ''}`);
    text(node.querySelector('.where'), host.file ? `It has mapped ${host.file}: ${host.same ? 'the very file that the studio has written' : 'a replica, fetched from the studio’s web server'}.` : 'No frame yet.');
    text(node.querySelector('.viewer'), `${host.page ? 'studio' : 'viewer'} ${host.pid ? `${host.pid}${host.ready ? '' : ', starting'}` : 'does not run'}`);
    node.querySelector('.page').hidden = !host.page || !host.ready;
    node.querySelector('.page').href = host.page ?? '';
    node.querySelector('.kill').disabled = !host.ready;
  });
};

const drawJournal = entries => keyed($('journal'), entries, entry => entry.id, entry => element('li', { textContent: entry.text }), () => {});

const holders = segment => {
  const known = segment.holders.map(holder => `${holder.name} ${holder.pid}`).join(', ');
  return segment.refcount === 0 ? (segment.keep ? 'nobody: kept' : 'nobody: an orphan') : known || 'another process';
};

// Messages wait at their sender and at their listener; there is nothing between them.
const queues = (channels, generator) => channels ? [
  ...channels.destinations.map(({ destination }) => ({ name: destination,
    what: destination === 'edges' ? `queue: ${count(generator.underWay)} under way` : 'queue: sent to' })),
  ...channels.listeners.map(listener => ({ name: listener.id,
    what: `${listener.kind === 'TOPIC' ? `of topic ${listener.destination}: ` : ''}${count(listener.handled)} handled, ${count(listener.waiting)} waiting`
      + (listener.missed ? `, ${count(listener.missed)} dropped` : '') })),
] : [];

const drawMemory = state => {
  const { memory, collector, pool, generator, channels } = state;
  text($('directory'), memory.directory);
  text($('capacity'), `${bytes(memory.free)} of ${bytes(memory.total)} free`);
  $('used').value = memory.total ? 1 - memory.free / memory.total : 0;
  text($('count'), count(memory.count));
  text($('pool'), count(pool.reused));
  text($('swept'), count(collector.runs));
  text($('swept-what'), collector.lastRun
    ? `sweeps, the last ${millis(Math.max(0, Date.now() - Date.parse(collector.lastRun)))} ago, collected ${count(collector.lastCollected)}` : 'sweeps');
  text($('queued'), count(generator.underWay));
  text($('queues'), `frames under way, ${count(generator.lost)} lost, ${count(generator.skipped)} skipped`);
  keyed($('destinations'), queues(channels, generator), queue => queue.name, () => element('li', {}, element('code'), ' ', element('span')),
    (node, queue) => {
      text(node.querySelector('code'), queue.name);
      text(node.querySelector('span'), queue.what);
    });
  $('none').hidden = memory.segments.length > 0;
  keyed($('segments'), memory.segments, segment => segment.key, segment => element('tr', {},
    element('td', {}, element('code', { textContent: segment.key })),
    element('td', { className: 'number refcount' }),
    element('td', { className: 'holders' }),
    element('td', { className: 'number', textContent: bytes(segment.size) }),
    element('td', {}, element('span', { className: 'track' }, element('span', { className: 'fill' })), element('span', { className: 'age' })),
    element('td', {}, element('button', { type: 'button', className: 'release', textContent: 'Release', ariaLabel: `Release ${segment.key}`, onclick: event => act(event, 'DELETE', `held/${segment.key}`) }))),
  (row, segment) => {
    row.className = segment.refcount === 0 && !segment.keep ? 'orphan' : segment.held ? 'held' : '';
    text(row.querySelector('.refcount'), String(segment.refcount));
    text(row.querySelector('.holders'), holders(segment));
    row.querySelector('.track').hidden = !segment.ttl;
    row.querySelector('.fill').style.width = segment.ttl ? `${Math.min(100, 100 * segment.age / segment.ttl)}%` : '0';
    text(row.querySelector('.age'), segment.ttl ? `${millis(segment.age)} of ${millis(segment.ttl)}` : `${millis(segment.age)}, no limit`);
    row.querySelector('.release').hidden = !segment.held;
  });
};

const draw = state => {
  drawShow(state);
  drawComparison(state.comparison);
  drawWorkers(state.workers);
  drawHosts(state.hosts);
  drawJournal(state.journal);
  drawMemory(state);
  if (state.comparison) {
    measured = true;
  } else if (!measured && !state.arrivals && state.generator.answered >= 30) {
    measured = true;
    measure();
  }
  if (state.frames !== version) {
    version = state.frames;
    refreshFrames();
  }
};

// Pictures

const drawFrames = () => {
  keyed($('frames'), [...uploads, ...frames], frame => frame.id, frame => frame.progress === undefined
    ? element('li', {},
      Object.assign(element('button', { type: 'button', className: 'pick', onclick: () => select(frame.id) },
        element('img', { src: `${frame.image}?width=${THUMBNAIL}`, alt: '' }),
        element('span', { className: 'name', textContent: frame.name || frame.id }),
        element('span', { className: 'pixels', textContent: `${count(frame.width)} × ${count(frame.height)}` }))),
      element('button', { type: 'button', className: 'delete', textContent: '×', ariaLabel: `Delete ${frame.name || frame.id}`, onclick: event => act(event, 'DELETE', `frames/${frame.id}`) }))
    : element('li', {}, element('div', { className: 'pick' },
      element('progress', { max: 1, ariaLabel: `Upload of ${frame.name}` }),
      element('span', { className: 'name', textContent: frame.name }),
      element('span', { className: 'pixels' }))),
  (node, frame) => {
    if (frame.progress === undefined) {
      node.querySelector('.pick').setAttribute('aria-pressed', frame.id === selected);
    } else {
      node.querySelector('progress').value = frame.progress;
      text(node.querySelector('.pixels'), frame.progress < 1 ? `${Math.round(100 * frame.progress)} % uploaded` : 'being decoded');
    }
  });
  drawStage(frames.find(frame => frame.id === selected));
};

const drawStage = frame => {
  $('stage').hidden = !frame;
  if (!frame) {
    return;
  }
  text($('decode'), micros(frame.decodeMicros));
  text($('handoff'), micros(frame.handoffMicros));
  text($('process'), micros(frame.processMicros));
  text($('pid'), String(frame.workerPid));
  text($('bytes'), bytes(frame.bytes));
  drawPicture($('original'), frame.image, `${frame.name}, the original`);
  drawPicture($('edges'), frame.edges, `${frame.name}, its edges`);
  text($('original').querySelector('span'), `${count(frame.width)} × ${count(frame.height)}, ${(frame.width * frame.height / 1e6).toFixed(1)} megapixels`);
  const highest = Math.max(...frame.histogram);
  const steps = frame.histogram.map((n, level) => `V${(100 - 100 * n / highest).toFixed(2)}H${level + 1}`).join('');
  const mode = frame.histogram.indexOf(highest);
  const svg = $('histogram').querySelector('svg');
  svg.querySelector('path').setAttribute('d', `M0 100${steps}V100Z`);
  svg.setAttribute('aria-label', `Histogram of luminance: most frequent ${mode} of 0 to 255`);
  text($('histogram').querySelector('span'), `most frequent: ${mode} of 255`);
};

const drawPicture = (figure, address, alt) => {
  const image = figure.querySelector('img');
  const source = `${address}?width=${PREVIEW}`;
  if (image.getAttribute('src') !== source) {
    image.src = source;
  }
  image.alt = alt;
  figure.querySelector('a').href = address;
};

// Talking to the studio

const answer = async response => {
  if (response.ok) {
    return response.status === 204 ? null : response.json();
  }
  const problem = await response.json().catch(() => ({}));
  throw new Error(problem.detail ?? `The studio answered ${response.status}.`);
};

const ask = (method, path) => fetch(path, { method }).then(answer, () => {
  throw new Error('The studio does not answer.');
});

// An error stands where it happened: below the button that was pressed.
const report = (section, error) => {
  const place = section.querySelector('.error');
  place.hidden = !error;
  place.textContent = error ?? '';
};

const act = async (event, method, path) => {
  const section = event.target.closest('section');
  try {
    await ask(method, path);
    report(section, null);
  } catch (error) {
    report(section, error.message);
  }
};

const measure = async () => {
  $('measure').disabled = true;
  $('measuring').textContent = 'measuring, about six seconds';
  try {
    drawComparison(await ask('POST', 'comparison'));
    report($('comparison'), null);
  } catch (error) {
    report($('comparison'), error.message);
  } finally {
    $('measure').disabled = false;
    $('measuring').textContent = '';
  }
};

let refreshes = 0;
const refreshFrames = async () => {
  const refresh = ++refreshes;
  try {
    const answered = await ask('GET', 'frames');
    if (refresh !== refreshes) {
      return; // A later question has the later answer.
    }
    frames = answered;
    if (!frames.some(frame => frame.id === selected)) {
      selected = frames[0]?.id ?? null;
    }
    drawFrames();
  } catch (error) {
    report($('pictures'), error.message);
  }
};

// By XMLHttpRequest, because fetch does not tell how far an upload has come.
const send = (file, progress) => new Promise((resolve, reject) => {
  const request = new XMLHttpRequest();
  const body = new FormData();
  body.append('file', file);
  request.upload.onprogress = event => progress(event.lengthComputable ? event.loaded / event.total : 0);
  request.onerror = () => reject(new Error('The studio does not answer.'));
  request.onload = () => answer(new Response(request.status === 204 ? null : request.responseText, { status: request.status })).then(resolve, reject);
  request.open('POST', 'frames');
  request.send(body);
});

let uploadNumber = 0;
const upload = async file => {
  const waiting = { id: `upload-${++uploadNumber}`, name: file.name, progress: 0 };
  uploads.unshift(waiting);
  drawFrames();
  try {
    const frame = await send(file, part => { waiting.progress = part; drawFrames(); });
    selected = frame.id;
    $('news').textContent = `${frame.name} is ready.`;
  } catch (error) {
    report($('pictures'), `${file.name}: ${error.message}`);
  } finally {
    uploads = uploads.filter(other => other !== waiting);
    await refreshFrames();
  }
};

const select = id => {
  selected = id;
  drawFrames();
};

// What people do

$('pause').addEventListener('click', event => act(event, 'PUT', `generator?paused=${$('pause').dataset.paused !== 'true'}`));
$('hold').addEventListener('click', event => act(event, 'POST', 'held'));
$('keep').addEventListener('click', event => act(event, 'POST', 'kept'));
$('start').addEventListener('click', event => act(event, 'POST', 'workers'));
$('sweep').addEventListener('click', event => act(event, 'POST', 'sweep'));
$('measure').addEventListener('click', measure);

const add = files => {
  report($('pictures'), null);
  for (const file of files) {
    upload(file);
  }
};

$('file').addEventListener('change', event => {
  add([...event.target.files]);
  event.target.value = '';
});

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

const live = on => {
  $('live').className = `live ${on ? 'on' : 'off'}`;
  text($('live'), on ? 'live' : 'studio does not answer');
};

const events = new EventSource('events');
events.addEventListener('state', event => {
  draw(JSON.parse(event.data));
  live(true);
});
events.addEventListener('error', () => live(false));
