"""The dashboard: server-side pages over the published marts. The work is in `jixiao.publish.reading`."""
