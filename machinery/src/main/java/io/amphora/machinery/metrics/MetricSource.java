package io.amphora.machinery.metrics;

/// Has figures, and tells them whenever somebody asks.
@FunctionalInterface
public interface MetricSource {
    void writeTo(Exposition out);
}
