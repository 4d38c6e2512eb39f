package io.amphora.apiserver.state;

import io.amphora.api.ResourceDefinition;
import java.util.ArrayList;
import java.util.List;

/// Looks at the state at once, and again after each change of some kinds; one look at a time. Has a thread for each
/// kind.
public final class Following implements AutoCloseable {
    private final Runnable look;
    private final List<Watch> watches = new ArrayList<>();
    private boolean closed;

    public Following(ClusterState state, List<? extends ResourceDefinition<?>> kinds, Runnable look) {
        this.look = look;
        for (ResourceDefinition<?> kind : kinds) {
            var all = new Interest(kind, Key.prefix(kind), any -> true, null);
            Watch watch = state.watch(all, state.now().revision());
            watches.add(watch);
            Thread.ofVirtual().name("following " + kind.plural()).start(() -> follow(watch));
        }
    }

    private void follow(Watch watch) {
        look();
        try {
            while (watch.take().isPresent()) look();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void look() {
        if (!closed) look.run();
    }

    /// Returns when the last look is done.
    @Override
    public void close() {
        watches.forEach(Watch::close);
        synchronized (this) {
            closed = true;
        }
    }
}
