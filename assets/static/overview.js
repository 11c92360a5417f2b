// Draws the chart of questions per day. The table behind it says the same.

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
let chart = null;

function draw() {
  const box = document.querySelector('[data-chart]');
  if (!box || !window.Chart) return;
  const data = JSON.parse(box.dataset.chart);
  box.hidden = false;
  chart?.destroy();
  const ink = colour('--soft');
  const bars = (label, values, name) => ({ label, data: values, backgroundColor: colour(name), borderRadius: 3, maxBarThickness: 28 });
  const axis = (more) => ({ stacked: true, ticks: { color: ink, ...more }, grid: { color: colour('--line') } });
  chart = new window.Chart(box.querySelector('canvas'), {
    type: 'bar',
    data: {
      labels: data.days,
      datasets: [
        bars('Answered', data.answered, '--chart-answered'),
        bars('Partly', data.partly, '--chart-partly'),
        bars('Not found', data.not_found, '--chart-not-found'),
      ],
    },
    options: {
      animation: false,
      maintainAspectRatio: false,
      plugins: { legend: { labels: { color: ink, boxWidth: 12 } }, tooltip: { mode: 'index', intersect: false } },
      scales: { x: { ...axis({ maxRotation: 0, autoSkip: true }), grid: { display: false } }, y: { ...axis({ precision: 0 }), beginAtZero: true } },
    },
  });
}

// What somebody reads stays open when the page is renewed beneath.
let isOpen = false;
document.addEventListener('htmx:before:swap', () => { isOpen = document.getElementById('chart-table')?.open ?? false; });
document.addEventListener('htmx:after:swap', () => {
  const table = document.getElementById('chart-table');
  if (table && isOpen) table.open = true;
  draw();
});
draw();
window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
