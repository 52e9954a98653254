// The overview's two charts for a pointer, over the links and rows that the page holds already; without it they stay.
(() => {
  const root = document.documentElement;
  const css = name => getComputedStyle(root).getPropertyValue(name).trim();
  const drawn = [];
  const words = (more = {}) => ({color: css('--ink-2'), fontFamily: css('--sans'), fontSize: 12, ...more});
  // Under style-src 'self' the tooltip must be drawn, not an element with a style of its own.
  const tooltip = formatter => ({
    renderMode: 'richText', confine: true, backgroundColor: css('--sheet'), borderColor: css('--rule-2'),
    textStyle: {color: css('--ink'), fontFamily: css('--sans'), fontSize: 13}, formatter,
  });
  const start = (element, options) => {
    element.classList.add('on');
    element.closest('.panel').classList.add('has-echart');
    const chart = echarts.init(element, null, {renderer: 'svg'});
    const draw = () => chart.setOption({animation: false, ...options()}, true);
    chart.on('click', one => { if (one.data?.href) location.href = one.data.href; });
    draw();
    drawn.push([chart, draw]);
  };
  const scatter = element => {
    const {div, x, y, unit, words: reports} = element.dataset;
    const points = [...element.parentElement.querySelectorAll('.echart-static a')].map(a => ({
      value: [Number(a.dataset.yuan), Number(a.dataset.rate)], href: a.getAttribute('href'),
      name: a.dataset.name, marked: Boolean(a.querySelector('.m')),
    }));
    const powers = points.map(one => Math.log10(Math.max(one.value[0], 1)));
    const low = Math.floor(Math.min(...powers)), high = Math.max(Math.ceil(Math.max(...powers)), low + 1);
    const money = yuan => (yuan / div).toLocaleString('en', {maximumFractionDigits: 4});
    // A rate beyond the axis stands on its edge, as in the drawing of the server; the tooltip tells the rate.
    const at = one => ({...one, value: [one.value[0], Math.min(Math.max(one.value[1], 60), 110), one.value[1]]});
    const zoom = {type: 'inside', filterMode: 'none', zoomOnMouseWheel: 'ctrl', moveOnMouseWheel: false};
    start(element, () => ({
      grid: {left: 44, right: 16, top: 28, bottom: 44},
      tooltip: tooltip(one => one.data.name && `${one.data.name}\n${money(one.value[0])} ${unit}   ${one.value[2].toFixed(2)}%`),
      dataZoom: [{...zoom, xAxisIndex: 0}, {...zoom, yAxisIndex: 0}],
      xAxis: {
        type: 'log', min: 10 ** low, max: 10 ** high, name: x, nameLocation: 'middle', nameGap: 26, nameTextStyle: words(),
        axisLabel: words({formatter: money, hideOverlap: true}), axisLine: {lineStyle: {color: css('--rule-2')}},
        splitLine: {lineStyle: {color: css('--rule')}},
      },
      yAxis: {
        type: 'value', min: 60, max: 110, interval: 10, name: y, nameTextStyle: words({align: 'left', padding: [0, 0, 0, -34]}),
        axisLabel: words(), splitLine: {lineStyle: {color: css('--rule')}},
      },
      series: [
        {
          type: 'scatter', name: reports, symbolSize: 7, cursor: 'pointer', itemStyle: {color: css('--bar'), opacity: .65},
          data: points.filter(one => !one.marked).map(at),
          markLine: {silent: true, symbol: 'none', label: {show: false}, lineStyle: {color: css('--ink'), type: [3, 2]}, data: [{yAxis: 100}]},
        },
        {
          type: 'scatter', symbol: 'diamond', symbolSize: 9, cursor: 'pointer', data: points.filter(one => one.marked).map(at),
          itemStyle: {color: 'transparent', borderColor: css('--material'), borderWidth: 1.5},
        },
      ],
    }));
  };
  const regions = element => {
    const {unit} = element.dataset;
    const rows = [...element.parentElement.querySelectorAll('[data-yuan]')].map(row => ({
      name: row.dataset.name, value: Number(row.dataset.yuan), shown: row.dataset.shown, rate: row.dataset.rate,
      href: row.querySelector('a').getAttribute('href'),
    }));
    start(element, () => ({
      tooltip: tooltip(one => one.data?.shown ? `${one.name}\n${one.data.shown} ${unit}   ${one.data.rate}%` : one.name),
      series: [{
        type: 'treemap', roam: false, nodeClick: false, breadcrumb: {show: false}, width: '100%', height: '100%', top: 0, left: 0,
        itemStyle: {borderColor: css('--sheet'), borderWidth: 1, gapWidth: 1},
        emphasis: {itemStyle: {color: css('--accent-soft')}, label: {color: css('--ink')}}, cursor: 'pointer',
        label: words({color: css('--ink')}),
        data: rows.map(row => ({...row, itemStyle: {color: css('--bar-3')}})),
      }],
    }));
  };
  const all = () => drawn.forEach(([, draw]) => draw());
  document.querySelectorAll('.echart[data-chart=scatter]').forEach(scatter);
  document.querySelectorAll('.echart[data-chart=regions]').forEach(regions);
  addEventListener('resize', () => drawn.forEach(([chart]) => chart.resize()));
  matchMedia('(prefers-color-scheme:dark)').addEventListener('change', all);
})();
