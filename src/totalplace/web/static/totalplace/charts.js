// Makes the page's charts answer the pointer. Without this file they are pictures, and whole.
//
//   <script src="charts.js" data-echarts="where echarts.min.js is served" defer></script>
//   <figure data-chart="ID"> <div data-chart-picture> <img> or <svg>…</svg> </div> … the table </figure>
//   <script type="application/json" id="ID">…</script>
//
// data-chart is the id of a block of data or, beginning with "/" or "?", the address of one. The
// picture is replaced at the first pointer or focus in its figure; ECharts is loaded then. Nothing
// here is needed to read the page: the table in the figure says the same, with the same links.
(function () {
  'use strict';

  var NARROW_BELOW = 720;
  var COLOURS = ['color', 'borderColor', 'textBorderColor', 'backgroundColor'];
  var address = document.currentScript.dataset.echarts;
  var prefersDark = window.matchMedia('(prefers-color-scheme: dark)');
  var library = null;

  function loaded() {
    if (!library) {
      library = new Promise(function (resolve, reject) {
        var script = document.createElement('script');
        script.src = address;
        script.onload = function () { resolve(window.echarts); };
        script.onerror = reject;
        document.head.append(script);
      });
    }
    return library;
  }

  function facts(name) {
    if (name[0] === '/' || name[0] === '?') {
      return fetch(name, {credentials: 'same-origin'}).then(function (found) {
        if (!found.ok) { throw new Error('no data of the chart at ' + name); }
        return found.json();
      });
    }
    return Promise.resolve(JSON.parse(document.getElementById(name).textContent));
  }

  function theme() {
    var chosen = document.documentElement.dataset.theme;
    return chosen === 'dark' || chosen === 'light' ? chosen : prefersDark.matches ? 'dark' : 'light';
  }

  function painted(value, colours) {
    if (Array.isArray(value)) {
      return value.map(function (item) { return painted(item, colours); });
    }
    if (value === null || typeof value !== 'object') { return value; }
    var made = {};
    Object.keys(value).forEach(function (key) {
      var item = value[key];
      made[key] = COLOURS.includes(key) && typeof item === 'string' && item[0] === '@'
        ? colours[item.slice(1)] : painted(item, colours);
    });
    return made;
  }

  function tip(item) {
    return ((item.data && item.data.tip) || '').replaceAll('{', '(').replaceAll('}', ')');
  }

  function leads(series) {
    return JSON.stringify(series.data || []).includes('"href":');
  }

  function option(told, layout) {
    var colours = told.palettes[theme()];
    var made = painted(told[layout], colours);
    made.animation = false;
    made.tooltip = {
      trigger: 'item',
      renderMode: 'richText',
      confine: true,
      formatter: tip,
      backgroundColor: colours.paper,
      borderColor: colours.axis,
      textStyle: {color: colours.ink, fontSize: 14}
    };
    made.series.forEach(function (series) {
      if (!leads(series)) { series.cursor = 'default'; }
    });
    return made;
  }

  function follow(item) {
    var href = item.data && item.data.href;
    if (!href) { return; }
    var target = new URL(href, window.location.href);
    if (target.origin === window.location.origin) { window.location.assign(target); }
  }

  function said(picture) {
    var image = picture.querySelector('img');
    if (image) { return image.alt; }
    return Array.from(picture.querySelectorAll('svg > title, svg > desc'), function (one) {
      return one.textContent;
    }).join('. ');
  }

  function draw(figure, echarts, told) {
    var picture = figure.querySelector('[data-chart-picture]');
    var spoken = said(picture);
    var layout = null;
    function at() { return picture.clientWidth < NARROW_BELOW ? 'narrow' : 'wide'; }
    layout = at();
    var size = {width: picture.clientWidth, height: told.heights[layout]};
    picture.replaceChildren();
    picture.setAttribute('role', 'img');
    picture.setAttribute('aria-label', spoken);
    var chart = echarts.init(picture, null, {renderer: 'svg', width: size.width, height: size.height});
    chart.setOption(option(told, layout));
    chart.on('click', follow);
    function again() { chart.setOption(option(told, layout), {notMerge: true}); }
    prefersDark.addEventListener('change', again);
    new MutationObserver(again).observe(document.documentElement, {attributeFilter: ['data-theme']});
    new ResizeObserver(function () {
      if (!picture.clientWidth || picture.clientWidth === size.width) { return; }
      var changed = at() !== layout;
      layout = at();
      size = {width: picture.clientWidth, height: told.heights[layout]};
      chart.resize(size);
      if (changed) { again(); }
    }).observe(picture);
    figure.dataset.chartDrawn = 'true';
  }

  document.querySelectorAll('figure[data-chart]').forEach(function (figure) {
    var begun = false;
    function begin() {
      if (begun) { return; }
      begun = true;
      Promise.all([loaded(), facts(figure.dataset.chart)]).then(function (both) {
        draw(figure, both[0], both[1]);
      }).catch(function () { begun = false; });
    }
    ['pointerenter', 'pointerdown', 'focusin'].forEach(function (name) {
      figure.addEventListener(name, begin);
    });
  });
})();
