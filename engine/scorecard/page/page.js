// Draws the charts, sorts and filters the table. What comes from outside is only ever put in as text.
'use strict';
(() => {
  const page = document.documentElement;
  page.classList.add('scripted');
  const data = JSON.parse(document.getElementById('data').textContent);
  // As they are shown in the tables: the names in the data are as they came.
  const names = [...document.querySelectorAll('#details summary .name')].map((name) => name.textContent);
  const charts = [];

  const color = (name) => getComputedStyle(page).getPropertyValue('--' + name).trim();
  const short = (name) => (name.length > 22 ? name.slice(0, 21) + '\u2026' : name);
  const number = (figure) => (typeof figure === 'number' ? figure : 0);
  const percent = (share) => (share * 100).toFixed(1) + ' %';

  // Told apart by more than the shade of grey.
  const hatched = (name) => {
    const tile = document.createElement('canvas');
    tile.width = tile.height = 8;
    const pen = tile.getContext('2d');
    pen.strokeStyle = color(name);
    pen.lineWidth = 1.5;
    pen.beginPath();
    for (const x of [-8, 0, 8]) {
      pen.moveTo(x, 8);
      pen.lineTo(x + 8, 0);
    }
    pen.stroke();
    return pen.createPattern(tile, 'repeat');
  };
  const paint = (name) => (name === 'blind' ? hatched(name) : color(name));

  const axis = (options) => ({
    grid: {color: color('line'), borderColor: color('line')},
    ...options,
    ticks: {color: color('text'), ...options.ticks},
  });

  // `sets` name the variable of their colour, so that a chart can be painted anew for paper or the dark.
  const draw = (canvas, {labels, full, sets, stacked, across, ticks, tell, title}) => {
    if (across) {
      canvas.parentElement.style.height = Math.max(7, 4.5 + labels.length * 2.3) + 'rem';
    }
    const values = axis({stacked, beginAtZero: true, ticks, max: stacked ? 1 : undefined});
    const rows = axis({stacked, grid: {display: false}, ticks: {autoSkip: false}});
    const chart = new Chart(canvas, {
      type: 'bar',
      data: {labels, datasets: sets.map((set) => ({
        ...set, backgroundColor: paint(set.paint), borderColor: color(set.paint),
        borderWidth: set.paint === 'blind' ? 1 : 0, maxBarThickness: across ? 26 : 64,
      }))},
      options: {
        animation: false, maintainAspectRatio: false, indexAxis: across ? 'y' : 'x',
        scales: across ? {x: values, y: rows} : {x: rows, y: values},
        plugins: {
          title: {display: Boolean(title), text: title, color: color('text')},
          legend: {display: sets.length > 1, position: 'top', align: 'start',
                   labels: {color: color('text'), boxWidth: 14}},
          tooltip: {callbacks: {title: (items) => full[items[0].dataIndex], label: tell}},
        },
      },
    });
    charts.push(chart);
    page.dataset.charts = String(Number(page.dataset.charts || 0) + 1);
    return chart;
  };

  const figuresOf = (source, kind) =>
    kind === '' ? source.figures : (source.kinds.find((one) => one.kind === kind) || {}).figures;

  let overview = [];
  const drawOverview = (kind) => {
    for (const chart of overview) {
      charts.splice(charts.indexOf(chart), 1);
      chart.destroy();
    }
    const whole = kind === '' ? data.all.figures : data.kinds.find((one) => one.kind === kind).figures;
    const rows = data.sources
      .map((source, i) => ({name: names[i], figures: figuresOf(source, kind)}))
      .filter((row) => row.figures)
      .sort((a, b) => b.figures.credit - a.figures.credit || number(b.figures.yield) - number(a.figures.yield));
    const labels = rows.map((row) => short(row.name));
    const full = rows.map((row) => row.name);
    const of = (name) => rows.map((row) => number(row.figures[name]));
    const share = (name, all) => of(name).map((value) => (all > 0 ? value / all : 0));
    const ofOwn = (name) => rows.map((row) => number(row.figures[name]) / row.figures.indicators);

    const ranking = draw(document.getElementById('ranking'), {
      labels, full, across: true, ticks: {callback: (value) => Math.round(value * 100) + ' %'},
      tell: (item) => `${item.dataset.label}: ${percent(item.raw)}`,
      sets: [
        {label: 'Share of credit', data: share('credit', whole.credit), paint: 'seen'},
        {label: 'Share of indicators', data: share('indicators', whole.indicators), paint: 'volume'},
      ],
    });
    const counted = ['seen', 'below_k_at_least', 'zero_at_most', 'not_observable'];
    const states = draw(document.getElementById('states'), {
      labels, full, across: true, stacked: true, ticks: {callback: (value) => Math.round(value * 100) + ' %'},
      tell: (item) => {
        const count = number(rows[item.dataIndex].figures[counted[item.datasetIndex]]);
        return `${item.dataset.label}: ${count.toLocaleString('en')} (${percent(item.raw)})`;
      },
      sets: [
        {label: 'Seen', data: ofOwn('seen'), paint: 'seen'},
        {label: 'Below k, at least', data: ofOwn('below_k_at_least'), paint: 'below'},
        {label: 'Zero, at most', data: ofOwn('zero_at_most'), paint: 'zero'},
        {label: 'Not observable', data: ofOwn('not_observable'), paint: 'blind'},
      ],
    });
    overview = [ranking, states];
    for (const text of document.querySelectorAll('.of-kind')) {
      text.textContent = kind === '' ? '' : `, of the kind ${kind} only`;
    }
  };

  const drawLead = (details) => {
    const canvas = details.querySelector('canvas');
    if (!details.open || Chart.getChart(canvas)) return;
    const figures = data.sources[Number(details.dataset.source)].figures;
    const labels = ['before it (retro)', 'within a day', 'within a week', 'later'];
    const counts = ['retro', 'lead_within_day', 'lead_within_week', 'lead_later'].map((name) => number(figures[name]));
    draw(canvas, {
      labels, full: labels, ticks: {precision: 0}, title: 'First sight, counted from the start of validity',
      tell: (item) => `${item.raw} indicators`,
      sets: [
        {label: 'Retro hits', data: counts.map((count, i) => (i === 0 ? count : null)), paint: 'retro', stack: 'one'},
        {label: 'Lead time', data: counts.map((count, i) => (i === 0 ? null : count)), paint: 'seen', stack: 'one'},
      ],
    });
  };

  const table = document.getElementById('sources-table');
  const headings = [...table.tHead.rows[0].cells];
  const valueOf = (row, column) =>
    column === 0 ? row.cells[0].textContent : Number(row.cells[column].dataset.value);
  const sortBy = (column) => {
    const heading = headings[column];
    const falls = heading.getAttribute('aria-sort') ? heading.getAttribute('aria-sort') === 'ascending' : column > 0;
    for (const other of headings) other.removeAttribute('aria-sort');
    heading.setAttribute('aria-sort', falls ? 'descending' : 'ascending');
    const rows = [...table.tBodies[0].rows].sort((a, b) => {
      const [x, y] = [valueOf(a, column), valueOf(b, column)];
      const order = column === 0 ? x.localeCompare(y) : x - y;
      return falls ? -order : order;
    });
    table.tBodies[0].append(...rows);
    document.getElementById('sorted').textContent =
      `Sorted by ${heading.querySelector('button').textContent}, ${falls ? 'descending' : 'ascending'}`;
  };
  headings.forEach((heading, column) => {
    heading.querySelector('button').addEventListener('click', () => sortBy(column));
  });

  const kindChoice = document.getElementById('kind');
  const showKind = () => {
    for (const row of table.tBodies[0].rows) row.hidden = row.dataset.kind !== kindChoice.value;
    drawOverview(kindChoice.value);
  };
  kindChoice.addEventListener('change', showKind);

  const allDetails = [...document.querySelectorAll('#details details')];
  for (const details of allDetails) details.addEventListener('toggle', () => drawLead(details));
  const openTarget = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (target instanceof HTMLDetailsElement) target.open = true;
  };
  addEventListener('hashchange', openTarget);

  const repaint = () => {
    for (const chart of charts) {
      for (const set of chart.data.datasets) {
        set.backgroundColor = paint(set.paint);
        set.borderColor = color(set.paint);
      }
      const {scales, plugins} = chart.options;
      for (const scale of Object.values(scales)) {
        scale.ticks.color = color('text');
        scale.grid.color = scale.grid.borderColor = color('line');
      }
      plugins.legend.labels.color = plugins.title.color = color('text');
      chart.resize();
      chart.update();
    }
  };
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', repaint);
  matchMedia('print').addEventListener('change', repaint);

  showKind();
  openTarget();
  page.dataset.ready = 'true';
})();
