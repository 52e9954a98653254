// What the dashboard uses of Apache ECharts: see README.md here for how echarts.js is made of this.
import {init, use} from 'echarts/core';
import {ScatterChart, TreemapChart} from 'echarts/charts';
import {DataZoomInsideComponent, GridComponent, MarkLineComponent, TooltipComponent} from 'echarts/components';
import {SVGRenderer} from 'echarts/renderers';

use([ScatterChart, TreemapChart, DataZoomInsideComponent, GridComponent, MarkLineComponent, TooltipComponent, SVGRenderer]);
globalThis.echarts = {init};
