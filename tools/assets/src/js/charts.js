// Draws the charts of a report. The numbers come in a JSON block beside each place, the same numbers
// stand in a table below it, and every series has a pattern of its own besides its colour.
import * as echarts from "echarts/core";
import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { SVGRenderer } from "echarts/renderers";

echarts.use([BarChart, LineChart, GridComponent, TooltipComponent, LegendComponent, AriaComponent, SVGRenderer]);

const patterns = {
  new: { symbol: "none" },
  legacy: { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: Math.PI / 4 },
  help: { symbol: "circle", symbolSize: 0.6, dashArrayX: [[4, 4], [0, 4, 4, 0]], dashArrayY: [4, 0] },
  rework: { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 3], rotation: 0 },
  unattributed: { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [1, 6], rotation: -Math.PI / 4 },
};
const plain = ["new", "rework", "help", "legacy", "unattributed"];
const number = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 1 });
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

function colour(name) {
  const probe = document.createElement("span");
  probe.hidden = true;
  probe.style.setProperty("color", `var(--${name})`);
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}

function tip(data) {
  return (points) => {
    const box = document.createElement("div");
    box.className = "tip";
    const head = document.createElement("b");
    head.textContent = points[0].axisValueLabel;
    box.append(head);
    for (const point of points) {
      const row = document.createElement("div");
      row.className = "tip-row";
      const name = document.createElement("span");
      name.textContent = point.seriesName;
      const value = document.createElement("span");
      const held = point.value;
      value.textContent = held === null || held === undefined ? "no value" : number.format(held) + (data.unit ? ` ${data.unit}` : "");
      row.append(name, value);
      box.append(row);
    }
    return box;
  };
}

function series(data) {
  return data.series.map((one, index) => {
    const kind = one.kind || plain[index % plain.length];
    const tone = colour(kind);
    return {
      name: one.name,
      type: data.form === "line" ? "line" : "bar",
      stack: data.form === "stacked" ? "all" : undefined,
      data: one.values,
      barMaxWidth: 34,
      symbol: "circle",
      symbolSize: 5,
      showSymbol: one.values.length < 40,
      connectNulls: false,
      itemStyle: { color: tone, decal: data.form === "line" ? undefined : { color: colour("surface"), ...patterns[kind] } },
      lineStyle: { width: 2, color: tone, type: one.dashed ? "dashed" : "solid" },
      cursor: one.links ? "pointer" : "default",
    };
  });
}

function option(data, width) {
  const soft = colour("soft");
  const line = colour("line");
  return {
    animation: !still,
    animationDuration: 250,
    aria: { enabled: true, label: { enabled: true, description: data.description } },
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: soft },
    grid: { left: 8, right: 12, top: data.series.length < 2 ? 18 : width < 520 ? 66 : 38, bottom: 4, containLabel: true },
    legend: { show: data.series.length > 1, top: 4, left: 4, itemWidth: 16, itemHeight: 12, textStyle: { color: colour("ink"), fontSize: 13 }, selectedMode: true, inactiveColor: soft },
    tooltip: {
      trigger: "axis", axisPointer: { type: "shadow", shadowStyle: { color: line, opacity: 0.35 } }, formatter: tip(data), confine: true,
      backgroundColor: colour("surface"), borderColor: line, extraCssText: "box-shadow:none", padding: [8, 12],
    },
    xAxis: { type: "category", data: data.labels, axisTick: { show: false }, axisLine: { lineStyle: { color: line } }, axisLabel: { color: soft, hideOverlap: true, fontSize: 12 } },
    yAxis: { type: "value", name: "", minInterval: data.whole ? 1 : undefined, splitNumber: 4, splitLine: { lineStyle: { color: line } }, axisLabel: { color: soft, fontSize: 12, formatter: (v) => number.format(v) } },
    series: series(data),
  };
}

function draw(place) {
  const source = document.getElementById(place.dataset.chart);
  const data = JSON.parse(source.textContent);
  const chart = echarts.init(place, null, { renderer: "svg" });
  const paint = () => chart.setOption(option(data, place.clientWidth), true);
  paint();
  chart.on("click", (point) => {
    const address = data.series[point.seriesIndex].links?.[point.dataIndex];
    if (address) location.assign(address);
  });
  place.setAttribute("role", "img");
  new ResizeObserver(() => {
    chart.resize();
    paint();
  }).observe(place);
  new MutationObserver(paint).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => setTimeout(paint));
  place.dataset.drawn = "true";
}

for (const place of document.querySelectorAll("[data-chart]")) draw(place);
