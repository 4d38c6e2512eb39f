package io.amphora.scheduler.plugin;

import java.util.List;

/// All plugins. Filters are asked in this order and the first that refuses a node gives the reason that is shown.
public final class Plugins {
    public static final List<Filter> FILTERS = List.of(
            new NodeUnschedulable(),
            new TaintToleration(),
            new NodeAffinity(),
            new NodePorts(),
            new NodeResourcesFit(),
            new VolumeRestrictions(),
            new NodeVolumeLimits(),
            new VolumeBinding(),
            new VolumeZone(),
            new PodTopologySpread(),
            new InterPodAffinity());

    public static final List<Score> SCORES = List.of(
            new TaintToleration(),
            new NodeAffinity(),
            new PodTopologySpread(),
            new InterPodAffinity(),
            new LeastAllocated(),
            new BalancedAllocation(),
            new ImageLocality());

    private Plugins() {}
}
