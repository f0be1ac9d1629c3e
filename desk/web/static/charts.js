// Draws the figures of a company: a dot for an exact value, hollow where the text hedges, a bar for a range, an arrow for an open end.
"use strict";
(() => {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const short = (value) => Intl.NumberFormat(document.documentElement.lang, { notation: "compact", maximumFractionDigits: 2 }).format(value);

  function draw(plot, points) {
    const ctx = plot.ctx;
    ctx.save();
    ctx.lineWidth = 2 * devicePixelRatio;
    for (const point of points) {
      const x = plot.valToPos(point.at, "x", true);
      const [low, high] = [point.low, point.high].map((value) => (value === null ? null : plot.valToPos(value, "y", true)));
      ctx.strokeStyle = ctx.fillStyle = point.sure ? colour("--accent") : colour("--dim");
      ctx.beginPath();
      const radius = 4 * devicePixelRatio;
      if (low !== null && high !== null && low !== high) {
        ctx.moveTo(x, low); ctx.lineTo(x, high);
        ctx.moveTo(x - radius, low); ctx.lineTo(x + radius, low);
        ctx.moveTo(x - radius, high); ctx.lineTo(x + radius, high);
        ctx.stroke();
        continue;
      }
      const y = low ?? high;
      if (low === null || high === null) {
        const end = y + (high === null ? -5 : 5) * radius;
        ctx.moveTo(x, y); ctx.lineTo(x, end);
        ctx.lineTo(x - radius, end + (high === null ? radius : -radius));
        ctx.moveTo(x, end); ctx.lineTo(x + radius, end + (high === null ? radius : -radius));
        ctx.stroke();
        ctx.beginPath();
      }
      ctx.arc(x, y, radius, 0, 2 * Math.PI);
      if (point.about) ctx.stroke(); else ctx.fill();
    }
    ctx.restore();
  }

  for (const place of document.querySelectorAll("[data-chart]")) {
    const points = JSON.parse(place.dataset.chart);
    const values = points.map((point) => Math.max(point.low ?? 0, point.high ?? 0));
    const axis = { stroke: colour("--dim"), grid: { stroke: colour("--line"), width: 1 }, ticks: { stroke: colour("--line") } };
    const year = 31557600;
    const options = {
      width: place.clientWidth, height: 220, legend: { show: false }, cursor: { show: false },
      scales: {
        x: { time: true, range: (_, low, high) => [low - year / 2, high + year / 2] },
        y: { range: () => [0, (Math.max(...values) || 1) * 1.15] },
      },
      axes: [axis, { ...axis, size: 64, values: (_, ticks) => ticks.map(short) }],
      series: [{}, { label: place.dataset.label, paths: () => null, points: { show: false } }],
      hooks: { draw: [(plot) => draw(plot, points)] },
    };
    const plot = new uPlot(options, [points.map((point) => point.at), values], place);
    addEventListener("resize", () => plot.setSize({ width: place.clientWidth, height: 220 }));
  }
})();
