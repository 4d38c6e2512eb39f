package io.amphora.apiserver.metrics;

import io.amphora.apiserver.request.Call;
import io.amphora.apiserver.request.PathHandler;
import io.amphora.apiserver.request.Reply;
import io.amphora.machinery.metrics.Exposition;
import io.amphora.machinery.metrics.MetricSource;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/// Serves `/metrics`, and apart from it `/metrics/slis`: how the health checks went (KEP-3466).
public final class MetricsPaths implements PathHandler {
    public static final List<String> PATHS = List.of("/metrics", "/metrics/slis");

    private final List<MetricSource> sources = new CopyOnWriteArrayList<>();
    private final MetricSource indicators;

    /// @param indicators of service levels
    public MetricsPaths(MetricSource indicators) {
        this.indicators = indicators;
    }

    /// Tells one more source's figures too.
    public void add(MetricSource source) {
        sources.add(source);
    }

    @Override
    public Optional<Reply> answer(Call call) {
        return switch (call.info().path()) {
            case "/metrics" -> Optional.of(told(sources));
            case "/metrics/slis" -> Optional.of(told(List.of(indicators)));
            default -> Optional.empty();
        };
    }

    private static Reply told(List<MetricSource> sources) {
        var out = new Exposition();
        for (MetricSource source : sources) source.writeTo(out);
        return new Reply.Bytes(200, Exposition.TYPE, out.text().getBytes(StandardCharsets.UTF_8));
    }
}
